// Files of a case: sent one by one with their progress, from the form, by drop or by paste. Without this, the form does.
const link = () => document.querySelector("#act-attach");
const address = () => link()?.getAttribute("href");

const send = (to, file, name, bar) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, name);
    request.open("POST", to);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("x-csrftoken", JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"]);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    request.addEventListener("loadend", () => done(request.status));
    request.send(form);
  });

const nameOf = (file, pasted) =>
  pasted && /^image\.\w+$/.test(file.name) ? `Pasted ${new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".")}.${file.name.split(".").pop()}` : file.name;

const attach = async (files, { to = address(), pasted = false } = {}) => {
  const box = document.createElement("div");
  box.className = "file-progress";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  bar.max = 1;
  box.append(words, bar);
  document.body.append(box);
  for (const file of files) {
    bar.value = 0;
    words.textContent = `Attaching ${nameOf(file, pasted)}`;
    const status = await send(to, file, nameOf(file, pasted), bar);
    if (status === 0 || (status >= 400 && status !== 422)) {
      words.textContent = `${file.name} could not be sent. Try again.`;
      setTimeout(() => box.remove(), 6000);
      return;
    }
  }
  box.remove();
  document.querySelector("dialog[open]")?.close();
  const page = document.querySelector("#case");
  if (link() && window.htmx) window.htmx.ajax("GET", location.pathname, { target: page, swap: "outerHTML" });
  else location.assign(to.replace(/attach\/$/, ""));
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-attach-form]")) return;
  event.preventDefault();
  attach([...event.target.querySelector("input[type=file]").files], { to: event.target.getAttribute("action") });
});

const carriesFiles = (event) => link() && [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.querySelector("#case").classList.add("takes-files");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.querySelector("#case")?.classList.remove("takes-files");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.querySelector("#case").classList.remove("takes-files");
  attach([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!link() || !files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  attach(files, { pasted: true });
});
