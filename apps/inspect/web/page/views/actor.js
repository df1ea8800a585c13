// One actor: how it fares, and how long it takes for messages of each type. A connection's page is
// also that of its client.

import { orderButton } from "../confirm_dialog.js";
import { DataTable } from "../data_table.js";
import { html, setAttribute, setText } from "../dom.js";
import { FigureList } from "../figure_list.js";
import { bytes, byteRate, count, duration, nothing, rate, share, time, words } from "../figures.js";
import { closeOrder, restartOrder } from "../orders.js";
import { ask } from "../server.js";

function handlerNumber(key, title, width, rank, value, write, hint) {
  return { key, title, width, rank, grows: 1, isNumber: true, value, hint, text: (row) => write(value(row)) };
}

const columns = [
  { key: "message", title: "Message", width: 110, grows: 2, rank: 0, text: ({ handler }) => words(handler.message), value: ({ handler }) => handler.message },
  { key: "from", title: "From", width: 100, grows: 2, rank: 3, text: ({ handler }) => words(handler.from) || nothing, value: ({ handler }) => handler.from },
  handlerNumber("count", "Count", 76, 2, ({ handler }) => handler.count, count),
  handlerNumber("rate", "Rate", 70, 0, ({ lately }) => lately?.per_second, rate),
  handlerNumber("lately", "Lately", 70, 5, ({ lately }) => lately?.mean_us || undefined, time, "mean of those in the last second"),
  handlerNumber("mean", "Mean", 70, 1, ({ handler }) => handler.mean_us, time),
  handlerNumber("p50", "Median", 70, 3, ({ handler }) => handler.p50_us, time),
  handlerNumber("p99", "p99", 70, 0, ({ handler }) => handler.p99_us, time),
  handlerNumber("max", "Greatest", 74, 4, ({ handler }) => handler.max_us, time),
];

