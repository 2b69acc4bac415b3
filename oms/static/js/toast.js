// Short news of what was done. Errors never come this way.
import { announce } from "./live.js";

const STAY = 6000;
const STAY_WITH_ACTION = 12000;

function startTimer(toast) {
  const stay = toast.querySelector("a:not([data-toast-close]), button") ? STAY_WITH_ACTION : STAY;
  let timer = setTimeout(() => toast.remove(), stay);
  const hold = () => clearTimeout(timer);
  const resume = () => {
    clearTimeout(timer);
    if (!toast.matches(":hover, :focus-within")) timer = setTimeout(() => toast.remove(), stay);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, resume);
}

export function toast(text) {
  const copy = document.getElementById("toast-template").content.cloneNode(true);
  copy.querySelector("span").textContent = text;
  document.getElementById("toasts").append(copy);
}

export function toasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  for (const shown of region.querySelectorAll("[data-toast]")) {
    // What was in the region when the page loaded is not read out by itself.
    announce(shown.firstElementChild.textContent);
    startTimer(shown);
  }
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.matches?.("[data-toast]")) startTimer(node);
    }
  }).observe(region, { childList: true });
  document.addEventListener("click", (event) => {
    const close = event.target.closest?.("[data-toast-close]");
    if (close) {
      event.preventDefault();
      close.closest("[data-toast]").remove();
    }
    const asked = event.target.closest?.("[data-toast-text]");
    if (asked) toast(asked.dataset.toastText);
  });
}
