// Barcode guns type. A burst of keys no person could type is a scan: it is taken out of whatever field it
// fell into and told as one "scan" event. Unless a page handles it, a scan in the dashboard is a search.
const SHORTEST = 4;
const MEDIAN_GAP = 35;
const LONGEST_GAP = 100;
const OWN_FIELD = "[data-scan=field], [type=password]";

let code = "";
let gaps = [];
let last = 0;
let field = null;
let before = "";
let timer = 0;

function forget() {
  clearTimeout(timer);
  code = "";
  gaps = [];
  field = null;
}

function isBurst() {
  const sorted = [...gaps].sort((a, b) => a - b);
  return code.length >= SHORTEST && sorted[Math.floor(sorted.length / 2)] <= MEDIAN_GAP;
}

function restoreField() {
  if (!field || field.value === before) return;
  field.value = before;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function tell(terminated) {
  const scanned = code;
  if (terminated) restoreField();
  forget();
  const event = new CustomEvent("scan", { detail: { code: scanned, terminated }, cancelable: true });
  const unhandled = document.dispatchEvent(event);
  const url = document.body.dataset.searchUrl;
  // Leaving a dialog would lose what is typed in it.
  if (unhandled && terminated && url && !document.querySelector("dialog:modal")) {
    window.location.assign(`${url}?q=${encodeURIComponent(scanned)}`);
  }
}

function begin(target) {
  forget();
  field = target.matches?.("input, textarea") ? target : null;
  before = field?.value ?? "";
}

function onKey(event) {
  if (event.key === "Shift") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || event.target.closest?.(OWN_FIELD)) {
    forget();
    return;
  }
  const gap = event.timeStamp - last;
  last = event.timeStamp;
  if (code && gap > LONGEST_GAP) forget();
  if (event.key === "Enter" || event.key === "Tab") {
    if (isBurst()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(true);
    } else {
      forget();
    }
    return;
  }
  if (event.key.length !== 1) {
    forget();
    return;
  }
  if (code) gaps.push(gap);
  else begin(event.target);
  code += event.key;
  clearTimeout(timer);
  timer = setTimeout(() => (isBurst() ? tell(false) : forget()), LONGEST_GAP);
}

export function scanning() {
  // Before any shortcut or field: in the capturing phase, at the top.
  document.addEventListener("keydown", onKey, true);
}
