// Which of several nodes is meant; not shown where there is one.

import { html, keepChildren, setText } from "./dom.js";

export class NodeChoice {
  constructor(changed) {
    this.nodes = [];
    this.select = html("select", { "aria-label": "Node", onchange: () => changed() });
    this.element = html("span", { hidden: true }, this.select);
  }

  show(nodes) {
    this.nodes = nodes;
    this.element.hidden = nodes.length < 2;
    keepChildren(
      this.select,
      nodes,
      (node) => node.id,
      (node) => html("option", { value: node.id }),
      (option, node) => setText(option, node.name),
    );
  }

  choose(id) {
    this.select.value = String(id);
  }

  get chosen() {
    return this.nodes.find((node) => String(node.id) === this.select.value) ?? this.nodes[0] ?? null;
  }
}
