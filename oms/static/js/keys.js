// Single keys and g-prefixed keys. They move, select or open; they never commit anything.
// Which key does what is written on the elements themselves: data-key="e", data-key="g o".
const WAIT = 120;
const PREFIX_WAIT = 1500;

let typed = [];
let timer = 0;
let prefix = "";

const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

function resting(event) {
  return (
    document.body.dataset.shortcuts === "off" ||
    event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
    event.key.length !== 1 || event.key === " " ||
    event.target.closest?.(FIELDS) ||
    document.querySelector("dialog:modal")
  );
}

function rows() {
  return [...document.querySelectorAll("[data-list] tbody tr")].filter((row) => row.querySelector(".row-link"));
}

function currentRow() {
  return document.activeElement?.closest("[data-list] tbody tr") ?? null;
}

function move(step) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  const link = all[next]?.querySelector(".row-link");
  link?.focus({ focusVisible: true });
  link?.scrollIntoView({ block: "nearest" });
}

function select(range) {
  const box = currentRow()?.querySelector("[data-select]");
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));
}

const LIST_KEYS = {
  x: () => select(false),
  X: () => select(true),
  o: () => {
    const link = currentRow()?.querySelector(".row-link");
    if (link) window.open(link.href, "_blank", "noopener");
  },
};

function follow(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else if (element.matches("button:not([type=button])")) {
    element.focus();
  } else {
    element.click();
  }
}

function run(name) {
  const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === name);
  if (target) follow(target);
  else if (currentRow()) LIST_KEYS[name]?.();
}

function settle() {
  const keys = typed;
  typed = [];
  // Three or more keys without a pause are a scanner or someone's elbow, not a command.
  if (keys.length > 2) return;
  for (const key of keys) {
    if (prefix) {
      run(`${prefix} ${key}`);
      prefix = "";
    } else if (key === "g") {
      prefix = "g";
      setTimeout(() => { prefix = ""; }, PREFIX_WAIT);
    } else {
      run(key);
    }
  }
}

export function keys() {
  document.addEventListener("keydown", (event) => {
    if (resting(event)) return;
    if (!prefix && !typed.length && (event.key === "j" || event.key === "k")) {
      move(event.key === "j" ? 1 : -1);
      return;
    }
    // "/" and "'" open the find bar of some browsers.
    if (document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)) event.preventDefault();
    typed.push(event.key);
    clearTimeout(timer);
    timer = setTimeout(settle, WAIT);
  });
}
