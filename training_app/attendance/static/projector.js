// Shows the one current code. Counts milliseconds with performance.now(), never asks the computer's clock, never keeps
// an old code: when it has run out and no new one has come, the screen says that the connection is lost.
const screen = document.getElementById("screen");
const picture = document.querySelector("#code svg");
const message = document.querySelector("#code p");
const here = document.getElementById("here");
const expected = document.getElementById("expected");
const names = document.getElementById("names");
const typed = document.getElementById("typed");
const tick = document.getElementById("tick");
const called = document.getElementById("call");
const counted = document.getElementById("counted");

const POLL_MS = 2000;
const MARGIN_MS = 60;
const LOST_AFTER = 2;

let diesAt = 0;
let typedDiesAt = 0;
let failures = 0;
let timer = 0;

const say = (text) => {
  picture.setAttribute("hidden", "");
  message.textContent = text;
  message.hidden = false;
  typed.hidden = true;
};

const draw = (current) => {
  picture.setAttribute("viewBox", current.picture.view_box);
  picture.firstElementChild.setAttribute("d", current.picture.path);
  picture.dataset.url = current.url;
  picture.removeAttribute("hidden");
  message.hidden = true;
  typed.querySelector("b").textContent = `${current.typed.slice(0, 3)} ${current.typed.slice(3)}`;
  typed.hidden = false;
};

const drawCall = (call) => {
  called.textContent = call ? call.title : "";
  called.hidden = !call;
  counted.textContent = counted.dataset[call ? call.slot : "in"];
  document.querySelectorAll("[data-call-start]").forEach((each) => { each.hidden = Boolean(call); });
  document.querySelectorAll("[data-call-end]").forEach((each) => { each.hidden = !call; });
};

// Where the window leaves no room for all names, the oldest go as a whole: half a line of a name is worse than none.
const fitNames = () => {
  const lines = [...names.children];
  lines.forEach((each) => { each.hidden = false; });
  const end = names.getBoundingClientRect().bottom + 1;
  lines.map((each) => each.getBoundingClientRect().bottom > end).forEach((over, at) => { lines[at].hidden = over; });
};

const drawPeople = (current) => {
  const call = current.call;
  here.textContent = call ? call.answered : current.counts.attended;
  expected.textContent = call ? call.expected : current.counts.expected;
  drawCall(call);
  const shown = [...names.children].map((each) => each.textContent).join("\n");
  if (shown === current.names.join("\n")) return;
  names.replaceChildren(
    ...current.names.map((name, at) => {
      const line = document.createElement("li");
      if (at === 0) line.append(tick.content.cloneNode(true));
      line.append(name);
      return line;
    }),
  );
};

const failed = (status) => {
  failures += 1;
  if (status === 409) say(screen.dataset.closed);
  else if (status === 401) say(screen.dataset.gone);
  else if (failures >= LOST_AFTER || performance.now() >= diesAt) say(screen.dataset.lost);
};

const poll = async () => {
  clearTimeout(timer);
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), POLL_MS);
  const asked = performance.now();
  try {
    const answer = await fetch(screen.dataset.url, {
      cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" }, signal: stop.signal,
    });
    if (answer.ok) {
      const current = await answer.json();
      failures = 0;
      // Counted from when we asked: the answer cannot be older than that. A code is accepted for one step more, so
      // the half step of grace bridges a slow answer without ever showing a code that would be refused.
      diesAt = asked + current.next_in_ms + current.step_seconds * 500;
      typedDiesAt = asked + current.typed_next_in_ms;
      draw(current);
      drawPeople(current);
      fitNames();
      timer = setTimeout(poll, Math.min(POLL_MS, asked + current.next_in_ms + MARGIN_MS - performance.now()));
      return;
    }
    failed(answer.status);
  } catch (lost) {
    failed(0);
  } finally {
    clearTimeout(patience);
  }
  timer = setTimeout(poll, 1000);
};

const watch = () => {
  if (!picture.hasAttribute("hidden") && performance.now() >= diesAt) say(screen.dataset.lost);
  if (performance.now() >= typedDiesAt) typed.hidden = true;
};

const keepAwake = () => {
  if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
};

const themeButton = document.getElementById("theme");
const setTheme = (theme) => {
  document.documentElement.dataset.bsTheme = theme;
  themeButton.textContent = theme === "dark" ? themeButton.dataset.light : themeButton.dataset.dark;
};

themeButton.addEventListener("click", () => {
  setTheme(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
  try {
    localStorage.setItem("projector-theme", document.documentElement.dataset.bsTheme);
  } catch (forbidden) {
    // A browser without storage starts as its owner's other pages do.
  }
});
document.getElementById("full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});

let remembered = null;
try {
  remembered = localStorage.getItem("projector-theme");
} catch (forbidden) {
  remembered = null;
}
setTheme(remembered || document.documentElement.dataset.bsTheme || "light");
keepAwake();
fitNames();
addEventListener("resize", fitNames);
setInterval(watch, 200);
poll();
