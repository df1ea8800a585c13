// Links between nodes: what each relay hears, and who hears each node.

import { DataTable } from "../data_table.js";
import { html } from "../dom.js";
import { byteRate, count, nothing, rate, time } from "../figures.js";
import { clientRoute } from "../routes.js";

function number(key, title, width, rank, value, write) {
  return { key, title, width, rank, grows: 1, isNumber: true, value, text: (row) => write(value(row)) };
}

function text(key, title, width, rank, value) {
  return { key, title, width, rank, grows: 2, value, text: value };
}

const upstreamColumns = [
  text("node", "Node", 84, 0, ({ node }) => node.name),
  text("upstream", "Hears", 120, 0, ({ upstream }) => upstream.upstream),
  number("received", "Received", 72, 1, ({ lately }) => lately?.received_per_second, rate),
  {
    ...number("missing", "Missing", 72, 0, ({ lately }) => lately?.missing_per_second, rate),
    tone: ({ lately }) => (lately?.missing_per_second > 0 ? "error" : null),
  },
  number("gaps", "Missing in all", 92, 3, ({ upstream }) => upstream.frames_missing, count),
  number("losses", "Losses", 62, 2, ({ upstream }) => upstream.losses, count),
  number("refusals", "Refusals", 66, 5, ({ upstream }) => upstream.refusals, count),
  number("bytes", "Rate", 80, 4, ({ lately }) => lately?.bytes_per_second, byteRate),
  number("offset", "Clock ahead", 88, 3, ({ upstream }) => upstream.clock?.offset_us, time),
  number("error", "±", 70, 6, ({ upstream }) => upstream.clock?.error_us, time),
  number("drift", "Drift", 74, 6, ({ upstream }) => upstream.clock?.drift_ppm, (ppm) => (ppm === undefined ? nothing : `${ppm.toFixed(1)} ppm`)),
];

const downstreamColumns = [
  text("node", "Node", 84, 0, ({ node }) => node.name),
  text("address", "Is heard by", 120, 0, ({ client }) => client.address),
  number("delivered", "Sent", 72, 1, ({ lately }) => lately?.delivered_per_second, rate),
  {
    ...number("dropped", "Dropped", 72, 0, ({ lately }) => lately?.dropped_per_second, rate),
    tone: ({ lately }) => (lately?.dropped_per_second > 0 ? "error" : null),
  },
  number("queued", "Queued", 62, 2, ({ client }) => client.frames_queued, count),
  number("bytes", "Rate", 80, 3, ({ lately }) => lately?.bytes_per_second, byteRate),
  number("p99", "p99", 70, 4, ({ client }) => client.latency?.p99_us, time),
];

export class LinksView {
  constructor() {
    this.title = "Links";
    this.upstreams = new DataTable({
      label: "What relays hear",
      columns: upstreamColumns,
      keyOf: ({ node }) => String(node.id),
      toneOf: ({ lately }) => (lately?.missing_per_second > 0 ? "warning" : null),
      none: "None of these nodes hears another.",
    });
    this.downstreams = new DataTable({
      label: "Who hears these nodes",
      columns: downstreamColumns,
      keyOf: ({ node, client }) => `${node.id}-${client.client}`,
      hrefOf: ({ node, client }) => clientRoute(node, client.client),
      toneOf: ({ lately }) => (lately?.dropped_per_second > 0 ? "warning" : null),
      none: "No other node hears these.",
      maxHeight: "60dvh",
    });
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, this.title)),
      html("section", { class: "card" }, html("h2", {}, "What relays hear"), this.upstreams.element),
      html("section", { class: "card" }, html("h2", {}, "Who hears these nodes"), this.downstreams.element),
    );
  }

  show(inspection) {
    const present = inspection.nodes.filter((node) => node.snapshot !== null);
    this.upstreams.show(
      present
        .filter((node) => node.snapshot.upstream)
        .map((node) => ({ node, upstream: node.snapshot.upstream, lately: node.changes?.upstream ?? null })),
    );
    this.downstreams.show(
      present.flatMap((node) =>
        node.snapshot.clients
          .filter((client) => client.address !== "")
          .map((client) => ({ node, client, lately: node.changes?.clients[client.client] ?? null })),
      ),
    );
  }
}
