// Dialogs and drawers are native; this opens them from links that would otherwise lead to a page of their
// own, and puts the focus where reading should begin. Menus are native popovers.
const FIRST_FIELD = ".dialog-body :is(input:not([type=hidden]), select, textarea)";

function open(dialog) {
  if (!dialog.matches(":modal")) {
    dialog.close();
    dialog.showModal();
  }
  (dialog.querySelector(FIRST_FIELD) ?? dialog.querySelector("[tabindex='-1']"))?.focus();
}


function isOutside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function onClick(event) {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    open(dialog);
    return;
  }
  const dialog = event.target.closest?.("dialog");
  if (!dialog) return;
  const closer = event.target.closest("[data-dialog-close]");
  // A press on the backdrop lands on the dialog itself, outside of its box.
  if (closer || (event.target === dialog && event.detail > 0 && isOutside(event, dialog))) {
    event.preventDefault();
    dialog.close();
  }
}

// Where the browser does not yet place popovers beside their button by itself.
function place(event) {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches?.(".menu")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`).getBoundingClientRect();
  const left = Math.min(button.left, window.innerWidth - menu.offsetWidth - 8);
  const below = button.bottom + menu.offsetHeight < window.innerHeight;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${below ? button.bottom : Math.max(8, button.top - menu.offsetHeight - 8)}px`;
}

function openRendered() {
  document.querySelectorAll("dialog[data-open-modal]").forEach((dialog) => {
    delete dialog.dataset.openModal;
    open(dialog);
  });
}

export function dialogs() {
  document.addEventListener("click", onClick);
  // A drawer that the address asked for is no longer asked for once it is closed.
  document.addEventListener("close", (event) => {
    if (event.target.dataset?.back) history.replaceState(history.state, "", event.target.dataset.back);
  }, true);
  if (!CSS.supports("position-area", "block-end span-inline-start")) document.addEventListener("toggle", place, true);
  document.addEventListener("htmx:afterSettle", openRendered);
  openRendered();
}
