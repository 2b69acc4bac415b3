// Putting away by gun: the item's scan goes on to its bin, the bin's scan puts it there.
const form = document.querySelector("[data-put-away]");

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[name=item]")) return;
  event.preventDefault();
  form.querySelector("[name=bin]").focus();
});
