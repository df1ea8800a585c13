// One of a few: radio buttons that look like one control.

import { html } from "./dom.js";

let choicesMade = 0;

/** `options` is a list of [value, title]; `take` is called with the value that was chosen. */
export function choice(label, options, chosen, take) {
  const name = `choice-${(choicesMade += 1)}`;
  return html(
    "div",
    { class: "choice", role: "radiogroup", "aria-label": label },
    ...options.map(([value, title]) =>
      html(
        "label",
        {},
        html("input", {
          type: "radio",
          name,
          value,
          checked: value === chosen,
          onchange: () => take(value),
        }),
        title,
      ),
    ),
  );
}
