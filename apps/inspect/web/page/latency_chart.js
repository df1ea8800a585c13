// How long the stages of a frame's way took, a line each, over the last minutes. The scale is
// logarithmic: a stage of microseconds stands beside one of milliseconds.

import { html, keepChildren, setAttribute, setText, svg } from "./dom.js";
import { nothing, time, timeOfDay, words } from "./figures.js";

const seconds = 300;
const left = 58;
const right = 10;
const top = 10;
const bottom = 24;

/** In the order of their way; their colours go by it. */
const stageOrder = ["capture", "encode", "queue", "write", "total", "end_to_end", "link"];
const colourOf = { total: 0, encode: 1, queue: 2, capture: 3, write: 4, end_to_end: 5, link: 6 };

export class LatencyChart {
  constructor({ height = 260 } = {}) {
    this.height = height;
    this.width = 600;
    this.history = [];
    this.measure = "p50_us";
    this.hand = null; // the second that is looked at, or null: the last one
    this.rules = svg("g", { "aria-hidden": "true" });
    this.lines = svg("g", { "aria-hidden": "true" });
    this.handLine = svg("line", { class: "hand", y1: top, y2: height - bottom, visibility: "hidden" });
    this.drawing = svg(
      "svg",
      {
        height,
        tabindex: 0,
        role: "img",
        "aria-label": "Latency by stage over the last five minutes; the arrow keys go through the seconds",
        onpointermove: (event) => this.pointAt(event),
        onpointerleave: () => this.lookAt(null),
        onkeydown: (event) => this.pressed(event),
        onblur: () => this.lookAt(null),
      },
      this.rules,
      this.lines,
      this.handLine,
    );
    this.key = html("ul", { class: "chart-key" });
    this.timeNote = html("p", { class: "chart-time", role: "status" });
    this.element = html("div", { class: "chart" }, this.drawing, this.key, this.timeNote);
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.element);
  }

  /** `measure` is "p50_us", "p99_us" or "max_us". */
  show(history, measure) {
    this.history = history;
    this.measure = measure;
    this.draw();
  }

  stages() {
    return stageOrder.filter((stage) => this.history.some((point) => this.valueOf(point, stage) > 0));
  }

  valueOf(point, stage) {
    return point.stages[stage]?.[this.measure];
  }

  draw() {
    this.width = this.element.clientWidth || this.width;
    setAttribute(this.drawing, "viewBox", `0 0 ${this.width} ${this.height}`);
    const stages = this.stages();
    this.scale(stages);
    this.drawRules();
    keepChildren(
      this.lines,
      stages,
      (stage) => stage,
      (stage) => svg("path", { class: `series series-${colourOf[stage]}` }),
      (path, stage) => setAttribute(path, "d", this.pathOf(stage)),
    );
    this.drawHand(stages);
  }

  scale(stages) {
    let least = Infinity;
    let most = 0;
    for (const point of this.history)
      for (const stage of stages) {
        const value = this.valueOf(point, stage);
        if (!(value > 0)) continue;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    // Whole decades: the scale holds still while the lines move.
    this.low = Number.isFinite(least) ? Math.floor(Math.log10(least)) : 1;
    this.high = most > 0 ? Math.max(Math.ceil(Math.log10(most)), this.low + 1) : 4;
    this.end = this.history.at(-1)?.unix_s ?? Date.now() / 1000;
  }

  x(unixSeconds) {
    return left + (this.width - left - right) * (1 - (this.end - unixSeconds) / seconds);
  }

  y(us) {
    const part = (Math.log10(us) - this.low) / (this.high - this.low);
    return this.height - bottom - part * (this.height - top - bottom);
  }

  drawRules() {
    const values = [];
    for (let decade = this.low; decade <= this.high; decade += 1) values.push(10 ** decade);
    const minutes = [0, 1, 2, 3, 4, 5];
    const places = [
      ...values.map((us) => ({ key: `v${us}`, us })),
      ...minutes.map((minute) => ({ key: `t${minute}`, minute })),
    ];
    keepChildren(
      this.rules,
      places,
      ({ key }) => key,
      ({ us }) => svg("g", {}, us ? svg("line", { class: "rule" }) : null, svg("text", { class: us ? "axis is-value" : "axis is-time" })),
      (group, place) => (place.us ? this.drawValueRule(group, place.us) : this.drawMinute(group, place.minute)),
    );
  }

  drawValueRule(group, us) {
    const [line, text] = group.children;
    const y = this.y(us);
    for (const [name, value] of Object.entries({ x1: left, x2: this.width - right, y1: y, y2: y }))
      setAttribute(line, name, value);
    setAttribute(text, "x", left - 8);
    setAttribute(text, "y", y + 4);
    setText(text, time(us));
  }

  drawMinute(group, minute) {
    const [text] = group.children;
    const x = this.x(this.end - minute * 60);
    setAttribute(text, "x", Math.min(x, this.width - right - 12));
    setAttribute(text, "y", this.height - 6);
    setText(text, minute === 0 ? "now" : `−${minute} min`);
  }

  /** Seconds without readings are gaps. */
  pathOf(stage) {
    let path = "";
    let last = null;
    for (const point of this.history) {
      const value = this.valueOf(point, stage);
      if (!(value > 0)) {
        last = null;
        continue;
      }
      const joins = last !== null && point.unix_s - last < 3.5;
      path += `${joins ? "L" : "M"}${this.x(point.unix_s).toFixed(1)} ${this.y(value).toFixed(1)}`;
      if (!joins) path += "h0.01";
      last = point.unix_s;
    }
    return path;
  }

  drawHand(stages) {
    const point = this.hand === null ? this.history.at(-1) : this.nearest(this.hand);
    setAttribute(this.handLine, "visibility", this.hand === null || !point ? "hidden" : "visible");
    if (point && this.hand !== null) {
      setAttribute(this.handLine, "x1", this.x(point.unix_s));
      setAttribute(this.handLine, "x2", this.x(point.unix_s));
    }
    setText(this.timeNote, this.hand === null || !point ? "" : `at ${timeOfDay(point.unix_s)}`);
    keepChildren(
      this.key,
      stages,
      (stage) => stage,
      (stage) =>
        html("li", { class: `series-${colourOf[stage]}` }, html("span", {}, words(stage)), html("span", { class: "value" })),
      (item, stage) => setText(item.lastChild, point ? time(this.valueOf(point, stage)) : nothing),
    );
  }

  nearest(unixSeconds) {
    let best = null;
    for (const point of this.history)
      if (best === null || Math.abs(point.unix_s - unixSeconds) < Math.abs(best.unix_s - unixSeconds)) best = point;
    return best;
  }

  lookAt(unixSeconds) {
    this.hand = unixSeconds;
    this.drawHand(this.stages());
  }

  pointAt(event) {
    const x = event.clientX - this.drawing.getBoundingClientRect().left;
    const part = (x - left) / (this.width - left - right);
    this.lookAt(this.end - (1 - Math.min(1, Math.max(0, part))) * seconds);
  }

  pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (event.key === "Escape") this.lookAt(null);
    if (step === undefined) return;
    event.preventDefault();
    const now = this.hand ?? this.end;
    this.lookAt(Math.min(this.end, Math.max(this.end - seconds, now + step)));
  }
}
