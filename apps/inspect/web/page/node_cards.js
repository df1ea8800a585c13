// The main figures of each of a few nodes.

import { html, keepChildren, setAttribute, setText } from "./dom.js";
import { FigureList } from "./figure_list.js";
import { bytes, count, duration, nothing, rate, share, time, timeOfDay } from "./figures.js";

export class NodeCards {
  constructor() {
    this.element = html("div", { class: "node-cards" });
  }

  show(nodes) {
    keepChildren(
      this.element,
      nodes,
      (node) => node.id,
      () => makeCard(),
      (card, node) => drawCard(card, node),
    );
  }
}

function makeCard() {
  const figures = new FigureList();
  const card = html(
    "section",
    { class: "card node-card" },
    html("div", { class: "card-head" }, html("h2"), html("span", { class: "muted" })),
    figures.element,
  );
  card.figures = figures;
  return card;
}

function drawCard(card, node) {
  const [name, note] = card.firstChild.children;
  setText(name, node.name);
  setText(note, noteOf(node));
  setAttribute(note, "class", node.state === "away" ? "is-error" : "muted");
  card.figures.show(node.snapshot ? figuresOf(node) : []);
}

function noteOf(node) {
  if (node.state === "awaited") return `is being asked, at ${node.target}`;
  if (node.state === "away") return `away since ${timeOfDay(node.sinceUnix)}: ${node.trouble}`;
  const facts = node.snapshot?.node;
  if (!facts) return "";
  const relay = node.snapshot.upstream ? `hears ${node.snapshot.upstream.upstream}` : facts.source;
  return `${relay} · on ${facts.host}, pid ${facts.pid} · up ${duration(facts.uptime_s)}`;
}

function figuresOf(node) {
  const { node: facts, stages, frames, stream } = node.snapshot;
  const lately = node.isPresent ? node.changes : null;
  const total = stages.find((stage) => stage.stage === "total");
  const dropped = lately?.dropped_per_second ?? 0;
  return [
    { name: "Frames", value: rate(lately?.produced_per_second), note: "produced" },
    { name: "Delivered", value: rate(lately?.delivered_per_second) },
    { name: "Dropped", value: rate(lately?.dropped_per_second), tone: dropped > 0 ? "error" : null },
    {
      name: "Latency",
      value: time(total?.last_second?.p50_us),
      note: total?.last_second?.p99_us ? `p99 ${time(total.last_second.p99_us)}` : "",
    },
    { name: "Clients", value: count(frames.clients_connected), note: `of ${count(frames.clients_served)}` },
    { name: "CPU", value: share(lately?.cpu_share), note: "of a core" },
    { name: "Memory", value: bytes(facts.resident_kib * 1024) },
    { name: "Stream", value: stream ? `level ${stream.level}` : nothing, note: adaptationNote(stream), tone: stream?.level > 0 ? "warning" : null },
  ];
}

function adaptationNote(stream) {
  if (!stream) return "";
  return stream.is_paused ? "paused" : `adapts: ${stream.mode}`;
}
