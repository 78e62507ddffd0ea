// Run your day by keys: d does what the line's button says; j k o x are those of every list of cases. A line that is done
// leaves, and the focus goes to the one that takes its place.
import { isTyping } from "./keys.js";

const page = () => document.querySelector("[data-day]");
const lines = () => [...(page()?.querySelectorAll("[data-row]") ?? [])];
const here = () => document.activeElement?.closest?.("[data-row]") ?? page()?.querySelector(".is-here");
let stood = null;

document.addEventListener("keydown", (event) => {
  if (!page() || event.key !== "d" || event.defaultPrevented || isTyping(event)) return;
  const act = here()?.querySelector("[data-act]");
  if (!act) return;
  event.preventDefault();
  act.focus();
  act.click();
});

document.addEventListener("focusin", ({ target }) => {
  const line = target.closest?.("[data-day] [data-row]");
  if (line) stood = { key: line.dataset.line, at: lines().indexOf(line) };
});

document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (!page() || (elt.id !== "main" && !elt.querySelector?.("[data-day]"))) return;
  const all = lines();
  const line = stood && (all.find((one) => one.dataset.line === stood.key) ?? all[Math.min(stood.at, all.length - 1)]);
  const heading = page().querySelector("h1");
  if (!line) heading.setAttribute("tabindex", "-1");
  (line?.querySelector("[data-open]") ?? heading).focus({ preventScroll: !line });
});

// A refused form comes back with its first wrong field, or its button, under the reader's hands.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.matches?.("[data-day] dialog form")) elt.querySelector("[aria-invalid], .field-wrong input, button[type=submit]")?.focus();
});
