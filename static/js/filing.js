// Filing a case: records are offered while one types, what is typed is kept as a draft, files come by drop and paste,
// and nothing is lost with the session. Without this the form asks and keeps at every sending.
const form = document.querySelector("[data-filing]");

const whenIdle = (wait, act) => {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), wait);
  };
};
const byId = (id) => document.getElementById(id);
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

// What is typed, kept in this tab as long as the server has not got it.
const place = `filing:${form?.dataset.filing}`;
const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
const keepHere = () => sessionStorage.setItem(place, JSON.stringify(typed()));
const forgetHere = () => sessionStorage.removeItem(place);

const put = (name, value) => {
  const fields = [...form.elements].filter((each) => each.name === name && each.type !== "file");
  for (const each of fields) {
    if (each.type === "radio" || each.type === "checkbox") each.checked = each.value === value || value === "on";
    else each.value = value;
  }
};
const takeFromHere = () => {
  const held = sessionStorage.getItem(place);
  if (!held) return false;
  const skipped = new Set(["whose", "anyway"]);
  if (JSON.parse(held).find(([name]) => name === "whose")?.[1] !== form.elements.whose.value) return false;
  for (const [name, value] of JSON.parse(held)) if (!skipped.has(name) && !name.endsWith("_pick")) put(name, value);
  return true;
};

