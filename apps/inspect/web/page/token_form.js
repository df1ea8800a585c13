// Asks for the token where the address came without the right one.

import { html, setText } from "./dom.js";
import { forgetToken, takeTokenFromText } from "./token.js";

export function tokenForm(reason) {
  forgetToken();
  const input = html("input", { id: "token", autocomplete: "off", spellcheck: "false", required: true });
  const trouble = html("p", { class: "is-error", role: "status" });
  return html(
    "form",
    {
      class: "card token-form",
      onsubmit: (event) => {
        event.preventDefault();
        if (takeTokenFromText(input.value)) location.reload();
        else setText(trouble, "That holds no token: it has 32 digits from 0 to f and stands at the end of the address.");
      },
    },
    html("h1", { tabindex: -1 }, "The token, please"),
    html("p", {}, reason),
    html("p", { class: "muted" }, "Open the address that troupe-inspect has printed, with all that follows the #, or put it in here."),
    html("label", { class: "field" }, html("span", {}, "Address or token"), input),
    trouble,
    html("div", { class: "buttons" }, html("button", { type: "submit", class: "is-main" }, "Go on")),
  );
}
