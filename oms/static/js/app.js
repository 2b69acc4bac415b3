// Everything here only adds to pages that already work without it.
import { copying } from "./copy.js";
import { dialogs } from "./dialogs.js";
import { failures } from "./failures.js";
import { forms } from "./forms.js";
import { keys } from "./keys.js";
import { polling } from "./poll.js";
import { preferences } from "./preferences.js";
import { scanning } from "./scan.js";
import { selection } from "./selection.js";
import { toasts } from "./toast.js";

// Controls that would do nothing without scripts are rendered hidden.
function reveal(root) {
  for (const element of root.querySelectorAll("[data-needs-script][hidden]")) element.hidden = false;
}

for (const start of [preferences, scanning, keys, dialogs, forms, selection, toasts, copying, polling, failures]) start();
reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.detail.elt.parentElement ?? document));
