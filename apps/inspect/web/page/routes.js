// Which view the address names: "#/actor/0/source".

export function currentRoute() {
  const [view, ...parts] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { view: view || "overview", parts };
}

export function routeTo(view, ...parts) {
  return `#/${[view, ...parts].map(encodeURIComponent).join("/")}`;
}

export const actorRoute = (node, actor) => routeTo("actor", node.id, actor);

/** A client's page is that of the connection that serves it. */
export const clientRoute = (node, client) => actorRoute(node, `connection:${client}`);

/** Of a client, as against that of all connections together. */
export const isConnection = (actor) => actor.startsWith("connection:");
