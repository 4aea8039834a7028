// Final acts are asked about first: data-confirm on a form, on one of its buttons, or on a link.
export function startConfirm() {
  const dialog = document.getElementById("zx-confirm");
  if (!dialog) return;

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const asked = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
      if (!asked || form.dataset.confirmed) {
        delete form.dataset.confirmed;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      ask(dialog, asked).then((yes) => {
        if (!yes) return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
      });
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-confirm]");
    if (!link) return;
    event.preventDefault();
    ask(dialog, link).then((yes) => yes && location.assign(link.href));
  });
}

function ask(dialog, element) {
  const { confirm, confirmTitle, confirmAction } = element.dataset;
  const title = dialog.querySelector("h2");
  title.textContent = confirmTitle || title.dataset.default;
  dialog.querySelector("p").textContent = confirm;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = confirmAction || element.textContent.trim();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
