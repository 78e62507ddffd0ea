// Writing a mail: a refused one comes back with its first wrong field under the writer's hands.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.id !== "mail") return;
  (elt.querySelector("[aria-invalid], .field-wrong :is(input, select, textarea)") ?? elt.querySelector("textarea"))?.focus();
});
