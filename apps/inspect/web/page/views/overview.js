// Everything at a glance.

import { html } from "../dom.js";
import { EventList } from "../event_list.js";
import { LatencyCard } from "../latency_card.js";
import { NodeCards } from "../node_cards.js";
import { NodesPicture } from "../nodes_picture.js";
import { routeTo } from "../routes.js";

export class OverviewView {
  constructor() {
    this.title = "Overview";
    this.cards = new NodeCards();
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
      html("div", { class: "two-columns" }, this.latency.element, events),
    );
  }

  show(inspection) {
    this.cards.show(inspection.nodes);
    this.picture.show(inspection.nodes);
    this.latency.show(inspection);
    this.events.show(inspection.nodes);
  }
}
