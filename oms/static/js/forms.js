// Forms: nothing is sent twice, the pressed button shows it is busy, and errors get the focus.
const LONGEST_BUSY = 10000;

function busy(form, button) {
  form.dataset.busy = "";
  button?.setAttribute("aria-busy", "true");
  // A download answers without leaving the page, so busy must end by itself.
  setTimeout(() => rest(form), LONGEST_BUSY);
}

function rest(form) {
  delete form.dataset.busy;
  form.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function onSubmit(event) {
  const form = event.target;
  const refused = event.submitter?.getAttribute("aria-disabled") === "true";
  if (refused || (form.matches("[data-form]") && "busy" in form.dataset)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (form.matches("[data-form]")) {
    busy(form, event.submitter);
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Back to a form already sent: the same content keeps its key and counts once; new content is a new act.
function renewKeyOnEdit() {
  for (const key of document.querySelectorAll("[data-form] [name=idempotency_key]")) {
    key.form.addEventListener("input", () => { key.value = newKey(); }, { once: true });
  }
}

function focusErrors(root) {
  root.querySelector?.("[data-focus-on-load]")?.focus();
}

function onStep(event) {
  const button = event.target.closest?.("[data-step]");
  if (!button) return;
  const input = button.closest("[data-stepper]").querySelector("input");
  if (button.dataset.step > 0) input.stepUp();
  else input.stepDown();
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

export function forms() {
  // Capturing, so that a second submit is stopped before htmx sees it.
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onStep);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("[data-form]");
    if (form) rest(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.detail.elt));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("[data-form]").forEach(rest);
    renewKeyOnEdit();
  });
  focusErrors(document);
}
