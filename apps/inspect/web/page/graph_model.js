// Which bodies and edges there are in the picture of a node: its actors, its connections and clients
// as one each, and what goes between them.

import { count, rate, share, words } from "./figures.js";
import { actorRoute, isConnection, routeTo } from "./routes.js";

/** All that the picture of `node` shows, without places: { bodies, edges }. */
export function graphOf(node) {
  const actors = node.snapshot.actors.filter((actor) => !isConnection(actor.name));
  const bodies = actors.map((actor) => bodyOf(node, actor));
  const byKind = new Map(actors.map((actor) => [actor.kind, bodyId(node, actor.name)]));
  for (const kind of ["clients", "link_sender"]) {
    if (byKind.has(kind) || !node.snapshot.flows.some((flow) => flow.to === kind || flow.from === kind))
      continue;
    byKind.set(kind, bodyId(node, kind));
    bodies.push(groupOf(node, kind));
  }
  return { bodies, edges: edgesOf(node, byKind) };
}

export const bodyId = (node, name) => `${node.id}/${name}`;

function bodyOf(node, actor) {
  const lately = node.changesOf(actor.name);
  const isGroup = actor.name === "connection";
  const trouble = node.troubles[actor.name] ?? null;
  const pace = lately ? `${share(lately.busy_share)} · ${rate(lately.turns_per_second)}` : "";
  const title = isGroup ? "connections" : words(actor.name);
  return {
    id: bodyId(node, actor.name),
    kind: actor.kind,
    title,
    words: trouble?.text ?? pace,
    fewWords: trouble?.text ?? share(lately?.busy_share),
    inside: isGroup ? count(actor.running) : trouble?.hurts ? "!" : "",
    tone: trouble?.hurts ? "error" : null,
    isGroup,
    radius: radiusOf(lately?.busy_share ?? 0, isGroup),
    href: isGroup ? routeTo("clients") : actorRoute(node, actor.name),
    label: `${title}, ${trouble?.text ?? actor.state}, ${pace}`,
  };
}

function groupOf(node, kind) {
  const isClients = kind === "clients";
  const all = node.snapshot.clients.filter((client) => (client.address === "") === isClients);
  return {
    id: bodyId(node, kind),
    kind,
    title: isClients ? "clients" : "link senders",
    words: isClients ? "" : "to other nodes",
    inside: count(all.length),
    tone: null,
    isGroup: true,
    radius: radiusOf(0, true),
    href: routeTo(isClients ? "clients" : "links"),
    label: `${all.length} ${isClients ? "clients" : "link senders"}`,
  };
}

/** A share of a core of 0.01 % is as small, one of 100 % as large as can be. */
function radiusOf(busyShare, isGroup) {
  const part = Math.min(1, Math.max(0, 1 + Math.log10(Math.max(busyShare, 1e-9)) / 4));
  return Math.max(isGroup ? 19 : 11, 11 + 19 * part);
}

/** Messages of all types together are one edge, frames another. */
function edgesOf(node, byKind) {
  const edges = new Map();
  const rates = node.changes?.flows ?? [];
  node.snapshot.flows.forEach((flow, index) => {
    const from = byKind.get(flow.from);
    const to = byKind.get(flow.to);
    if (!from || !to || from === to) return;
    const isFrames = flow.message === "frame";
    const id = `${from} ${to} ${isFrames ? "frames" : "messages"}`;
    const edge = edges.get(id) ?? { id, from, to, isFrames, rate: 0 };
    edge.rate += rates[index]?.per_second ?? 0;
    edges.set(id, edge);
  });
  for (const edge of edges.values()) edge.label = edge.rate > 0 ? rate(edge.rate) : "";
  return [...edges.values()];
}

/** The links between the nodes that are watched. */
export function linksBetween(nodes) {
  return nodes
    .map((toNode) => ({ toNode, fromNode: nodes.find((node) => node.id === toNode.upstream) }))
    .filter(({ fromNode }) => fromNode !== undefined)
    .map(({ fromNode, toNode }) => {
      const lately = toNode.changes?.upstream;
      const missing = lately?.missing_per_second ?? 0;
      return {
        id: `link ${fromNode.id} ${toNode.id}`,
        fromNode,
        toNode,
        rate: lately?.received_per_second ?? 0,
        label: (lately ? rate(lately.received_per_second) : "") + (missing > 0 ? `, ${rate(missing)} missing` : ""),
        hurts: missing > 0,
      };
    });
}
