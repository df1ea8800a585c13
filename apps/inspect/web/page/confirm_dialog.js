// Asks before a node does something, and says what came of it.

import { html, setAttribute, setText } from "./dom.js";
import { ask } from "./server.js";

/** Shows an order of orders.js for `node`; it is given once that is confirmed. */
export function confirmOrder(node, order) {
  const result = html("p", { class: "result", role: "status", hidden: true });
  const cancel = html("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  const confirm = html(
    "button",
    { type: "submit", class: order.isDangerous ? "is-dangerous" : "is-main" },
    order.confirm,
  );
  const title = html("h2", { id: "dialog-title" }, order.title);
  const meaning = html("p", { id: "dialog-meaning" }, order.meaning);
  const form = html(
    "form",
    { method: "dialog" },
    title,
    html("p", { class: "muted" }, `Node ${node.name}`),
    meaning,
    html("p", { class: "order" }, JSON.stringify(order.question)),
    result,
    html("div", { class: "buttons" }, cancel, confirm),
  );
  const dialog = html(
    "dialog",
    { "aria-labelledby": "dialog-title", "aria-describedby": "dialog-meaning" },
    form,
  );

  const show = (level, text) => {
    result.hidden = false;
    setAttribute(result, "data-level", level);
    setText(result, text);
    confirm.hidden = true;
    setText(cancel, "Close");
    cancel.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    confirm.disabled = true;
    try {
      const answer = await ask(node.id, order.question);
      show("done", answer.done);
    } catch (refusal) {
      show("error", refusal.message);
    }
  });

  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
}

/** A button that leads to such a dialog. Where the node lets only look, it says so and does nothing. */
export function orderButton(node, text, makeOrder) {
  const maySteer = node.snapshot?.node.may_steer ?? false;
  return html(
    "button",
    {
      type: "button",
      disabled: !maySteer,
      title: maySteer ? null : "This node lets this inspector look, not steer.",
      onclick: () => confirmOrder(node, makeOrder()),
    },
    text,
  );
}
