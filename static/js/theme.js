// Runs before the page is painted, so that a dark page never flashes white. The choice is kept on this machine.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const show = () => {
    const theme = choice() === "auto" ? (dark.matches ? "dark" : "light") : choice();
    document.documentElement.setAttribute("data-bs-theme", theme);
  };
  dark.addEventListener("change", show);
  addEventListener("storage", show);
  addEventListener("theme-chosen", show);
  show();
})();
