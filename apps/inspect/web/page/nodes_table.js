// The main figures of many nodes, a row each.

import { DataTable } from "./data_table.js";
import { bytes, count, duration, rate, share, time } from "./figures.js";
import { routeTo } from "./routes.js";

function number(key, title, width, rank, value, write) {
  return { key, title, width, rank, grows: 1, isNumber: true, value, text: (node) => write(value(node)) };
}

const totalOf = (node) => node.snapshot?.stages.find(({ stage }) => stage === "total")?.last_second;
const worstOf = (node) => (node.state === "away" ? node.trouble : (node.findings[0]?.text ?? ""));
const isHurt = (node) => node.state === "away" || node.findings[0]?.severity === "alarm";

const columns = [
  { key: "name", title: "Node", width: 96, grows: 2, rank: 0, text: (node) => node.name, value: (node) => node.name },
  number("frames", "Frames", 64, 3, (node) => node.changes?.produced_per_second, rate),
  number("delivered", "Delivered", 72, 0, (node) => node.changes?.delivered_per_second, rate),
  {
    ...number("dropped", "Dropped", 66, 1, (node) => node.changes?.dropped_per_second, rate),
    tone: (node) => (node.changes?.dropped_per_second > 0 ? "error" : null),
  },
  number("p50", "Median", 68, 2, (node) => totalOf(node)?.p50_us, time),
  number("p99", "p99", 68, 4, (node) => totalOf(node)?.p99_us, time),
  number("clients", "Clients", 56, 0, (node) => node.snapshot?.frames.clients_connected, count),
  number("cpu", "CPU", 60, 3, (node) => node.changes?.cpu_share, share),
  number("memory", "Memory", 72, 6, (node) => node.snapshot?.node.resident_kib * 1024, bytes),
  number("uptime", "Up", 84, 7, (node) => node.snapshot?.node.uptime_s, duration),
  { key: "finding", title: "What stands out", width: 160, grows: 4, rank: 5, text: worstOf, tone: (node) => (isHurt(node) ? "error" : "warning") },
];

export class NodesTable {
  constructor() {
    this.table = new DataTable({
      label: "Nodes",
      columns,
      keyOf: (node) => String(node.id),
      hrefOf: (node) => routeTo("overview", node.id),
      toneOf: (node) => (isHurt(node) ? "error" : node.findings.length > 0 ? "warning" : null),
      maxHeight: "420px",
    });
    this.element = this.table.element;
  }

  show(nodes) {
    this.table.show(nodes);
  }
}
