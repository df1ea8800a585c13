// Puts the page together: which view is shown, what stands out, and whether it is live.

import { html, keepChildren, setAttribute, setText } from "./dom.js";
import { Inspection } from "./inspection.js";
import { actorRoute, clientRoute, currentRoute, isConnection, routeTo } from "./routes.js";
import { listen } from "./server.js";
import { takeTokenFromAddress, token } from "./token.js";
import { tokenForm } from "./token_form.js";
import { timeOfDay } from "./figures.js";
import { ActorView } from "./views/actor.js";
import { ActorsView } from "./views/actors.js";
import { ClientsView } from "./views/clients.js";
import { EventsView } from "./views/events.js";
import { LatencyView } from "./views/latency.js";
import { LinksView } from "./views/links.js";
import { OverviewView } from "./views/overview.js";
import { SteerView } from "./views/steer.js";

const views = {
  overview: { title: "Overview", View: OverviewView },
  actors: { title: "Actors", View: ActorsView },
  clients: { title: "Clients", View: ClientsView },
  links: { title: "Links", View: LinksView },
  latency: { title: "Latency", View: LatencyView },
  events: { title: "Events", View: EventsView },
  steer: { title: "Steer", View: SteerView },
  actor: { title: "Actor", View: ActorView, isBelow: ([, name]) => (isConnection(name) ? "clients" : "actors") },
};

const inspection = new Inspection();
const content = document.getElementById("content");
const push = document.getElementById("push");
const banner = document.getElementById("banner");
const standingOut = document.getElementById("standing-out");
const announcement = document.getElementById("announcement");
let announced = null;
let view = null;
let isDrawing = false;
let brokenSince = null;

function drawViewLinks(current) {
  keepChildren(
    document.getElementById("views"),
    Object.keys(views).filter((name) => !views[name].isBelow),
    (name) => name,
    (name) => html("a", { href: routeTo(name) }, views[name].title),
    (link, name) => setAttribute(link, "aria-current", name === current ? "page" : null),
  );
}

/** Shows what the address names. `isFirst` leaves the focus where it is. */
function showRoute(isFirst) {
  if (takeTokenFromAddress() && !isFirst) return location.reload();
  const route = currentRoute();
  const { View, isBelow } = views[route.view] ?? views.overview;
  drawViewLinks(isBelow?.(route.parts) ?? (route.view in views ? route.view : "overview"));
  view = new View(route.parts);
  content.replaceChildren(view.element);
  document.title = `${view.title} – Troupe`;
  draw();
  if (!isFirst) content.querySelector("h1")?.focus();
}

/** Once for all that has come since the last picture. */
function drawSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

function draw() {
  drawFinding();
  view.show(inspection);
}

/** For those who do not see it: once for each, not with each figure that changes in its words. */
function announce(worst, text) {
  const about = worst ? `${worst.node.id} ${worst.severity} ${worst.subject}` : "all is well";
  if (about === announced) return;
  announced = about;
  setText(announcement, text);
}

function drawFinding() {
  if (!inspection.nodes.some((node) => node.state !== "awaited")) return;
  const [worst, ...others] = inspection.findings();
  const line = { level: "good", text: allIsWell(), href: null, more: "" };
  if (worst) {
    line.level = worst.severity === "alarm" ? "error" : "warning";
    line.text = inspection.nodes.length > 1 ? `${worst.node.name}: ${worst.text}` : worst.text;
    line.href = subjectRoute(worst);
    line.more = others.length > 0 ? `and ${others.length} more` : "";
  }
  announce(worst, line.text);
  keepChildren(
    standingOut,
    [line],
    ({ href }) => (href ? "linked" : "plain"),
    ({ href }) =>
      html("p", { class: "finding" }, html(href ? "a" : "span", { class: "text" }), html("span", { class: "more" })),
    (element, { level, text, href, more }) => {
      setAttribute(element, "data-level", level);
      setAttribute(element.firstChild, "href", href);
      setText(element.firstChild, text);
      setText(element.lastChild, more);
    },
  );
}

function subjectRoute({ node, subject }) {
  const client = /^client (\d+)$/.exec(subject);
  if (client) return clientRoute(node, client[1]);
  return node.actor(subject) ? actorRoute(node, subject) : null;
}

function allIsWell() {
  const present = inspection.nodes.filter((node) => node.isPresent);
  const actors = present.reduce((sum, node) => sum + node.snapshot.actors.filter(({ name }) => name !== "connection" && !isConnection(name)).length, 0);
  const clients = present.reduce((sum, node) => sum + node.snapshot.frames.clients_connected, 0);
  return `All is well: ${actors} actors, ${clients === 1 ? "1 client" : `${clients} clients`}, nothing stands out.`;
}

function tellPush(state, reason) {
  brokenSince = state === "broken" ? (brokenSince ?? Date.now() / 1000) : null;
  setAttribute(push, "data-state", state);
  setText(push, { connecting: "connecting", live: "live", broken: "not live" }[state]);
  document.body.classList.toggle("is-stale", state === "broken");
  banner.hidden = state !== "broken";
  if (state === "broken")
    setText(banner, `Not live since ${timeOfDay(brokenSince)}: ${reason}. What is shown is from before; it is tried again.`);
}

function askForToken(reason) {
  setAttribute(push, "data-state", "broken");
  setText(push, "not let in");
  banner.hidden = true;
  standingOut.replaceChildren();
  document.getElementById("views").replaceChildren();
  content.replaceChildren(tokenForm(reason));
}

document.getElementById("skip").addEventListener("click", () => content.focus());
takeTokenFromAddress();
if (token() === null) {
  askForToken("This page shows nothing without the token that goes with it.");
} else {
  tellPush("connecting", "");
  showRoute(true);
  addEventListener("hashchange", () => showRoute(false));
  listen(
    (type, data) => {
      inspection.take(type, data);
      drawSoon();
    },
    tellPush,
    askForToken,
  );
}
