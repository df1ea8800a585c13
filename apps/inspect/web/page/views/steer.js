// What a node can be made to do.

import { confirmOrder } from "../confirm_dialog.js";
import { html, keepChildren, setAttribute, setText } from "../dom.js";
import { bitRate, count, nothing, words } from "../figures.js";
import { FigureList } from "../figure_list.js";
import { NodeChoice } from "../node_choice.js";
import { isConnection } from "../routes.js";
import { adaptationOrder, closeOrder, faultOrder, logLevelOrder, restartOrder, settingsOrder } from "../orders.js";

const logLevels = ["trace", "debug", "info", "warn", "error", "off"];
const frameLengths = [2.5, 5, 10, 20, 40, 60];

function field(title, input) {
  return html("label", { class: "field" }, html("span", {}, title), input);
}

function select(values, write = String) {
  return html("select", {}, ...values.map((value) => html("option", { value }, write(value))));
}

export class SteerView {
  constructor([nodeId]) {
    this.title = "Steer";
    this.nodeChoice = new NodeChoice(() => this.show(this.inspection, true));
    this.firstChoice = nodeId;
    this.inspection = null;
    this.filledFor = null;
    this.note = html("p", { class: "note" });
    this.cards = html(
      "fieldset",
      { class: "steering" },
      this.streamCard(),
      this.adaptationCard(),
      this.actorCard(),
      this.clientCard(),
      this.logCard(),
      this.faultCard(),
    );
    this.element = html(
      "div",
      { class: "view" },
      html("div", { class: "view-head" }, html("h1", { tabindex: -1 }, this.title), this.nodeChoice.element),
      this.note,
      this.cards,
    );
  }

  get node() {
    return this.nodeChoice.chosen;
  }

