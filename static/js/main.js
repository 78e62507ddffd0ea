// What pages do beyond links and forms. Each module finds its own elements; a page without them costs nothing.
import "./theme-choice.js";
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./keys.js";
import "./case-list.js";
import "./case.js";
import "./day.js";
import "./files.js";
import "./filing.js";
import "./mail.js";
import "./mentions.js";

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
