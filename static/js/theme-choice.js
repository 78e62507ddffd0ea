// The three-way switch in the person's menu.
const group = document.querySelector("[data-theme-choice]");
if (group) {
  group.hidden = false;
  const kept = localStorage.getItem("theme") || "auto";
  for (const input of group.querySelectorAll("input")) {
    input.checked = input.value === kept;
    input.addEventListener("change", () => {
      localStorage.setItem("theme", input.value);
      dispatchEvent(new Event("theme-chosen"));
    });
  }
}