  card(title, makeOrder, confirmText, ...content) {
    const submit = html("button", { type: "submit" }, confirmText);
    const trouble = html("p", { class: "is-error", role: "status" });
    const form = html(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          const order = makeOrder();
          setText(trouble, typeof order === "string" ? order : "");
          if (typeof order !== "string") confirmOrder(this.node, order);
        },
      },
      html("div", { class: "steps" }, ...content, html("div", { class: "buttons" }, submit), trouble),
    );
    const card = html("section", { class: "card" }, html("h2", {}, title), form);
    card.submit = submit;
    return card;
  }

  streamCard() {
    this.settings = new FigureList({ isSmall: true });
    this.bitrate = html("input", { type: "number", min: 6, max: 510, step: 1, required: true });
    this.complexity = html("input", { type: "number", min: 0, max: 10, step: 1, required: true });
    this.frameLength = select(frameLengths, (ms) => `${ms} ms`);
    this.loss = html("input", { type: "number", min: 0, max: 100, step: 1, required: true });
    this.fec = html("input", { type: "checkbox" });
    return this.card(
      "Stream",
      () => this.settingsOrder(),
      "Change…",
      this.settings.element,
      html(
        "div",
        { class: "fields" },
        field("Bitrate, kbit/s", this.bitrate),
        field("Complexity", this.complexity),
        field("Frames last", this.frameLength),
        field("Expected loss, %", this.loss),
        html("label", { class: "field is-check" }, this.fec, html("span", {}, "Error correction")),
      ),
    );
  }

  settingsOrder() {
    const now = this.node.snapshot.stream.asked_for;
    const wanted = {
      bitrate_bps: Math.round(Number(this.bitrate.value) * 1000),
      complexity: Number(this.complexity.value),
      frame_ms: Number(this.frameLength.value),
      fec: this.fec.checked,
      expected_loss_percent: Number(this.loss.value),
    };
    const changes = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => now[name] !== value));
    if (Object.keys(changes).length === 0) return "The stream is already set so.";
    return settingsOrder(now, changes);
  }

  adaptationCard() {
    this.adaptation = html("p");
    const card = this.card(
      "Adaptation",
      () => adaptationOrder(!this.node.snapshot.stream.is_paused),
      "Pause…",
      this.adaptation,
    );
    this.adaptationButton = card.submit;
    return card;
  }

  actorCard() {
    this.actor = html("select");
    return this.card("Restart an actor", () => restartOrder(this.node.actor(this.actor.value)), "Restart…", field("Actor", this.actor));
  }

  clientCard() {
    this.client = html("input", { type: "number", min: 1, step: 1, required: true });
    return this.card("Disconnect a client", () => closeOrder(Number(this.client.value)), "Disconnect…", field("Client", this.client));
  }

  logCard() {
    this.logLevel = select(logLevels);
    return this.card(
      "Log",
      () => logLevelOrder(this.node.snapshot.node.log_level, this.logLevel.value),
      "Change…",
      field("Tells what is at least", this.logLevel),
    );
  }

  faultCard() {
    this.fault = html("input", { type: "text", required: true, placeholder: "hang source 2s", list: "fault-orders", maxlength: 200 });
    const orders = ["kill source", "throw frame_processor", "exhaust source", "hang source 2s", "fail-start source 3"];
    this.faults = this.card(
      "Faults",
      () => faultOrder(this.fault.value.trim()),
      "Break…",
      html("p", { class: "note" }, "kill, throw or exhaust ACTOR; hang ACTOR DURATION; slow ACTOR DURATION (each turn, until it is restarted); fail-start ACTOR TIMES"),
      field("Order", this.fault),
      html("datalist", { id: "fault-orders" }, ...orders.map((order) => html("option", { value: order }))),
    );
    return this.faults;
  }

  show(inspection) {
    this.inspection = inspection;
    this.nodeChoice.show(inspection.nodes);
    if (this.firstChoice !== undefined) this.nodeChoice.choose(this.firstChoice);
    this.firstChoice = undefined;
    const node = this.node;
    const facts = node?.snapshot;
    this.cards.disabled = !facts?.node.may_steer;
    setText(this.note, this.noteFor(node));
    if (!facts) return;
    this.showStream(facts.stream);
    this.faults.hidden = !facts.node.allows_faults;
    keepChildren(
      this.actor,
      facts.actors.filter(({ name }) => !isConnection(name) && name !== "connection"),
      ({ name }) => name,
      ({ name }) => html("option", { value: name }, words(name)),
    );
    this.fillOnce(node, facts);
  }

  noteFor(node) {
    if (!node?.snapshot) return "The node has not answered yet.";
    if (!node.isPresent) return `The node is away: ${node.trouble}`;
    if (!node.snapshot.node.may_steer) return "This node lets this inspector look, not steer.";
    return "Each of these is confirmed first, and stands in the node's log with who asked for it.";
  }

  showStream({ asked_for, set, mode, is_paused, level, changes }) {
    const note = (name, write) => (set[name] !== undefined && set[name] !== asked_for[name] ? `adapted to ${write(set[name])}` : "");
    const figure = (name, key, write) => ({ name, value: asked_for[key] === undefined ? nothing : write(asked_for[key]), note: note(key, write) });
    this.settings.show([
      figure("Bitrate", "bitrate_bps", bitRate),
      figure("Complexity", "complexity", String),
      figure("Frames last", "frame_ms", (ms) => `${ms} ms`),
      figure("Error correction", "fec", (isOn) => (isOn ? "on" : "off")),
      figure("Expected loss", "expected_loss_percent", (percent) => `${percent} %`),
    ]);
    const paused = is_paused ? "It is paused." : "";
    setText(this.adaptation, `Mode ${mode}, level ${level} of 8, ${count(changes)} changes so far. ${paused}`);
    setText(this.adaptationButton, is_paused ? "Let it go on…" : "Pause…");
  }

  /** The fields begin with what is set, and are the user's from then on. */
  fillOnce(node, facts) {
    if (this.filledFor === node.id) return;
    this.filledFor = node.id;
    const now = facts.stream.asked_for;
    this.bitrate.value = String(Math.round(now.bitrate_bps / 1000));
    this.complexity.value = String(now.complexity);
    this.frameLength.value = String(now.frame_ms);
    this.loss.value = String(now.expected_loss_percent);
    this.fec.checked = now.fec;
    this.logLevel.value = facts.node.log_level;
  }
}
