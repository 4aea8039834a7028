// Forms: warn before unsaved work is left, send once, send on choice.
const SENT_AGAIN_AFTER_MS = 4000;

export function startForms() {
  const unsaved = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-guard")) unsaved.add(form);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    unsaved.delete(event.target);
    if (event.defaultPrevented || event.target.method !== "post") return;
    sendOnce(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) if (!form.isConnected) unsaved.delete(form);
    if (unsaved.size) event.preventDefault();
  });
  // Pages that save by themselves say so.
  document.addEventListener("zx:saved", (event) => unsaved.delete(event.target));
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-sent]")) release(button);
  });
}

function sendOnce(form) {
  const buttons = [...form.elements].filter((each) => each.type === "submit" && !each.disabled);
  // After the browser has collected the values: a disabled button's own value would be missing.
  setTimeout(() => {
    for (const button of buttons) {
      button.disabled = true;
      button.dataset.sent = "";
      setTimeout(() => release(button), SENT_AGAIN_AFTER_MS);
    }
  });
}

function release(button) {
  button.disabled = false;
  delete button.dataset.sent;
}
