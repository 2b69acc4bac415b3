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

// What fades while a request is out. The answer may name another target, so it is remembered with its request.
const faded = new WeakMap();

function fade(event) {
  // A region that refreshes itself must not flicker while it asks.
  if (event.detail.elt.matches("[data-poll]")) return;
  event.detail.target.setAttribute("aria-busy", "true");
  faded.set(event.detail.xhr, event.detail.target);
}

export function failures() {
  const listen = (name, handle) => document.addEventListener(name, handle);
  listen("htmx:beforeRequest", fade);
  listen("htmx:afterRequest", (event) => faded.get(event.detail.xhr)?.removeAttribute("aria-busy"));
  listen("htmx:responseError", (event) => {
    if (!event.detail.elt.matches("[data-poll]")) show(event.detail.xhr.status);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    listen(name, (event) => { if (!event.detail.elt.matches("[data-poll]")) show(0); });
  }
}
