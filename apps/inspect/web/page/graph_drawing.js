// Draws bodies, edges and panels that have their places, and lets the arrow keys go from body to body.

import { keepChildren, setAttribute, setText, svg } from "./dom.js";

const lineHeight = 14;

export class GraphDrawing {
  constructor(label) {
    this.panels = svg("g");
    this.edges = svg("g", { "aria-hidden": "true" });
    this.bodies = svg("g");
    const arrow = (id, colour) =>
      svg(
        "marker",
        { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto", markerUnits: "userSpaceOnUse" },
        svg("path", { d: "M0 0.5L8 4L0 7.5z", class: colour }),
      );
    this.element = svg(
      "svg",
      { class: "graph", role: "group", "aria-label": label, onkeydown: (event) => this.pressed(event) },
      svg("defs", {}, arrow("arrow-message", "arrow-message"), arrow("arrow-frame", "arrow-frame")),
      this.panels,
      this.edges,
      this.bodies,
    );
    this.placeOf = new Map();
    this.near = null;
    this.stop = null; // the body that Tab comes to
  }

  /** `graph` is { panels, bodies, edges, height }. */
  draw(graph, width) {
    setAttribute(this.element, "viewBox", `0 0 ${width} ${graph.height}`);
    setAttribute(this.element, "height", graph.height);
    this.placeOf = new Map(graph.bodies.map((body) => [body.id, body]));
    if (!this.placeOf.has(this.stop)) this.stop = graph.bodies[0]?.id ?? null;
    if (!this.placeOf.has(this.near)) this.near = null;
    const byId = ({ id }) => id;
    keepChildren(this.panels, graph.panels, byId, makePanel, drawPanel);
    keepChildren(this.edges, graph.edges, byId, makeEdge, (element, edge) => this.drawEdge(element, edge));
    keepChildren(
      this.bodies,
      graph.bodies,
      byId,
      (body) => this.makeBody(body),
      (element, body) => this.drawBody(element, body),
    );
    this.element.classList.toggle("has-near", this.near !== null);
  }

  drawEdge(element, edge) {
    element.edge = edge;
    const [path, text] = element.children;
    const from = this.placeOf.get(edge.from);
    const to = this.placeOf.get(edge.to);
    const course = courseBetween(from, to, edge.isFrames);
    setAttribute(path, "d", course.path);
    setAttribute(path, "stroke-width", (1 + 0.9 * Math.log10(1 + edge.rate)).toFixed(2));
    setAttribute(path, "marker-end", edge.isFrames ? "url(#arrow-frame)" : "url(#arrow-message)");
    element.classList.toggle("is-frames", edge.isFrames);
    element.classList.toggle("is-idle", edge.rate === 0);
    element.classList.toggle("hurts", Boolean(edge.hurts));
    element.classList.toggle("is-near", this.near === edge.from || this.near === edge.to);
    setAttribute(text, "x", course.label.x);
    setAttribute(text, "y", course.label.y - 5);
    setText(text, edge.label);
  }

  makeBody(body) {
    const look = (id) => () => this.lookAt(id);
    return svg(
      "a",
      {
        class: "actor",
        "data-id": body.id,
        onpointerenter: look(body.id),
        onpointerleave: look(null),
        onfocus: () => {
          this.stop = body.id;
          this.lookAt(body.id);
        },
        onblur: look(null),
      },
      svg("circle", { class: "focus" }),
      svg("circle", { class: "body" }),
      svg("text", { class: "inside" }),
      svg("text", { class: "name" }),
      svg("text", { class: "words" }),
    );
  }

  drawBody(element, body) {
    const [focus, circle, inside, name, note] = element.children;
    setAttribute(element, "href", body.href);
    setAttribute(element, "aria-label", body.label);
    setAttribute(element, "data-tone", body.tone);
    setAttribute(element, "tabindex", body.id === this.stop ? 0 : -1);
    element.classList.toggle("is-group", body.isGroup);
    setAttribute(element, "transform", `translate(${body.x.toFixed(1)} ${body.y.toFixed(1)})`);
    setAttribute(focus, "r", (body.radius + 5).toFixed(1));
    circle.style.r = `${body.radius.toFixed(1)}px`;
    setText(inside, body.inside);
    const lines = linesOf(body.title);
    const nameTop = body.radius + 15;
    keepChildren(
      name,
      lines,
      (line) => line,
      () => svg("tspan", { x: 0 }),
      (span, line) => {
        setAttribute(span, "y", nameTop + lines.indexOf(line) * lineHeight);
        setText(span, line);
      },
    );
    setAttribute(note, "y", nameTop + lines.length * lineHeight);
    setText(note, body.words);
  }

  /** Has what goes to and from a body stand out. */
  lookAt(id) {
    this.near = id;
    this.element.classList.toggle("has-near", id !== null);
    for (const element of this.edges.children) {
      const { from, to } = element.edge;
      element.classList.toggle("is-near", id !== null && (from === id || to === id));
    }
  }

  pressed(event) {
    const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
    const now = this.placeOf.get(document.activeElement?.dataset?.id);
    if (!(event.key in directions) || !now) return;
    event.preventDefault();
    const next = nextInDirection(now, [...this.placeOf.values()], directions[event.key]);
    if (next === null) return;
    this.stop = next.id;
    const bodies = this.bodies.keptChildren;
    for (const [id, element] of bodies) setAttribute(element, "tabindex", id === next.id ? 0 : -1);
    bodies.get(next.id).focus();
  }
}

/** Long names take two lines. */
function linesOf(title) {
  const space = title.indexOf(" ");
  return title.length > 11 && space > 0 ? [title.slice(0, space), title.slice(space + 1)] : [title];
}

function makePanel() {
  return svg(
    "g",
    {},
    svg("rect", { class: "panel", rx: 10 }),
    svg("text", { class: "panel-name" }),
    svg("text", { class: "panel-note" }),
  );
}

function drawPanel(element, panel) {
  const [box, name, note] = element.children;
  element.classList.toggle("is-away", panel.isAway);
  for (const side of ["x", "y", "width", "height"]) setAttribute(box, side, panel[side]);
  setAttribute(name, "x", panel.x + 16);
  setAttribute(name, "y", panel.y + 26);
  setText(name, panel.name);
  setAttribute(note, "x", panel.x + 16);
  setAttribute(note, "y", panel.y + 44);
  setText(note, panel.note);
}

function makeEdge() {
  return svg("g", { class: "edge" }, svg("path"), svg("text"));
}

/** From rim to rim. Frames go straight; messages bend to their right, so that both ways show. */
function courseBetween(from, to, isStraight) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const distance = Math.hypot(dx, dy) || 1;
  const bend = isStraight && Math.abs(dx) < 800 && distance < 420 ? 0 : Math.min(0.16 * distance, 56);
  const control = {
    x: (from.x + to.x) / 2 - (dy / distance) * bend,
    y: (from.y + to.y) / 2 + (dx / distance) * bend,
  };
  const start = rimTowards(from, control, 3);
  const end = rimTowards(to, control, 5);
  const text = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  // A slanting edge has its label near its end: by its middle there are others' names.
  const labelPart = Math.abs(dx) > 1.5 * Math.abs(dy) && Math.abs(dy) > 20 ? 0.74 : 0.5;
  return {
    path: `M${text(start)}Q${text(control)} ${text(end)}`,
    label: pointAt(labelPart, start, control, end),
  };
}

/** Of a quadratic Bézier curve. */
function pointAt(part, start, control, end) {
  const rest = 1 - part;
  const at = (axis) => rest * rest * start[axis] + 2 * rest * part * control[axis] + part * part * end[axis];
  return { x: at("x"), y: at("y") };
}

function rimTowards(body, point, clearance) {
  const dx = point.x - body.x;
  const dy = point.y - body.y;
  const distance = Math.hypot(dx, dy) || 1;
  const reach = body.radius + clearance;
  return { x: body.x + (dx / distance) * reach, y: body.y + (dy / distance) * reach };
}

/** The nearest body that lies rather in that direction than in another. */
function nextInDirection(now, bodies, [dx, dy]) {
  let best = null;
  let bestCost = Infinity;
  for (const body of bodies) {
    const along = (body.x - now.x) * dx + (body.y - now.y) * dy;
    const across = Math.abs((body.x - now.x) * dy) + Math.abs((body.y - now.y) * dx);
    if (body === now || along <= 1 || across > along * 2) continue;
    const cost = along + across * 2;
    if (cost < bestCost) [best, bestCost] = [body, cost];
  }
  return best;
}
