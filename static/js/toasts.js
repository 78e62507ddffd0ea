// Toasts go after a while, and stay as long as the pointer or focus is on them. Errors stay.
const STAY = 6000;

const arm = (toast) => {
  if (toast.dataset.armed || toast.classList.contains("tone-late")) return;
  toast.dataset.armed = "yes";
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, STAY) : toast.remove());
  setTimeout(leave, STAY);
};

const armAll = () => document.querySelectorAll("[data-toast]").forEach(arm);
armAll();
document.addEventListener("htmx:afterSettle", armAll);
document.addEventListener("click", (event) => event.target.closest("[data-toast]")?.remove());
