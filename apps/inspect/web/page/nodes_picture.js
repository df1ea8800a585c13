// The picture of all nodes: a panel of actors for each, or, where there are many, the nodes
// themselves and the actors of the one that is chosen.

import { html, setText } from "./dom.js";
import { duration, rate } from "./figures.js";
import { GraphDrawing } from "./graph_drawing.js";
import { layOutNodes, layOutPanels } from "./graph_layout.js";
import { graphOf, linksBetween } from "./graph_model.js";
import { currentRoute, routeTo } from "./routes.js";

/** More nodes than these are shown each as one. */
export const mostPanels = 3;

export class NodesPicture {
  constructor() {
    this.nodesDrawing = new GraphDrawing("Nodes and their links");
    this.actorsDrawing = new GraphDrawing("Actors and what goes between them");
    this.key = html(
      "p",
      { class: "graph-key" },
      html("span", {}, "Size: share of a core"),
      html("span", {}, "Blue: frames, grey: messages; width: how many"),
      html("span", {}, "Red: it hurts there"),
    );
    this.nodesCard = html("div", { class: "card", hidden: true }, this.nodesDrawing.element);
    this.element = html(
      "section",
      { class: "view", "aria-label": "Picture" },
      this.nodesCard,
      html("div", {}, this.actorsDrawing.element, this.key),
    );
    this.nodes = [];
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.element);
  }

  show(nodes) {
    this.nodes = nodes.filter((node) => node.snapshot !== null);
    this.draw();
  }

  draw() {
    const width = this.element.clientWidth;
    if (width === 0) return;
    const links = linksBetween(this.nodes);
    const isMany = this.nodes.length > mostPanels;
    this.nodesCard.hidden = !isMany;
    if (isMany) this.nodesDrawing.draw(layOutNodes(this.nodes.map(nodeBody), links, width - 34), width - 34);
    const detailed = isMany ? [this.chosen()] : this.nodes;
    const graphs = new Map(detailed.map((node) => [node, graphOf(node)]));
    const areNamed = this.nodes.length > 1;
    const layout = layOutPanels(graphs, isMany ? [] : links, width, areNamed);
    for (const panel of layout.panels) Object.assign(panel, panelText(panel.node, areNamed));
    this.actorsDrawing.draw(layout, width);
    this.key.hidden = this.nodes.length === 0;
  }

  chosen() {
    const id = Number(currentRoute().parts[0] ?? NaN);
    return this.nodes.find((node) => node.id === id) ?? this.nodes[0];
  }
}

function panelText(node, isNamed) {
  if (!isNamed) return { name: "", note: "", isAway: !node.isPresent };
  const { node: facts, upstream } = node.snapshot;
  const origin = upstream ? `hears ${upstream.upstream}` : facts.source;
  return {
    name: node.name,
    note: node.isPresent ? `${origin} · up ${duration(facts.uptime_s)}` : "away",
    isAway: !node.isPresent,
  };
}

function nodeBody(node) {
  const worst = node.findings[0];
  const hurts = !node.isPresent || worst?.severity === "alarm";
  const clients = node.snapshot.frames.clients_connected;
  return {
    id: `node/${node.id}`,
    node,
    title: node.name,
    words: node.isPresent ? rate(node.changes?.delivered_per_second) : "away",
    inside: hurts ? "!" : String(clients),
    tone: hurts ? "error" : null,
    isGroup: false,
    radius: 16 + Math.min(14, 4 * Math.log10(1 + clients)),
    href: routeTo("overview", node.id),
    label: `node ${node.name}, ${clients} clients${hurts ? `, ${worst?.text ?? "away"}` : ""}`,
  };
}
