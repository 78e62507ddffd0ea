// Opens <dialog> elements as modal ones: focus stays inside, Escape closes, and focus returns to what opened them.
export const show = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  const opener = document.activeElement;
  opener?.closest("details[data-menu][open]")?.removeAttribute("open");
  dialog.addEventListener("close", () => reachable(opener)?.focus(), { once: true });
  dialog.showModal();
  dialog.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button")?.focus();
};

// What opened it may stand in a menu that is closed again: then its face takes the focus.
const reachable = (opener) =>
  opener?.closest("details[data-menu]:not([open])")?.querySelector("summary") ?? (opener?.isConnected ? opener : null);

export const anyOpen = () => document.querySelector("dialog[open]") !== null;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    show(opener.dataset.opens);
    return;
  }
  const closer = event.target.closest("[data-closes]");
  const dialog = event.target.closest("dialog[open]");
  const outside = event.target === dialog && isOutside(dialog, event);
  if (dialog && (closer || outside)) {
    event.preventDefault();
    dialog.close();
  }
});

// A link that acts as a button answers to the space bar, as a button does.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

const isOutside = (dialog, { clientX, clientY }) => {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
};

const openNow = (root) => root.querySelectorAll?.("dialog[data-open-now]").forEach(({ id }) => show(id));
openNow(document);
document.addEventListener("htmx:load", (event) => openNow(event.target));
