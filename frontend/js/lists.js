// Lists: rows by keyboard and click, selection with its bar.
let lastChecked = null;

export function startLists() {
  for (const table of document.querySelectorAll("table[data-rows]")) makeReachable(table);
  for (const bar of document.querySelectorAll("[data-bulk]")) tell(bar.getAttribute("id"));

  document.addEventListener("click", onClick);
  document.addEventListener("auxclick", (event) => event.button === 1 && openRow(event, true));
  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("tr[data-href]");
    if (row && event.target === row) for (const each of rowsOf(row.closest("table"))) each.tabIndex = each === row ? 0 : -1;
  });
}

export function makeReachable(table) {
  rowsOf(table).forEach((row, at) => {
    row.tabIndex = at === 0 ? 0 : -1;
  });
}

function rowsOf(table) {
  return [...table.querySelectorAll("tbody > tr[data-href]")];
}

function onClick(event) {
  const clear = event.target.closest?.("[data-bulk-clear]");
  if (clear) {
    const id = clear.closest("[data-bulk]").getAttribute("id");
    for (const box of boxesOf(id)) box.checked = false;
    tell(id);
    return;
  }
  const box = event.target.closest?.("[data-check]");
  if (box) {
    if (event.shiftKey && lastChecked && lastChecked.dataset.check === box.dataset.check) checkBetween(lastChecked, box);
    lastChecked = box;
    return;
  }
  openRow(event, event.ctrlKey || event.metaKey);
}

function openRow(event, inNewTab) {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, textarea, label, summary, details, form, td.c-check")) return;
  if (String(getSelection())) return;
  if (inNewTab) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

function onChange(event) {
  const all = event.target.dataset?.checkAll;
  if (all) for (const box of boxesOf(all)) box.checked = event.target.checked;
  const id = all ?? event.target.dataset?.check;
  if (id) tell(id);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const row = target.closest?.("tr[data-href]");
  if (!["ArrowDown", "ArrowUp", "Enter", " "].includes(event.key)) return;
  if (target !== document.body && target !== row && !target.matches?.("main, [data-check]")) return;
  const table = row?.closest("table") ?? document.querySelector("table[data-rows]:has(tr[data-href])");
  if (!table) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const rows = rowsOf(table);
    const at = row ? rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1) : 0;
    if (rows[at]) {
      event.preventDefault();
      rows[at].focus();
      rows[at].scrollIntoView({ block: "nearest" });
    }
  } else if (target === row && event.key === "Enter") {
    event.preventDefault();
    location.assign(row.dataset.href);
  } else if (target === row && event.key === " ") {
    const box = row.querySelector("[data-check]");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    tell(box.dataset.check);
  }
}

function boxesOf(id) {
  return [...document.querySelectorAll(`[data-check="${CSS.escape(id)}"]`)];
}

function checkBetween(from, to) {
  const boxes = boxesOf(to.dataset.check);
  const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  for (const box of boxes.slice(first, last + 1)) box.checked = to.checked;
}

// Show what is selected: ground of the rows, number and sum in the bar, state of "all".
function tell(id) {
  const boxes = boxesOf(id);
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr")?.classList.toggle("is-selected", box.checked);
  const all = document.querySelector(`[data-check-all="${CSS.escape(id)}"]`);
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  const bar = document.getElementById(id);
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  for (const each of bar.querySelectorAll("[data-bulk-count]")) each.textContent = chosen.length;
  const sum = chosen.reduce((total, box) => total + Number(box.dataset.sum || 0), 0);
  for (const each of bar.querySelectorAll("[data-bulk-sum]")) each.textContent = String(Math.round(sum * 100) / 100);
}
