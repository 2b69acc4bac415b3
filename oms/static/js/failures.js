// One place for answers that could not be shown: no failure is silent, and nothing typed is touched.
function show(status) {
  const place = document.getElementById("failure");
  const template = document.getElementById("failure-template");
  if (!place || !template) return;
  const banner = template.content.cloneNode(true);
  const text = banner.querySelector("[data-failure-text]");
  text.textContent = text.dataset[`status${status}`] ?? text.textContent;
  place.replaceChildren(banner);
  place.scrollIntoView({ block: "nearest" });
}

function mark(event, isBusy) {
  // A region that refreshes itself must not flicker while it asks.
  if (event.detail.elt.matches("[data-poll]")) return;
  if (isBusy) event.detail.target.setAttribute("aria-busy", "true");
  else event.detail.target.removeAttribute("aria-busy");
}

export function failures() {
  const listen = (name, handle) => document.addEventListener(name, handle);
  listen("htmx:beforeRequest", (event) => mark(event, true));
  listen("htmx:afterRequest", (event) => mark(event, false));
  listen("htmx:responseError", (event) => {
    if (!event.detail.elt.matches("[data-poll]")) show(event.detail.xhr.status);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    listen(name, (event) => { if (!event.detail.elt.matches("[data-poll]")) show(0); });
  }
}
