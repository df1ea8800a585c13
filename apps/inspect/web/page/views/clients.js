// Who listens, and what becomes of their frames.

import { DataTable } from "../data_table.js";
import { html, setText } from "../dom.js";
import { byteRate, count, rate, time } from "../figures.js";
import { clientRoute } from "../routes.js";

const droppedFrames = (client) => Object.values(client.frames_dropped).reduce((sum, some) => sum + some, 0);

function number(key, title, width, rank, value, write) {
  return { key, title, width, rank, grows: 1, isNumber: true, value, text: (row) => write(value(row)) };
}

const columns = [
  { ...number("client", "Client", 68, 0, ({ client }) => client.client, String), grows: undefined },
  { key: "node", title: "Node", width: 84, grows: 1, rank: 0, text: ({ node }) => node.name, value: ({ node }) => node.name },
  { key: "who", title: "Who", width: 96, grows: 2, rank: 3, text: ({ client }) => whoIs(client), value: ({ client }) => whoIs(client) },
  number("delivered", "Delivered", 72, 1, ({ lately }) => lately?.delivered_per_second, rate),
  {
    ...number("dropped", "Dropped", 72, 0, ({ lately }) => lately?.dropped_per_second, rate),
    tone: ({ lately }) => (lately?.dropped_per_second > 0 ? "error" : null),
  },
  number("lost", "Lost in all", 78, 4, ({ client }) => droppedFrames(client), count),
  number("queued", "Queued", 62, 5, ({ client }) => client.frames_queued, count),
  number("rate", "Sent", 80, 2, ({ lately }) => lately?.bytes_per_second, byteRate),
  number("p50", "Median", 70, 2, ({ client }) => client.latency?.p50_us, time),
  number("p99", "p99", 70, 3, ({ client }) => client.latency?.p99_us, time),
  { key: "pace", title: "Pace", width: 76, grows: 1, rank: 4, text: ({ client }) => client.pace, value: ({ client }) => client.pace },
];

/** Numbers of several nodes' clients are alike. */
const columnsOf = (nodes) => columns.filter(({ key }) => key !== "node" || nodes > 1);

function whoIs(client) {
  return client.address === "" ? `pid ${client.pid}` : client.address;
}

export class ClientsView {
  constructor() {
    this.title = "Clients";
    this.inspection = null;
    this.number = html("span", { class: "muted", role: "status" });
    this.find = html("input", {
      type: "search",
      placeholder: "Number, pid, address, pace",
      "aria-label": "Find clients",
      oninput: () => this.inspection && this.show(this.inspection),
    });
    this.table = new DataTable({
      label: "Clients",
      columns: columnsOf(1),
      keyOf: ({ node, client }) => `${node.id}-${client.client}`,
      hrefOf: ({ node, client }) => clientRoute(node, client.client),
      toneOf: ({ lately }) => (lately?.dropped_per_second > 0 ? "warning" : null),
      sort: { key: "client", descending: false },
      none: "No client is there.",
      maxHeight: "calc(100dvh - 250px)",
    });
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, this.title), this.number, this.find),
      html("section", { class: "card" }, this.table.element),
    );
  }

  show(inspection) {
    this.inspection = inspection;
    this.table.setColumns(columnsOf(inspection.nodes.length));
    const all = inspection.nodes.flatMap((node) =>
      (node.snapshot?.clients ?? []).map((client) => ({ node, client, lately: node.changes?.clients[client.client] ?? null })),
    );
    const wanted = this.find.value.trim().toLowerCase();
    const found = wanted === "" ? all : all.filter((row) => matches(row, wanted));
    setText(this.number, found.length === all.length ? count(all.length) : `${count(found.length)} of ${count(all.length)}`);
    this.table.show(found);
  }
}

function matches({ node, client }, wanted) {
  return [String(client.client), whoIs(client), client.pace, node.name].some((text) => text.toLowerCase().includes(wanted));
}
