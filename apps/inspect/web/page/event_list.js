// What happened in the nodes, the latest first.

import { DataTable } from "./data_table.js";
import { timeOfDay } from "./figures.js";
import { actorRoute, clientRoute, routeTo } from "./routes.js";

const tones = { error: "error", warning: "warning" };

export class EventList {
  constructor({ maxHeight, isShort = false }) {
    this.isShort = isShort;
    const columns = [
      { key: "time", title: "Time", width: 74, rank: 0, text: ({ event }) => timeOfDay(event.unix_time_s) },
      { key: "node", title: "Node", width: 90, rank: 2, text: ({ node }) => node.name },
      { key: "kind", title: "Kind", width: 84, rank: 1, text: ({ event }) => event.kind },
      {
        key: "text",
        title: "What happened",
        width: 150,
        grows: 1,
        rank: 0,
        text: ({ event }) => event.text,
        tone: ({ event }) => tones[event.level] ?? null,
      },
    ];
    const shown = isShort ? columns.filter(({ key }) => key === "time" || key === "text") : columns;
    this.table = new DataTable({
      label: "Events",
      columns: shown,
      keyOf: ({ node, event }) => `${node.id}-${event.number}-${event.unix_time_s}`,
      hrefOf: subjectRoute,
      toneOf: ({ event }) => (event.level === "error" ? "error" : null),
      none: "Nothing has happened yet.",
      maxHeight,
    });
    this.element = this.table.element;
  }

  /** `isWanted` says which events are shown; all where it is left out. */
  show(nodes, isWanted = () => true) {
    const rows = nodes
      .flatMap((node) => node.events.map((event) => ({ node, event })))
      .filter(({ event }) => isWanted(event))
      .sort((a, b) => b.event.unix_time_s - a.event.unix_time_s || b.event.number - a.event.number);
    this.table.show(rows);
  }
}

/** Where what an event is about is shown. */
function subjectRoute({ node, event }) {
  const client = /^client (\d+)$/.exec(event.subject);
  if (client) return node.snapshot?.clients.some(({ client: number }) => number === Number(client[1])) ? clientRoute(node, client[1]) : null;
  if (node.actor(event.subject)) return actorRoute(node, event.subject);
  return event.kind === "link" ? routeTo("links") : null;
}
