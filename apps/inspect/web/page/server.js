// The program that serves this page: what it pushes, and what it is asked.

import { readEvents } from "./event_stream.js";
import { token } from "./token.js";

// It says something every 2 s, be it only that it is there.
const longestSilence = 6000;
const firstDelay = 500;
const longestDelay = 8000;

/** What the server, or a node, refused, with its reason. */
export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function refusalOf(response) {
  const reason = await response
    .json()
    .then((answer) => answer.error)
    .catch(() => undefined);
  return new Refusal(reason ?? `the inspector answered ${response.status}`, response.status);
}

/** Asks a node a question of protocol/inspection.md, or has it do something. */
export async function ask(node, question, longest = 10000) {
  let response;
  try {
    response = await fetch("ask", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Troupe-Token": token() ?? "" },
      body: JSON.stringify({ node, question }),
      signal: AbortSignal.timeout(longest),
    });
  } catch (trouble) {
    if (trouble.name === "TimeoutError") throw new Refusal("the inspector did not answer in time", 0);
    throw new Refusal("the inspector cannot be reached; does troupe-inspect still run?", 0);
  }
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

/**
 * Listens to what is pushed, and does so again when that breaks. `take` is called with the type and
 * the data of each event, `tell` with "live" or "broken" and the reason, `refuse` when the token is
 * not the right one; then it is over.
 */
export async function listen(take, tell, refuse) {
  let delay = firstDelay;
  for (;;) {
    const silence = new AbortController();
    let timer;
    const noteLife = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), longestSilence);
    };
    try {
      noteLife();
      const response = await fetch("events", {
        headers: { "X-Troupe-Token": token() ?? "" },
        cache: "no-store",
        signal: silence.signal,
      });
      if (response.status === 401) return refuse((await refusalOf(response)).message);
      if (!response.ok) throw await refusalOf(response);
      tell("live", "");
      delay = firstDelay;
      await readEvents(response.body, take, noteLife);
      tell("broken", "the inspector ended the connection");
    } catch (trouble) {
      tell("broken", reasonOf(trouble));
    } finally {
      clearTimeout(timer);
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
    delay = Math.min(delay * 2, longestDelay);
  }
}

function reasonOf(trouble) {
  if (trouble instanceof Refusal) return trouble.message;
  if (trouble.name === "AbortError") return "the inspector has been silent for 6 s";
  return "the inspector cannot be reached; does troupe-inspect still run?";
}
