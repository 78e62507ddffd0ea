// What the admin's own pages leave unnamed for who listens to them. Its search field is named by a picture only.
document.querySelector("#searchbar")?.setAttribute("aria-label", "Search");

// Its autocompletes are read out by their value alone, which is empty at first: give each its field's name.
const nameOf = (select) => {
  const label = select.labels?.[0];
  if (label) return label.textContent.trim().replace(/:$/, "");
  const cell = select.closest("td");
  const head = cell?.closest("table")?.querySelectorAll("thead th")[[...cell.parentElement.cells].indexOf(cell)];
  return (head?.textContent ?? select.dataset.fieldName ?? select.name).trim();
};

const nameAll = () => {
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
