// What the admin's own pages leave unnamed for who listens to them. Its search field is named by a picture only.
document.querySelector("#searchbar")?.setAttribute("aria-label", "Search");

const nameOf = (field) => {
  const label = field.labels?.[0] ?? field.closest(".form-row")?.querySelector("legend, label");
  if (label?.textContent.trim()) return label.textContent.trim().replace(/:$/, "");
  const cell = field.closest("td");
  const head = cell?.closest("table")?.querySelectorAll("thead th")[[...cell.parentElement.cells].indexOf(cell)];
  return (head?.textContent.trim() || field.dataset.fieldName) ?? field.name;
};

// Fields in the tables of a form, and the halves of a moment, have no label of their own.
const nameFields = () => {
  for (const field of document.querySelectorAll("#content-main form :is(input, select, textarea):not([type=hidden])")) {
    if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", nameOf(field));
  }
  for (const head of document.querySelectorAll(".inline-group th:empty")) {
    head.innerHTML = '<span class="visually-hidden">Record</span>';
  }
};

// Its autocompletes are read out by their value alone, which is empty at first: give each its field's name.
const nameAll = () => {
  nameFields();
  for (const select of document.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
    const box = select.parentElement.querySelector("[role=combobox]");
    if (!box || box.hasAttribute("aria-label")) continue;
    const value = box.querySelector(".select2-selection__rendered");
    box.id ||= `${select.id}_box`;
    box.setAttribute("aria-label", nameOf(select));
    box.setAttribute("aria-labelledby", `${box.id} ${value?.id ?? ""}`.trim());
    value?.setAttribute("aria-label", value.textContent.trim() || "Nothing chosen");
  }
};

nameAll();
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".select2-search__field")) target.setAttribute("aria-label", "Search");
});
