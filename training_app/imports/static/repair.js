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
    if (event.key === "Escape" && typing?.matches("[data-wrong]")) {
      typing.value = typing.defaultValue;
      typing.blur();
    }
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

// The button beside an untouched cell leads into it; once something was typed, it keeps it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fix]");
  if (!button) return;
  const cell = document.querySelector(`input[form="${button.dataset.fix}"][name="value"]`);
  if (!cell || isChanged(cell)) return;
  event.preventDefault();
  at = faults().indexOf(cell);
  cell.focus();
  cell.select();
});

// After a repair one is back on a new page: where the work was, in the next cell if it was done by keyboard.
const KEPT = "zx-repair-at";
document.addEventListener("submit", (event) => {
  if (!event.target.closest(".zx-stack")) return;
  const cell = document.activeElement;
  const number = cell?.matches("[data-wrong]") ? faults().indexOf(cell) : -1;
  sessionStorage.setItem(KEPT, JSON.stringify([location.pathname, window.scrollY, number]));
});
const [keptPath, keptTop, keptFault] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
sessionStorage.removeItem(KEPT);
if (keptPath === location.pathname) {
  const next = faults()[keptFault];
  if (next) {
    at = keptFault;
    next.focus({ preventScroll: true });
    next.select();
  }
  window.scrollTo(0, keptTop);
}

function mark(all) {
  for (const each of all) each.closest("tr").classList.toggle("is-current", each === all[at]);
  all[at].scrollIntoView({ block: "center" });
}

// Inside a cell that was changed, Ctrl+Z belongs to the typing.
function isChanged(field) {
  return field && field.value !== field.defaultValue;
}
