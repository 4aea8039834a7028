// Small things a press does: print, back, close, copy, open a dialog.
export function startPressed() {
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-print], [data-back], [data-dismiss], [data-copy], [data-dialog], [data-close]");
    if (!pressed) return;
    const does = pressed.dataset;
    if ("print" in does) window.print();
    else if ("back" in does) goBack();
    else if ("dismiss" in does) pressed.parentElement.remove();
    else if ("copy" in does) navigator.clipboard?.writeText(does.copy).then(() => pressed.setAttribute("data-copied", ""));
    else if ("dialog" in does) document.querySelector(does.dialog)?.showModal();
    else pressed.closest("dialog")?.close();
  });
}

function goBack() {
  if (history.length > 1) history.back();
  else location.assign("/");
}
