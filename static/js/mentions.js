// @mentions: while a name is typed behind an @, those who may be meant are offered below the field. Arrows choose,
// Enter or Tab takes, Escape closes. The field stays the text field that it is: a combobox role is not for textareas, so
// the active option and a count that is read out say what is open. Without this the name is read when the form is sent.
const BEGUN = /(?:^|[\s([{"'“‘,;:])@([^\s@][^@\n]{0,40}|)$/u;
let asked = 0;

const listOf = (field) => field.querySelector(".offered");
const begun = (area) => BEGUN.exec(area.value.slice(0, area.selectionStart))?.[1];

const make = (field, area) => {
  const list = document.createElement("ul");
  list.className = "offered";
  list.id = `${area.id}-offered`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  field.append(list);
  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  field.append(said);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-controls", list.id);
  return list;
};

const close = (field, area) => {
  asked += 1;
  const list = listOf(field);
  if (!list) return;
  list.hidden = true;
  area.removeAttribute("aria-activedescendant");
};

const stand = (area, list, option) => {
  for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

const offer = (field, area, people) => {
  const list = listOf(field);
  if (!people.length) {
    close(field, area);
    return;
  }
  list.replaceChildren(
    ...people.map((person, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.dataset.insert = person.insert;
      const role = document.createElement("span");
      role.className = "quiet";
      role.textContent = `${person.initials}, ${person.role}`;
      option.append(person.name, role);
      return option;
    }),
  );
  list.hidden = false;
  stand(area, list, list.firstElementChild);
  field.querySelector("[role=status]").textContent = `${people.length} ${people.length === 1 ? "person" : "people"}`;
};

const take = (field, area, option) => {
  const words = begun(area) ?? "";
  const end = area.selectionStart;
  area.setRangeText(`${option.dataset.insert} `, end - words.length, end, "end");
  close(field, area);
  area.focus();
};

const look = async (field, area) => {
  const words = begun(area);
  if (words === undefined) {
    close(field, area);
    return;
  }
  if (!listOf(field)) make(field, area);
  asked += 1;
  const mine = asked;
  try {
    const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    if (mine !== asked || !answer.ok) return;
    const { people } = await answer.json();
    if (mine === asked) offer(field, area, people);
  } catch {
    close(field, area);
  }
};

const fieldOf = (event) => event.target.matches?.("textarea") && event.target.closest("[data-mentions]");

document.addEventListener("input", (event) => {
  const field = fieldOf(event);
  if (field) look(field, event.target);
});

document.addEventListener(
  "keydown",
  (event) => {
    const field = fieldOf(event);
    const list = field && listOf(field);
    if (!list || list.hidden) return;
    const options = [...list.children];
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") stand(event.target, list, options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") stand(event.target, list, options[(at - 1 + options.length) % options.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(field, event.target, options[at]);
    else if (event.key === "Escape") close(field, event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".offered > li");
  if (!option) return;
  event.preventDefault();
  const field = option.closest("[data-mentions]");
  take(field, field.querySelector("textarea"), option);
});

document.addEventListener("focusout", (event) => {
  const field = fieldOf(event);
  if (field) close(field, event.target);
});
