// Menus are <details>: one open at a time, closed by a click elsewhere or Escape, arrows move inside.
const ITEMS = "a, button, input, select";

export function startMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (menu.matches?.("details[data-menu]") && menu.open) place(menu);
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("select, input")) {
      const items = [...menu.querySelectorAll(ITEMS)].filter((each) => each.offsetParent !== null && each.type !== "hidden");
      const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      event.stopPropagation();
      items[(at + items.length) % items.length]?.focus();
    }
  });
}

// Keep the list inside the window.
function place(menu) {
  for (const other of document.querySelectorAll("details[data-menu][open]")) if (other !== menu && !other.contains(menu)) other.open = false;
  const list = menu.querySelector(".zx-menu-list");
  if (!list || list.classList.contains("zx-sheet")) return;
  list.classList.remove("is-start");
  if (list.getBoundingClientRect().left < 0) list.classList.add("is-start");
}
