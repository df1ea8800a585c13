// Figures with their names above them.

import { html, keepChildren, setAttribute, setText } from "./dom.js";

export class FigureList {
  constructor({ isSmall = false } = {}) {
    this.element = html("dl", { class: isSmall ? "figures is-small" : "figures" });
  }

  /** `figures` is a list of { name, value, note, tone }. */
  show(figures) {
    keepChildren(
      this.element,
      figures,
      (figure) => figure.name,
      (figure) =>
        html("div", {}, html("dt", {}, figure.name), html("dd", {}, html("span"), html("small"))),
      (element, figure) => {
        const [value, note] = element.lastChild.children;
        setText(value, figure.value);
        setText(note, figure.note ?? "");
        setAttribute(element.lastChild, "class", figure.tone ? `is-${figure.tone}` : null);
      },
    );
  }
}
