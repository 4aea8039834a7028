// The repair screen by keyboard: N goes to the next fault, Enter into its cell, Ctrl+Z takes the last repair back.
const faults = () => [...document.querySelectorAll("[data-wrong]")];
let at = -1;

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !isChanged(typing)) {
    const form = document.querySelector("[data-take-back]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Escape") typing?.blur();
    return;
  }
  const all = faults();
  if (event.key.toLowerCase() === "n" && all.length) {
    event.preventDefault();
    at = (at + 1) % all.length;
    mark(all);
  } else if (event.key === "Enter" && at >= 0 && all[at]) {
    event.preventDefault();
    all[at].focus();
    all[at].select();
  }
});

function mark(all) {
  for (const each of all) each.closest("tr").classList.toggle("is-current", each === all[at]);
  all[at].scrollIntoView({ block: "center" });
}

// Inside a cell that was changed, Ctrl+Z belongs to the typing.
function isChanged(field) {
  return field && field.value !== field.defaultValue;
}
