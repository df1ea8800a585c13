// All that the page knows of the nodes, as it was pushed last.

const mostEvents = 1000;
const historyLength = 300; // seconds

class InspectedNode {
  constructor(id) {
    this.id = id;
    this.target = "";
    this.name = "";
    this.upstream = null; // the node that it has its stream from, if that is here
    this.state = "awaited"; // or "present", "away"
    this.sinceUnix = 0;
    this.trouble = "";
    this.snapshot = null; // as in protocol/inspection.md
    this.changes = null; // what the last two snapshots give together
    this.findings = []; // what stands out, the worst first
    this.troubles = {}; // by actor: words for what is wrong with it
    this.events = []; // the oldest first
    this.history = []; // of the stages' latencies, a second each
  }

  get isPresent() {
    return this.state === "present" && this.snapshot !== null;
  }

  actor(name) {
    return this.snapshot?.actors.find((actor) => actor.name === name);
  }

  /** What the last two snapshots give for an actor. */
  changesOf(actor) {
    return this.changes?.actors[actor] ?? null;
  }
}

export class Inspection {
  constructor() {
    this.nodes = [];
  }

  node(id) {
    return this.nodes.find((node) => node.id === Number(id)) ?? null;
  }

  /** Takes in what the server pushes. */
  take(type, data) {
    if (type === "nodes") {
      this.nodes = this.nodes.filter((node) => data.ids.includes(node.id));
      return;
    }
    const node = this.nodeFor(data.node);
    switch (type) {
      case "node":
        node.target = data.target;
        node.name = data.name;
        node.upstream = data.upstream;
        node.state = data.state;
        node.sinceUnix = data.unix_since_s;
        node.trouble = data.trouble;
        break;
      case "snapshot":
        node.snapshot = data.snapshot;
        node.changes = indexed(data.changes);
        node.findings = data.findings;
        node.troubles = data.troubles;
        break;
      case "events":
        node.events = (data.begins_anew ? [] : node.events).concat(data.events).slice(-mostEvents);
        break;
      case "history":
        node.history = (data.begins_anew ? [] : node.history).concat(data.points);
        forgetOld(node.history);
        break;
    }
  }

  nodeFor(id) {
    const known = this.node(id);
    if (known) return known;
    const node = new InspectedNode(id);
    this.nodes.push(node);
    this.nodes.sort((a, b) => a.id - b.id);
    return node;
  }

  /** What stands out in all nodes, the worst first, each with its node. */
  findings() {
    const away = this.nodes
      .filter((node) => node.state === "away")
      .map((node) => ({ node, severity: "alarm", subject: "", text: node.trouble || "the node is away" }));
    const found = this.nodes
      .filter((node) => node.isPresent)
      .flatMap((node) => node.findings.map((finding) => ({ node, ...finding })));
    const isAlarm = (finding) => finding.severity === "alarm";
    return away.concat(found.filter(isAlarm), found.filter((finding) => !isAlarm(finding)));
  }
}

/** Lists by what they are asked for. */
function indexed(changes) {
  if (changes === null) return null;
  const by = (list, key) => Object.fromEntries(list.map((each) => [each[key], each]));
  return { ...changes, actors: by(changes.actors, "name"), clients: by(changes.clients, "client") };
}

function forgetOld(history) {
  if (history.length === 0) return;
  const oldest = history.at(-1).unix_s - historyLength;
  const kept = history.findIndex((point) => point.unix_s >= oldest);
  if (kept > 0) history.splice(0, kept);
}
