// Rows chosen in a list. The choice outlives paging (kept for this tab and this address) and is posted
// with the form: boxes on this page by themselves, those of other pages as hidden inputs.
import { announce } from "./live.js";

let lastIndex = -1;

const boxesOf = (form) => [...form.querySelectorAll("[data-select]")];
const storageKey = (form) => `selection:${form.dataset.selection}:${window.location.pathname}`;

function load(form) {
  return new Set(JSON.parse(sessionStorage.getItem(storageKey(form)) ?? "[]"));
}

function save(form, chosen) {
  if (chosen.size) sessionStorage.setItem(storageKey(form), JSON.stringify([...chosen]));
  else sessionStorage.removeItem(storageKey(form));
}

function show(form, chosen) {
  const boxes = boxesOf(form);
  for (const box of boxes) box.checked = chosen.has(box.value);
  const here = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-select-all]");
  if (all) {
    all.checked = here > 0 && here === boxes.length;
    all.indeterminate = here > 0 && here < boxes.length;
  }
  form.toggleAttribute("data-has-selection", chosen.size > 0);
  const count = form.querySelector("[data-selection-count]");
  if (!count) return;
  const template = chosen.size === here ? count.dataset.here : count.dataset.elsewhere;
  count.textContent = template.replace("#", chosen.size).replace("#", here);
}

function set(form, boxes, on) {
  const chosen = load(form);
  for (const box of boxes) {
    if (on) chosen.add(box.value);
    else chosen.delete(box.value);
  }
  save(form, chosen);
  show(form, chosen);
  announce(form.querySelector("[data-selection-count]")?.textContent ?? String(chosen.size));
}

function onClick(event) {
  const form = event.target.closest?.("[data-selection]");
  if (!form) return;
  if (event.target.closest("[data-selection-clear]")) {
    save(form, new Set());
    set(form, boxesOf(form), false);
    form.querySelector("[data-select-all], [data-select]")?.focus();
  } else if (event.target.matches("[data-select-all]")) {
    set(form, boxesOf(form), event.target.checked);
  } else if (event.target.matches("[data-select]")) {
    const boxes = boxesOf(form);
    const at = boxes.indexOf(event.target);
    const from = event.shiftKey && lastIndex >= 0 ? lastIndex : at;
    set(form, boxes.slice(Math.min(from, at), Math.max(from, at) + 1), event.target.checked);
    lastIndex = at;
  }
}

function onSubmit(event) {
  const form = event.target.closest("[data-selection]");
  if (!form) return;
  const boxes = boxesOf(form);
  const here = new Set(boxes.map((box) => box.value));
  const name = boxes[0]?.name ?? form.dataset.selection;
  for (const value of load(form)) {
    if (here.has(value)) continue;
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  sessionStorage.removeItem(storageKey(form));
}

export function selection() {
  const refresh = () => document.querySelectorAll("[data-selection]").forEach((form) => show(form, load(form)));
  document.addEventListener("click", onClick);
  // Capturing, so that htmx finds the added inputs.
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:afterSettle", refresh);
  window.addEventListener("pageshow", refresh);
  refresh();
}
