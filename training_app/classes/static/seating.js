// Choosing two places without loading the page in between; without this script each choice is a link or a button.
(() => {
  const form = document.getElementById("hall");
  const first = form.querySelector("input[name=first]");
  const help = document.getElementById("seating-help");
  const waiting = help.textContent;
  const places = () => [...form.querySelectorAll("[data-spot]")];
  let chosen = first.value ? form.querySelector(`[data-spot="${first.value}"]`) : null;

  const choose = (place) => {
    if (chosen) chosen.removeAttribute("aria-current");
    chosen = place === chosen ? null : place;
    first.value = chosen ? chosen.dataset.spot : "";
    if (chosen) chosen.setAttribute("aria-current", "true");
    help.textContent = chosen ? form.dataset.chosen.replace("{who}", chosen.querySelector("b").textContent) : waiting;
  };

  const change = (place) => {
    const second = document.createElement("input");
    second.type = "hidden";
    second.name = "second";
    second.value = place.dataset.spot;
    form.append(second);
    try {
      sessionStorage.setItem("seating", JSON.stringify([place.dataset.spot, window.scrollY, form.querySelector(".seating-hall").scrollLeft]));
    } catch {
      // Without storage the page begins at its top again.
    }
    form.submit();
  };

  form.addEventListener("click", (event) => {
    const place = event.target.closest("[data-spot]");
    if (!place || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!chosen || chosen === place) choose(place);
    else change(place);
  });

  form.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-spot]");
    if (!place) return;
    if (event.key === "Escape" && chosen) choose(chosen);
    if (event.key === " " && place.tagName === "A") {
      event.preventDefault();
      place.click();
    }
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!steps) return;
    event.preventDefault();
    const here = place.getBoundingClientRect();
    let best = null;
    for (const other of places()) {
      const box = other.getBoundingClientRect();
      const dx = box.left - here.left;
      const dy = box.top - here.top;
      const along = dx * steps[0] + dy * steps[1];
      const far = along + 3 * (Math.abs(dx * steps[1]) + Math.abs(dy * steps[0]));
      if (along > 4 && (!best || far < best.far)) best = { other, far };
    }
    if (best) best.other.focus();
  });

  try {
    const [spot, down, right] = JSON.parse(sessionStorage.getItem("seating") || "[]");
    sessionStorage.removeItem("seating");
    if (!spot) return;
    window.scrollTo(0, down);
    form.querySelector(".seating-hall").scrollLeft = right;
    const place = form.querySelector(`[data-spot="${spot}"]`);
    if (place) place.focus({ preventScroll: true });
  } catch {
    // As above.
  }
})();
