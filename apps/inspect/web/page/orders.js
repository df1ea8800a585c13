// What a node can be made to do: each order with words for what will happen.

import { bitRate, words } from "./figures.js";

/** What goes with an actor's restart, as the node's description has it. */
const losses = {
  source: "Listeners hear nothing of it, or miss the frame in hand.",
  link_receiver: "It links to its upstream anew and goes on where it was; some frames may be missing.",
  frame_processor: "Listeners miss one frame at most.",
  latency_monitor: "One batch of readings is lost; listeners hear nothing of it.",
  adaptive_optimiser: "It keeps its level; listeners hear nothing of it.",
  system_sensor: "It misses one second; listeners hear nothing of it.",
  client_registry: "Listeners hear nothing of it; those who are just coming wait.",
  acceptor: "Listeners hear nothing of it; those who are just coming wait.",
  connection: "Its client is disconnected; nobody else hears anything of it.",
  link_sender: "The other node links anew.",
  connection_supervisor: "The next one goes on with its connections.",
  supervisor: "The node starts another, which goes on with its children.",
};

export function restartOrder(actor) {
  return {
    title: `Restart ${words(actor.name)}?`,
    meaning:
      "The actor ends and a fresh one takes its role over, with all that waits for it. " +
      `${losses[actor.kind] ?? ""} It counts as a failure: too many in a short time end the node.`,
    confirm: "Restart it",
    isDangerous: true,
    question: { do: "restart", actor: actor.name },
  };
}

export function closeOrder(client) {
  return {
    title: `Disconnect client ${client}?`,
    meaning: "Its connection is closed and what is queued for it is dropped. It may connect again.",
    confirm: "Disconnect it",
    isDangerous: true,
    question: { do: "close", client },
  };
}

export function logLevelOrder(now, level) {
  return {
    title: `Log at level ${level}?`,
    meaning: `The node's log has told what is at least ${now}; from now on it tells what is at least ${level}.`,
    confirm: "Change the level",
    question: { do: "log_level", level },
  };
}

export function adaptationOrder(paused) {
  return paused
    ? {
        title: "Pause the adaptation?",
        meaning: "The stream's settings stay as they are now, however machine, clients and links fare.",
        confirm: "Pause it",
        question: { do: "adaptation", paused },
      }
    : {
        title: "Let the adaptation go on?",
        meaning: "The stream's settings follow again what machine, clients and links can bear.",
        confirm: "Let it go on",
        question: { do: "adaptation", paused },
      };
}

const settingTexts = {
  bitrate_bps: (value) => `bitrate ${bitRate(value)}`,
  complexity: (value) => `complexity ${value}`,
  frame_ms: (value) => `frames of ${value} ms`,
  fec: (value) => `in-band error correction ${value ? "on" : "off"}`,
  expected_loss_percent: (value) => `expected loss ${value} %`,
};

/** `changes` holds those settings that are to be others than `now`. */
export function settingsOrder(now, changes) {
  const list = Object.entries(changes).map(
    ([name, value]) => `${settingTexts[name](value)} (now ${settingTexts[name](now[name]).split(" ").at(-1)})`,
  );
  return {
    title: "Change the stream's settings?",
    meaning: `From one of the next frames on: ${list.join(", ")}. All listeners hear it so, without a gap.`,
    confirm: "Change them",
    question: { do: "set", ...changes },
  };
}

export function faultOrder(order) {
  return {
    title: "Bring in a fault?",
    meaning: "The node breaks one of its own actors, as a test does. What comes of it is real for all who listen.",
    confirm: "Break it",
    isDangerous: true,
    question: { do: "fault", order },
  };
}
