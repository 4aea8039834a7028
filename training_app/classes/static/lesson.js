// Says what clashes while a lesson is being entered, and offers what is free instead.
const form = document.getElementById("lesson-form");
const watched = ["day", "starts", "ends", "course_id", "room_id", "site_id", "teacher_ids"];
let latest = 0;

async function check() {
  const mine = (latest += 1);
  const data = new FormData(form);
  const wanted = new URLSearchParams();
  for (const name of [...watched, "lesson_id"]) {
    for (const value of data.getAll(name)) wanted.append(name, value);
  }
  const answer = await fetch(`${form.dataset.check}?${wanted}`, { credentials: "same-origin" });
  if (!answer.ok || mine !== latest) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("lesson-check");
  const old = document.getElementById("lesson-check");
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = old.querySelector(".zx-teachers")?.scrollTop ?? 0;
  old.replaceWith(part);
  const list = part.querySelector(".zx-teachers");
  if (list) list.scrollTop = scrolled;
  if (focused) {
    const value = focused.name === "teacher_ids" ? `[value="${focused.value}"]` : "";
    part.querySelector(`[name="${focused.name}"]${value}`)?.focus();
  }
}

form.addEventListener("change", (event) => {
  if (watched.includes(event.target.name)) check();
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  if (!button) return;
  const { setDay, setStarts, setEnds, setRoom } = button.dataset;
  if (setDay) {
    form.elements.day.value = setDay;
    form.elements.starts.value = setStarts;
    form.elements.ends.value = setEnds;
  } else if (setRoom) {
    form.elements.room_id.value = setRoom;
  } else {
    return;
  }
  check();
});
