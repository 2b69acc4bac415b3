// Receiving by gun: each scan counts one more of its item, on the last line that has it (a new lot is a new line) or
// the next free one.
const form = document.querySelector("[data-delivery]");
const said = form.querySelector("[data-delivery-total]");
const total = form.querySelector("[name$=TOTAL_FORMS]");

const lines = () => [...form.querySelectorAll("[data-line]")];
const code = (line) => line.querySelector("[name$=-code]");
const units = (line) => line.querySelector("[name$=-quantity]");
const key = (text) => text.trim().toUpperCase();

function addLine() {
  const last = lines().at(-1);
  const line = last.cloneNode(true);
  const [from, to] = [`-${total.value - 1}-`, `-${total.value}-`];
  for (const element of line.querySelectorAll("[id], [name], [for]")) {
    for (const name of ["id", "name", "for"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replace(from, to));
    }
  }
  line.querySelectorAll("input").forEach((input) => { input.value = ""; });
  line.querySelectorAll(".field-error").forEach((error) => error.remove());
  total.value = Number(total.value) + 1;
  last.after(line);
  return line;
}

function count(scanned) {
  const same = lines().findLast((line) => key(code(line).value) === key(scanned));
  const line = same ?? lines().find((each) => !code(each).value.trim() && !units(each).value.trim()) ?? addLine();
  code(line).value = same ? code(line).value : scanned;
  units(line).value = (Number.parseInt(units(line).value, 10) || 0) + 1;
  units(line).dispatchEvent(new Event("input", { bubbles: true }));
  line.scrollIntoView({ block: "nearest" });
  said.textContent = `${code(line).value} × ${units(line).value}`;
}

document.addEventListener("scan", (event) => {
  if (!event.detail.terminated) return;
  event.preventDefault();
  count(event.detail.code);
});

// Enter in a code field goes on to its number: sending half a delivery is never meant.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[name$=-code], [name$=-quantity]")) return;
  event.preventDefault();
  const line = event.target.closest("[data-line]");
  const next = event.target === code(line) ? units(line) : code(line.nextElementSibling ?? addLine());
  next.focus();
});
