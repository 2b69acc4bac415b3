import { announce } from "./live.js";

export function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(button.dataset.copied);
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 2000);
  });
}
