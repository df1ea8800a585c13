// The supervision tree: who looks after whom, and how each fares.

import { DataTable } from "../data_table.js";
import { html, setText } from "../dom.js";
import { bytes, count, duration, nothing, rate, share, time, words } from "../figures.js";
import { actorRoute, isConnection, routeTo } from "../routes.js";

/** The tree as rows with depths, parents first. */
function treeOf(node) {
  const actors = (node.snapshot?.actors ?? []).filter((actor) => !isConnection(actor.name));
  const known = new Set(actors.map((actor) => actor.name));
  const rows = [];
  const addBelow = (parent, depth) => {
    for (const actor of actors) {
      const isHere = parent === "" ? !known.has(actor.parent) : actor.parent === parent;
      if (!isHere) continue;
      rows.push(rowOf(node, actor, depth));
      addBelow(actor.name, depth + 1);
    }
  };
  addBelow("", 0);
  return rows;
}

function rowOf(node, actor, depth) {
  return { node, actor, depth, lately: node.changesOf(actor.name), trouble: node.troubles[actor.name] ?? null };
}

/** All connections are one row. */
const isTogether = (actor) => actor.name === "connection";

const title = ({ actor }) => (isTogether(actor) ? `connections (${count(actor.running)})` : words(actor.name));

const columns = [
  { key: "name", title: "Actor", width: 170, grows: 2, rank: 0, text: title },
  {
    key: "state",
    title: "State",
    width: 84,
    grows: 1,
    rank: 0,
    text: ({ actor, trouble }) => trouble?.text ?? actor.state,
    tone: ({ trouble }) => (trouble ? (trouble.hurts ? "error" : "warning") : "muted"),
  },
  number("busy", "Busy", 84, 0, ({ lately }) => share(lately?.busy_share), "share of a core"),
  number("turns", "Turns", 66, 2, ({ lately }) => rate(lately?.turns_per_second)),
  number("mailbox", "Mailbox", 66, 3, ({ actor }) => count(actor.mailbox.now), "messages that wait now"),
  number("peak", "Peak", 56, 5, ({ actor }) => count(actor.mailbox.peak), "the most that ever waited"),
  number("wait", "Wait p99", 78, 4, ({ actor }) => time(actor.wait?.p99_us), "from a message's sending until its turn"),
  number("memory", "Bytes", 70, 6, ({ actor }) => bytes(actor.bytes)),
  number("restarts", "Restarts", 66, 3, ({ actor }) => count(actor.restarts)),
  number("age", "Age", 80, 5, ({ actor }) => (isTogether(actor) ? nothing : duration(actor.age_s))),
  { key: "failure", title: "Last failure", width: 130, grows: 2, rank: 7, text: ({ actor }) => actor.last_failure },
];

function number(key, heading, width, rank, text, hint) {
  return { key, title: heading, width, rank, text, hint, isNumber: true };
}

export class ActorsView {
  constructor() {
    this.title = "Actors";
    this.tables = new Map();
    this.trees = html("div", { class: "view" });
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, "Supervision tree")),
      this.trees,
    );
  }

  show(inspection) {
    for (const node of inspection.nodes) this.tableFor(node).show(treeOf(node));
  }

  tableFor(node) {
    if (!this.tables.has(node.id)) {
      const table = new DataTable({
        label: `Actors of ${node.name}`,
        columns,
        keyOf: ({ actor }) => actor.name,
        hrefOf: ({ actor }) => (isTogether(actor) ? routeTo("clients") : actorRoute(node, actor.name)),
        toneOf: ({ trouble }) => (trouble?.hurts ? "error" : trouble ? "warning" : null),
        depthOf: ({ depth }) => depth,
        none: "The node has not answered yet.",
      });
      const heading = html("h2");
      this.tables.set(node.id, { table, heading });
      this.trees.append(html("section", { class: "card" }, heading, table.element));
    }
    const { table, heading } = this.tables.get(node.id);
    setText(heading, node.name);
    return table;
  }
}
