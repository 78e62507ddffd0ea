// The case's page: focus returns where it was when a part of the page is replaced, and a day that is typed is chosen.
let opener = "";

document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (!elt.closest("#case") || elt.closest("dialog")) return;
  if (elt.matches("a")) elt.focus(); // a key clicks its link without going there
  opener = document.activeElement?.id || elt.id || opener;
});

document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.id !== "case") return;
  const heading = elt.querySelector("h1");
  const back = opener ? document.getElementById(opener) : null;
  if (!back) heading?.setAttribute("tabindex", "-1");
  (back ?? heading)?.focus({ preventScroll: back === null });
});

// A refused form comes back with its first wrong field, or its message, under the reader's hands.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.matches?.("#case form")) elt.querySelector("[aria-invalid], .field-wrong input, button[type=submit]")?.focus();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-other-day]")) target.closest("fieldset")?.querySelector("[data-picks-other]")?.focus();
});
