// A list of cases by keys: j k move, o opens, x selects, p picks up, b goes to the bar, n to the next step. What is selected is in
// the form's own check boxes; a row that is stood on is the one whose link has the focus.
import { isTyping } from "./keys.js";

const region = () => document.querySelector("[data-case-list]");
const rows = () => [...(region()?.querySelectorAll("[data-row]") ?? [])];
const picks = () => [...(region()?.querySelectorAll("[data-pick]") ?? [])];
const here = () => document.activeElement?.closest?.("[data-row]") ?? region()?.querySelector(".is-here");

const stand = (row) => {
  for (const other of rows()) other.classList.toggle("is-here", other === row);
  const link = row.querySelector("[data-open]");
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const move = (by) => {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(here());
  stand(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
  return true;
};

const select = () => {
  const pick = here()?.querySelector("[data-pick]");
  if (!pick) return false;
  pick.checked = !pick.checked;
  showSelection();
  return true;
};

const open = (fragment = "") => {
  const link = here()?.querySelector("[data-open]");
  if (!link) return false;
  location.assign(link.href + fragment);
  return true;
};

const pickUp = () => {
  const button = document.querySelector("[data-pick-up]") ?? region()?.querySelector('[data-many-bar] [value="pick_up"]');
  if (!button) return false;
  const pick = here()?.querySelector("[data-pick]");
  if (pick && !picks().some((each) => each.checked)) pick.checked = true;
  showSelection();
  if (!button.disabled) button.click();
  return true;
};

// To what can be done with the selected ones; from there Tab leads on.
const toBar = () => {
  const button = picks().some((pick) => pick.checked) && region().querySelector("[data-many-bar] button");
  button?.focus?.();
  return Boolean(button);
};

const keys = { b: toBar, j: () => move(1), k: () => move(-1), x: select, o: () => open(), p: pickUp, n: () => open("#next-step") };

const showSelection = () => {
  const all = picks();
  const chosen = all.filter((pick) => pick.checked);
  for (const pick of all) pick.closest("[data-row]").classList.toggle("is-chosen", pick.checked);
  const every = region()?.querySelector("[data-pick-all]");
  if (every) {
    every.checked = chosen.length > 0 && chosen.length === all.length;
    every.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const count = region()?.querySelector("[data-many-count]");
  if (count) count.textContent = region().querySelector("[data-many-all]:checked") ? "All" : chosen.length || "";
  const button = document.querySelector("[data-pick-up]");
  if (!button) return;
  button.disabled = chosen.length === 0;
  button.classList.toggle("has-some", chosen.length > 0);
  button.querySelector("[data-pick-up-words]").textContent = chosen.length ? `Pick up ${chosen.length}` : "Pick up";
};

document.addEventListener("keydown", (event) => {
  if (!region() || event.defaultPrevented || isTyping(event)) return;
  if (keys[event.key]?.()) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row) for (const other of rows()) other.classList.toggle("is-here", other === row);
});

// On a phone the filters that are not set stay folded away behind one button.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-filters]");
  if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) for (const pick of picks()) pick.checked = event.target.checked;
  if (event.target.matches("[data-pick], [data-pick-all], [data-many-all]")) showSelection();
});

// Nobody asks for news while nobody looks; and while a menu is open in the list, the list stays as it is.
document.addEventListener("htmx:beforeRequest", (event) => {
  if ("poll" in event.target.dataset && document.hidden) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", showSelection);
showSelection();
