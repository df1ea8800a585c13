// Everything at a glance.

import { html } from "../dom.js";
import { EventList } from "../event_list.js";
import { LatencyCard } from "../latency_card.js";
import { NodeCards } from "../node_cards.js";
import { NodesPicture, mostPanels } from "../nodes_picture.js";
import { NodesTable } from "../nodes_table.js";
import { routeTo } from "../routes.js";

export class OverviewView {
  constructor() {
    this.title = "Overview";
    this.cards = new NodeCards();
    this.table = new NodesTable();
    this.tableCard = html("section", { class: "card", hidden: true }, html("h2", {}, "Nodes"), this.table.element);
    this.picture = new NodesPicture();
    this.latency = new LatencyCard();
    this.events = new EventList({ maxHeight: "332px", isShort: true });
    const heading = html("h1", { class: "unseen", tabindex: -1 }, this.title);
    const events = html(
      "section",
      { class: "card" },
      html(
        "div",
        { class: "card-head" },
        html("h2", {}, "Events"),
        html("a", { class: "end", href: routeTo("events") }, "All events"),
      ),
      this.events.element,
    );
    this.element = html(
      "div",
      { class: "view" },
      heading,
      this.cards.element,
      this.picture.element,
      this.tableCard,
      html("div", { class: "two-columns" }, this.latency.element, events),
    );
  }

  show(inspection) {
    const areMany = inspection.nodes.length > mostPanels;
    this.cards.show(areMany ? [] : inspection.nodes);
    this.cards.element.hidden = areMany;
    this.tableCard.hidden = !areMany;
    this.table.show(areMany ? inspection.nodes : []);
    this.picture.show(inspection.nodes);
    this.latency.show(inspection);
    this.events.show(inspection.nodes);
  }
}
