// Keys of the whole house: / searches, ? shows the keys, and an element with data-key="n" is clicked (or, if it takes
// text, focused) by its key. Nothing happens while somebody types, holds a modifier, or has a dialog open.
import { anyOpen, show } from "./dialogs.js";

export const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || anyOpen() ||
  event.target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const search = () => {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
  return field;
};

const press = (key) => {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return null;
  target.closest("details[data-menu]:not([open])")?.setAttribute("open", ""); // so that it can take the focus
  if (target.matches("input:not([type=checkbox]), textarea, select")) target.focus();
  else target.click();
  return target;
};

const onKey = (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-search]")) event.target.blur();
  if (event.defaultPrevented || isTyping(event)) return;
  const done = event.key === "/" ? search() : event.key === "?" ? (show("keys"), true) : press(event.key);
  if (done) event.preventDefault();
};

// Only from here on has htmx heard of the page's links: a key pressed before would open a sheet as a page of its own.
document.addEventListener("DOMContentLoaded", () => document.addEventListener("keydown", onKey));
