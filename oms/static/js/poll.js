// Regions that keep themselves fresh: data-poll with hx-get and hx-trigger="poll". They ask more rarely while
// nothing changes (the server says 204), and not at all while nobody looks.
const STEPS = [5000, 15000, 60000];
const TICK = 1000;

const states = new Map();

function stateOf(element) {
  const key = element.id || element;
  if (!states.has(key)) states.set(key, { step: 0, due: Date.now() + STEPS[0] });
  return states.get(key);
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-poll]")) {
    const state = stateOf(element);
    if (Date.now() < state.due) continue;
    state.due = Date.now() + STEPS[state.step];
    element.dispatchEvent(new Event("poll"));
  }
}

export function polling() {
  setInterval(tick, TICK);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.elt.matches("[data-poll]")) return;
    const state = stateOf(event.detail.elt);
    const changed = event.detail.xhr.status === 200;
    state.step = changed ? 0 : Math.min(state.step + 1, STEPS.length - 1);
    state.due = Date.now() + STEPS[state.step];
  });
}
