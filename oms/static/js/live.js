// One polite live region for everything that must be heard but need not be seen.
export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  // An unchanged text is not read again, so the region is emptied for a moment first.
  setTimeout(() => { region.textContent = text; }, 50);
}