export class ActorView {
  constructor([nodeId, name]) {
    this.nodeId = nodeId;
    this.name = name;
    this.client = /^connection:(\d+)$/.exec(name)?.[1] ?? null;
    this.title = this.client === null ? words(name) : `Client ${this.client}`;
    this.asked = null; // a connection with its handlers, which snapshots are without
    this.isAsking = false;
    this.state = html("span");
    this.whose = html("span", { class: "muted" });
    this.buttons = html("div", { class: "buttons" });
    this.maySteer = null;
    this.figures = new FigureList({ isSmall: true });
    this.clientFigures = new FigureList({ isSmall: true });
    this.trouble = html("p", { class: "is-error", hidden: true });
    this.table = new DataTable({
      label: "Handlers by message type",
      columns,
      keyOf: ({ handler }) => `${handler.message}-${handler.from}`,
      sort: { key: "rate", descending: true },
      none: "It has not handled a message yet.",
    });
    this.clientCard = html(
      "section",
      { class: "card", hidden: this.client === null },
      html("h2", {}, "Its frames"),
      this.clientFigures.element,
    );
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, this.title), this.whose, this.state, this.buttons),
      this.trouble,
      this.clientCard,
      html("section", { class: "card" }, html("h2", {}, this.client === null ? "How it fares" : "Its connection"), this.figures.element),
      html("section", { class: "card" }, html("h2", {}, "Handlers by message type"), this.table.element),
    );
  }

  show(inspection) {
    const node = inspection.node(this.nodeId);
    if (!node?.snapshot) return;
    setText(this.whose, inspection.nodes.length > 1 ? `of ${node.name}` : "");
    const actor = node.actor(this.name);
    const client = node.snapshot.clients.find(({ client: number }) => String(number) === this.client);
    if (!actor && !client) {
      this.trouble.hidden = false;
      setText(this.trouble, `${this.title} is not there any more, in node ${node.name}.`);
      return;
    }
    this.trouble.hidden = true;
    this.showButtons(node, actor);
    if (client) this.showClient(node, client);
    if (actor) this.showActor(node, actor);
    if (this.client !== null) this.askForHandlers(node);
  }

  showButtons(node, actor) {
    const maySteer = node.snapshot.node.may_steer;
    if (this.maySteer === maySteer) return;
    this.maySteer = maySteer;
    const buttons = [];
    if (this.client !== null)
      buttons.push(orderButton(node, "Disconnect…", () => closeOrder(Number(this.client))));
    if (actor) buttons.push(orderButton(node, "Restart…", () => restartOrder(actor)));
    this.buttons.replaceChildren(...buttons);
  }

  showActor(node, actor) {
    const lately = node.changesOf(this.name);
    const trouble = node.troubles[this.name];
    setText(this.state, trouble?.text ?? actor.state);
    setAttribute(this.state, "class", trouble ? (trouble.hurts ? "is-error" : "is-warning") : "muted");
    const inHand = actor.in_hand;
    this.figures.show([
      { name: "Busy", value: share(lately?.busy_share), note: "of a core" },
      { name: "Turns", value: rate(lately?.turns_per_second), note: `${count(actor.turns)} in all` },
      { name: "In hand", value: inHand ? words(inHand.message) : "nothing", note: inHand ? `for ${time(inHand.for_us)}` : "" },
      { name: "Mailbox", value: count(actor.mailbox.now), note: `peak ${count(actor.mailbox.peak)}, dropped ${count(actor.mailbox.dropped)}` },
      { name: "Wait", value: time(actor.wait?.p50_us), note: `p99 ${time(actor.wait?.p99_us)}` },
      { name: "Longest wait", value: time(actor.wait?.max_us) },
      { name: "Age", value: duration(actor.age_s) },
      { name: "Restarts", value: count(actor.restarts), note: `${count(actor.times_stuck)} times stuck` },
      { name: "Bytes", value: bytes(actor.bytes), note: byteRateNote(lately) },
      { name: "Parent", value: words(actor.parent) || nothing },
      { name: "Last failure", value: actor.last_failure || nothing },
    ]);
    const handlers = actor.handlers ?? [];
    if (this.client === null) this.showHandlers(handlers, lately?.handlers ?? []);
  }

  showHandlers(handlers, lately) {
    this.table.show(
      handlers.map((handler) => ({
        handler,
        lately: lately.find(({ message, from }) => message === handler.message && from === handler.from) ?? null,
      })),
    );
  }

  showClient(node, client) {
    const lately = node.changes?.clients[client.client] ?? null;
    const dropped = Object.entries(client.frames_dropped).filter(([, some]) => some > 0);
    this.clientFigures.show([
      { name: "Who", value: client.address || `pid ${client.pid}`, note: client.address ? "" : `uid ${client.uid}` },
      { name: "Delivered", value: rate(lately?.delivered_per_second), note: `${count(client.frames_delivered)} in all` },
      { name: "Dropped", value: rate(lately?.dropped_per_second), tone: lately?.dropped_per_second > 0 ? "error" : null },
      { name: "Lost in all", value: dropped.map(([cause, some]) => `${count(some)} ${words(cause)}`).join(", ") || "none" },
      { name: "Queued", value: count(client.frames_queued), note: `of ${count(client.queue_frames)}` },
      { name: "Sent", value: byteRate(lately?.bytes_per_second), note: `${bytes(client.bytes_sent)} in all` },
      { name: "Latency", value: time(client.latency?.p50_us), note: `p99 ${time(client.latency?.p99_us)}` },
      { name: "Longest", value: time(client.latency?.max_us) },
      { name: "Pace", value: client.pace, note: client.reason },
      { name: "Kernel buffer", value: bytes(client.socket_buffer_bytes) },
      { name: "Its messages", value: count(client.messages_received), note: `${count(client.protocol_errors)} wrong` },
    ]);
  }

  /** Of a connection: what it did since it was asked last gives the rates. */
  async askForHandlers(node) {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const { actor } = await ask(node.id, { ask: "actor", name: this.name });
      const now = performance.now() / 1000;
      this.showHandlers(actor.handlers, this.asked ? ratesSince(this.asked, actor.handlers, now) : []);
      this.asked = { handlers: actor.handlers, at: now };
    } catch (refusal) {
      this.trouble.hidden = false;
      setText(this.trouble, refusal.message);
    } finally {
      this.isAsking = false;
    }
  }
}

function byteRateNote(lately) {
  return lately?.bytes_per_second > 0 ? byteRate(lately.bytes_per_second) : "";
}

function ratesSince(earlier, handlers, now) {
  const seconds = now - earlier.at;
  return handlers.map((handler) => {
    const before = earlier.handlers.find(({ message, from }) => message === handler.message && from === handler.from);
    const some = handler.count - (before?.count ?? 0);
    const took = handler.total_us - (before?.total_us ?? 0);
    return { message: handler.message, from: handler.from, per_second: some / seconds, mean_us: some > 0 ? took / some : 0 };
  });
}
