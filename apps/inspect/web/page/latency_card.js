// The chart of latency by stage, with what of it is shown: of which node, and which percentile.

import { choice } from "./choice.js";
import { html } from "./dom.js";
import { LatencyChart } from "./latency_chart.js";
import { NodeChoice } from "./node_choice.js";

export class LatencyCard {
  constructor({ height } = {}) {
    this.chart = new LatencyChart({ height });
    this.measure = "p50_us";
    this.nodeChoice = new NodeChoice(() => this.draw());
    const measures = [
      ["p50_us", "Median"],
      ["p99_us", "p99"],
      ["max_us", "Greatest"],
    ];
    this.element = html(
      "section",
      { class: "card" },
      html(
        "div",
        { class: "card-head" },
        html("h2", {}, "Latency by stage"),
        this.nodeChoice.element,
        html(
          "span",
          { class: "end" },
          choice("Which latency", measures, this.measure, (measure) => {
            this.measure = measure;
            this.draw();
          }),
        ),
      ),
      this.chart.element,
    );
  }

  show(inspection) {
    this.nodeChoice.show(inspection.nodes);
    this.draw();
  }

  draw() {
    this.chart.show(this.nodeChoice.chosen?.history ?? [], this.measure);
  }
}
