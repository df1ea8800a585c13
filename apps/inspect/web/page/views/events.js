// The log of what happened, by kind and by level.

import { choice } from "../choice.js";
import { html } from "../dom.js";
import { EventList } from "../event_list.js";

const rank = { info: 0, warning: 1, error: 2 };

export class EventsView {
  constructor() {
    this.title = "Events";
    this.least = "info";
    this.kind = "";
    this.inspection = null;
    this.list = new EventList({ maxHeight: "calc(100dvh - 250px)" });
    const redraw = () => this.inspection && this.show(this.inspection);
    const levels = [
      ["info", "All"],
      ["warning", "Warnings and errors"],
      ["error", "Errors"],
    ];
    const kinds = ["node", "actor", "adaptation", "client", "link", "latency", "action"];
    const kindSelect = html(
      "select",
      {
        "aria-label": "Kind",
        onchange: () => {
          this.kind = kindSelect.value;
          redraw();
        },
      },
      html("option", { value: "" }, "Every kind"),
      ...kinds.map((kind) => html("option", { value: kind }, kind)),
    );
    this.element = html(
      "div",
      { class: "view" },
      html(
        "div",
        { class: "view-head" },
        html("h1", { tabindex: -1 }, this.title),
        kindSelect,
        choice("Level", levels, this.least, (level) => {
          this.least = level;
          redraw();
        }),
      ),
      html("section", { class: "card" }, this.list.element),
    );
  }

  show(inspection) {
    this.inspection = inspection;
    this.list.show(
      inspection.nodes,
      (event) => rank[event.level] >= rank[this.least] && (this.kind === "" || event.kind === this.kind),
    );
  }
}
