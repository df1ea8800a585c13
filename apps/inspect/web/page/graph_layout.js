// Where the bodies of the picture are. Each kind of actor has its place, so that the picture stays as
// it is whatever happens: the way of the frames in the middle from left to right, who takes clients in
// above it, who watches and adapts below it.

import { bodyId } from "./graph_model.js";

const columns = 4;
const places = {
  supervisor: [0, 0],
  connection_supervisor: [1, 0],
  acceptor: [2, 0],
  client_registry: [3, 0],
  source: [0, 1],
  link_receiver: [0, 1],
  frame_processor: [1, 1],
  connection: [2, 1],
  clients: [3, 1],
  system_sensor: [0, 2],
  adaptive_optimiser: [1, 2],
  latency_monitor: [2, 2],
  link_sender: [3, 2],
  link_door: [3, 3],
};
const namedHead = 58; // of a panel that says whose it is
const plainHead = 26;
const rowHeight = 122;
const leastWordyWidth = 480; // what bodies say is shorter in less
const gap = 20;
const leastPanelWidth = 520;

/** Gives `graph` of `node` its places in a panel of `width`, and returns the panel's height. */
function placeInPanel(graph, left, top, width, headHeight) {
  const taken = new Set();
  const cells = graph.bodies.map((body) => {
    const place = places[body.kind];
    const isFree = place && !taken.has(String(place));
    if (isFree) taken.add(String(place));
    return isFree ? place : null;
  });
  let next = columns * 2;
  const freeCell = () => {
    for (; ; next += 1) {
      const cell = [next % columns, Math.floor(next / columns)];
      if (taken.has(String(cell))) continue;
      taken.add(String(cell));
      return cell;
    }
  };
  let rows = 0;
  graph.bodies.forEach((body, index) => {
    const [column, row] = cells[index] ?? freeCell();
    rows = Math.max(rows, row + 1);
    if (width < leastWordyWidth) body.words = body.fewWords ?? body.words;
    body.x = left + ((column + 0.5) * width) / columns;
    body.y = top + headHeight + row * rowHeight + 36;
  });
  return headHeight + rows * rowHeight + 4;
}

/** How many links it is from each node to where its stream begins, among those watched. */
function depths(nodes, links) {
  const depth = new Map(nodes.map((node) => [node, 0]));
  for (let round = 0; round < nodes.length; round += 1)
    for (const link of links)
      depth.set(link.toNode, Math.max(depth.get(link.toNode), Math.min(depth.get(link.fromNode) + 1, nodes.length)));
  return depth;
}

/**
 * Panels of nodes, the upstream before its relays: beside each other where there is room, else one
 * below the other. `graphs` maps nodes to what graphOf gives. Returns { panels, bodies, edges, height }.
 */
export function layOutPanels(graphs, links, width, areNamed) {
  const nodes = [...graphs.keys()];
  const depth = depths(nodes, links);
  const inOrder = nodes.toSorted((a, b) => depth.get(a) - depth.get(b) || a.id - b.id);
  const beside = Math.max(1, Math.min(nodes.length, Math.floor((width + gap) / (leastPanelWidth + gap))));
  const head = areNamed ? namedHead : plainHead;
  const panelWidth = (width - gap * (beside - 1)) / beside;

  const result = { panels: [], bodies: [], edges: [], height: 0 };
  let top = 0;
  for (let first = 0; first < inOrder.length; first += beside) {
    const line = inOrder.slice(first, first + beside).map((node, index) => {
      const left = index * (panelWidth + gap);
      const graph = graphs.get(node);
      const height = placeInPanel(graph, left, top, panelWidth, head);
      result.bodies.push(...graph.bodies);
      result.edges.push(...graph.edges);
      return { id: `panel ${node.id}`, node, x: left, y: top, width: panelWidth, height };
    });
    const height = Math.max(...line.map((panel) => panel.height));
    for (const panel of line) result.panels.push({ ...panel, height });
    top += height + gap;
  }
  result.height = Math.max(0, top - gap);
  result.edges.push(...links.map((link) => linkEdge(link, result.bodies)).filter((edge) => edge !== null));
  return result;
}

function linkEdge(link, bodies) {
  const has = (node, name) => bodies.find((body) => body.id === bodyId(node, name));
  const from = has(link.fromNode, "link_sender") ?? has(link.fromNode, "frame_processor");
  const to = has(link.toNode, "link_receiver") ?? has(link.toNode, "source");
  return from && to ? { ...link, from: from.id, to: to.id, isFrames: true } : null;
}

const nodeGap = 150;
const nodeRow = 108;

/** Many nodes, a body each: a column for each step of the stream's way. */
export function layOutNodes(bodies, links, width) {
  const nodes = bodies.map((body) => body.node);
  const depth = depths(nodes, links);
  const levels = Map.groupBy(bodies, (body) => depth.get(body.node));
  const isWide = levels.size * nodeGap <= width;
  let top = 0;
  if (isWide) {
    const tallest = Math.max(...[...levels.values()].map((level) => level.length));
    for (const [level, list] of levels)
      list.forEach((body, index) => {
        body.x = ((level + 0.5) * width) / levels.size;
        body.y = 36 + ((index + 0.5) * (tallest * nodeRow)) / list.length - nodeRow / 2 + 4;
      });
    top = tallest * nodeRow;
  } else {
    const beside = Math.max(1, Math.floor(width / 104));
    for (const level of [...levels.keys()].sort((a, b) => a - b)) {
      const list = levels.get(level);
      list.forEach((body, index) => {
        body.x = (((index % beside) + 0.5) * width) / Math.min(beside, list.length);
        body.y = top + 36 + Math.floor(index / beside) * nodeRow;
      });
      top += Math.ceil(list.length / beside) * nodeRow;
    }
  }
  const idOf = (node) => bodies.find((body) => body.node === node).id;
  const edges = links.map((link) => ({ ...link, from: idOf(link.fromNode), to: idOf(link.toNode), isFrames: true }));
  return { panels: [], bodies, edges, height: top + 4 };
}
