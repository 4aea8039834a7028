// Behaviours of office pages. Each is asked for by an attribute in the page; without this file pages still work.
import htmx from "htmx.org";
import { startConfirm } from "./confirm.js";
import { startForms } from "./forms.js";
import { startLists } from "./lists.js";
import { startMenus } from "./menus.js";
import { startPressed } from "./pressed.js";
import { startRefresh } from "./refresh.js";

const words = JSON.parse(document.currentScript?.dataset.words ?? "{}");
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
window.htmx = htmx;
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token;
});

startConfirm();
startForms();
startLists();
startMenus();
startPressed();
startRefresh(words);

// A form sent back with errors: the summary is the first thing to be read.
document.querySelector("[data-focus]")?.focus();

// On a phone the tabs scroll sideways: the current one is to be seen.
const tab = document.querySelector(".zx-tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) focusOn("[data-global-search]", event);
  else if (event.key === "/" && !isTyping(event.target)) focusOn("[data-slash]", event);
});

function focusOn(selector, event) {
  const field = [...document.querySelectorAll(selector)].find((each) => each.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}