const say = (words) => (byId("filing-state").textContent = words);
const signedOut = () => {
  keepHere();
  say("Not kept on the server.");
  if (byId("filing-lost")) return;
  const note = document.createElement("div");
  note.id = "filing-lost";
  note.className = "note tone-soon filing-lost";
  note.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.className = "note-words";
  const link = document.createElement("a");
  link.href = `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Sign in again";
  words.append("You are signed out. What you type stays in this tab. ", link, " and go on.");
  note.append(words);
  form.before(note);
};

// A session that has ended answers with the way to the door, or refuses the old token.
const send = (to, body) =>
  fetch(to, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", "x-csrftoken": token() } });
const isSignedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 403;

let newest = 0;
const save = async () => {
  const body = new FormData();
  for (const [name, value] of typed()) body.append(name, value);
  newest += 1;
  const mine = newest;
  try {
    const answer = await send(form.dataset.draft, body);
    if (isSignedOut(answer)) return signedOut();
    if (!answer.ok) return say("");
    const told = await answer.json();
    if (mine !== newest) return undefined;
    forgetHere();
    byId("filing-lost")?.remove();
    say(`Kept as a draft, ${told.saved_at}.`);
    show(told);
  } catch {
    keepHere();
    say("No connection. What you type stays in this tab.");
  }
  return undefined;
};
const show = ({ beside, billing }) => {
  const box = byId("filing-beside");
  if (box.dataset.shown !== beside) {
    box.dataset.shown = beside;
    box.innerHTML = beside;
  }
  byId("act-file").textContent = box.querySelector("[name=anyway]") ? "File anyway" : "File";
  for (const [name, value] of Object.entries(billing)) {
    const field = form.elements[name];
    if (field && !field.value) field.value = value;
  }
};
const saveSoon = whenIdle(500, save);

// What only a first order asks for.
const fit = () => {
  const chosen = form.querySelector("[name=case_type]:checked")?.value;
  for (const part of form.querySelectorAll("[data-only-for]")) part.hidden = part.dataset.onlyFor !== chosen;
};

// Records: a text field with a list below it.
const parts = (field) => ({
  list: field.querySelector(".offered"),
  input: field.querySelector("input:not([type=hidden]):not([type=radio])"),
  held: field.querySelector("input[type=hidden]"),
});
const close = (field) => {
  const { list, input } = parts(field);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};
const stand = (field, option) => {
  const { list, input } = parts(field);
  for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
};
const choose = (field, one) => {
  const { input, held } = parts(field);
  input.value = one.name;
  held.value = one.id;
  for (const radio of field.querySelectorAll("input[type=radio]")) radio.checked = false;
  const account = byId("id_account");
  if (one.account_id && !account.value) {
    account.value = one.account_id;
    byId("id_account_words").value = one.account_name;
  }
  close(field);
  newest += 1;
  save();
};
const offer = (field, found) => {
  const { list, input } = parts(field);
  list.replaceChildren(
    ...found.map((one, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      const detail = document.createElement("span");
      detail.className = "quiet";
      detail.textContent = one.detail;
      option.append(one.name, detail);
      option.found = one;
      return option;
    }),
  );
  field.querySelector("[role=status]").textContent = `${found.length} found`;
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(Boolean(found.length)));
  stand(field, list.firstElementChild);
};
const asked = new WeakMap();
const look = async (field) => {
  const { input } = parts(field);
  const mine = (asked.get(field) ?? 0) + 1;
  asked.set(field, mine);
  const account = field.dataset.find === "account" ? "" : byId("id_account").value;
  if (!input.value.trim() && !account) return close(field);
  try {
    const answer = await fetch(`${field.dataset.url}?q=${encodeURIComponent(input.value)}&account=${account}`, { redirect: "manual", headers: { Accept: "application/json" } });
    if (isSignedOut(answer)) return signedOut();
    if (mine !== asked.get(field) || !answer.ok) return undefined;
    const { found } = await answer.json();
    if (mine === asked.get(field) && document.activeElement === input) offer(field, found);
  } catch {
    close(field);
  }
  return undefined;
};
const lookSoon = whenIdle(60, look);

const dress = (field) => {
  const { input } = parts(field);
  const list = document.createElement("ul");
  list.className = "offered";
  list.id = `${input.id}-offered`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label").textContent);
  list.hidden = true;
  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  input.after(list, said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("input", () => {
    parts(field).held.value = "";
    lookSoon(field);
  });
  input.addEventListener("focus", () => !input.value && field.dataset.find !== "account" && look(field));
  input.addEventListener("blur", () => close(field));
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (list.hidden) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    if (event.key === "ArrowDown") stand(field, options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") stand(field, options[(at - 1 + options.length) % options.length]);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && options[at])) choose(field, options[at].found);
    else if (event.key === "Escape") close(field);
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("li");
    event.preventDefault();
    if (option) choose(field, option.found);
  });
};

// Files.
const nameOf = (file, pasted) =>
  pasted && /^image\.\w+$/.test(file.name) ? `Pasted ${new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".")}.${file.name.split(".").pop()}` : file.name;
const attach = async (files, { pasted = false } = {}) => {
  for (const file of files) {
    say(`Attaching ${nameOf(file, pasted)}…`);
    const body = new FormData();
    body.append("file", file, nameOf(file, pasted));
    try {
      const answer = await send(form.dataset.attach, body);
      if (isSignedOut(answer)) {
        signedOut();
        say(`${nameOf(file, pasted)} could not be kept: sign in again, then attach it once more.`);
        return;
      }
      const told = await answer.json();
      byId("filing-files").innerHTML = told.files;
      say(told.refused.join(" ") || `${nameOf(file, pasted)} is attached.`);
    } catch {
      say(`${file.name} could not be sent. Try again.`);
      return;
    }
  }
};
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

if (form) {
  history.replaceState(history.state, "", form.getAttribute("action"));
  for (const field of form.querySelectorAll("[data-find]")) dress(field);
  fit();
  if (takeFromHere()) {
    fit();
    save();
  }
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (byId("filing-lost")) keepHere();
    saveSoon();
  });
  form.addEventListener("change", (event) => {
    fit();
    if (event.target.type === "file") attach([...event.target.files]);
  });
  form.addEventListener("submit", (event) => {
    if (byId("filing-lost") && !event.submitter?.id.startsWith("act-discard")) keepHere();
    else forgetHere();
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.add("takes-files");
  });
  document.addEventListener("dragleave", (event) => !event.relatedTarget && form.classList.remove("takes-files"));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.remove("takes-files");
    attach([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    attach(files, { pasted: true });
  });
}
