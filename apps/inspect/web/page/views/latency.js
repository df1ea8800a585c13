// How long the stages of a frame's way take: over time, and in figures.

import { DataTable } from "../data_table.js";
import { html } from "../dom.js";
import { count, time, words } from "../figures.js";
import { LatencyCard } from "../latency_card.js";

const figure = (key, title, take, rank) => ({
  key,
  title,
  width: 84,
  grows: 1,
  isNumber: true,
  rank,
  text: (stage) => time(take(stage)),
  value: take,
});

export class LatencyView {
  constructor() {
    this.title = "Latency";
    this.card = new LatencyCard({ height: 340 });
    this.table = new DataTable({
      label: "Stages",
      keyOf: (stage) => stage.stage,
      none: "No frame has been on its way yet.",
      columns: [
        { key: "stage", title: "Stage", width: 84, grows: 1, rank: 0, text: (stage) => words(stage.stage), value: (stage) => stage.stage },
        figure("second", "Last second", (stage) => stage.last_second?.p50_us, 0),
        figure("minute", "Last minute", (stage) => stage.last_minute?.p50_us, 1),
        figure("p50", "Median", (stage) => stage.p50_us, 0),
        figure("p95", "p95", (stage) => stage.p95_us, 3),
        figure("p99", "p99", (stage) => stage.p99_us, 0),
        figure("p999", "p99.9", (stage) => stage.p999_us, 4),
        figure("max", "Greatest", (stage) => stage.max_us, 2),
        figure("jitter", "Jitter", (stage) => stage.jitter_us, 3),
        { key: "trend", title: "Trend", width: 84, grows: 1, rank: 5, text: (stage) => stage.trend ?? "", value: (stage) => stage.trend ?? "" },
        { key: "count", title: "Readings", width: 84, grows: 1, isNumber: true, rank: 4, text: (stage) => count(stage.count), value: (stage) => stage.count },
      ],
    });
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, this.title)),
      this.card.element,
      html(
        "section",
        { class: "card" },
        html("div", { class: "card-head" }, html("h2", {}, "Since the start"), html("span", { class: "muted" }, "but for the first two columns")),
        this.table.element,
      ),
    );
  }

  show(inspection) {
    this.card.show(inspection);
    this.table.show(this.card.nodeChoice.chosen?.snapshot?.stages ?? []);
  }
}
