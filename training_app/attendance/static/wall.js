// The live wall: asks for what has changed, draws it on the tiles, says at once when the connection is lost, and records
// a person after two taps. Counts time with performance.now() only; asks nothing while nobody looks at the page.
const wall = document.getElementById("wall");
const body = document.getElementById("body");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
const choice = document.getElementById("choice");
const at = (id) => document.getElementById(id);
const tiles = new Map([...document.querySelectorAll(".wall-tile")].map((each) => [Number(each.dataset.id), each]));
const words = JSON.parse(wall.dataset.statuses);
const signs = JSON.parse(wall.dataset.signs);
const token = document.querySelector('meta[name="csrf-token"]').content;

const EVERY_MS = Number(wall.dataset.every);
const CLOSED_EVERY_MS = 30000; // a closed lesson changes by corrections only
const LOST_AFTER_MS = EVERY_MS * 2 + 2000;
const NEW_MS = 4000;
const OWN_MS = 4000; // what was recorded here stands until the answers know of it

let etag = "";
let state = wall.dataset.state;
let timer = 0;
let answeredAt = performance.now();
let lookedSince = performance.now();
let failures = 0;
let gone = false;
const own = new Map();
let calling = null; // wall-call.js, once it is there

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// --- drawing ------------------------------------------------------------------------------------------------------

const show = (tile, status, isNew) => {
  if (tile.dataset.status === status) return;
  tile.dataset.status = status;
  tile.querySelector(".wall-sign").textContent = signs[status] || "";
  tile.querySelector(".wall-word").textContent = words[status] || wall.dataset.none;
  if (!isNew) return;
  tile.classList.add("is-new");
  setTimeout(() => tile.classList.remove("is-new"), NEW_MS);
};

const draw = (answer) => {
  if (answer.people !== wall.dataset.people) {
    if (!choice.open) location.reload(); // somebody came into the class or left it
    return;
  }
  state = answer.state;
  const statuses = new Map();
  for (const [status, ids] of Object.entries(answer.marks)) for (const id of ids) statuses.set(id, status);
  for (const [id, tile] of tiles) {
    const kept = own.get(id);
    if (kept && !statuses.has(id) && performance.now() < kept.until) continue;
    own.delete(id);
    show(tile, statuses.get(id) || "", true);
  }
  for (const part of document.querySelectorAll("[data-count]")) part.textContent = answer.counts[part.dataset.count];
  if (calling) calling.draw(answer.call);
};

// As many columns as give the largest tiles; below a readable size the page scrolls.
const GAP = 4;
const AISLE = 0.35; // of a tile
const hall = body.querySelector(".wall-hall");
const aisles = hall && hall.dataset.aisles ? hall.dataset.aisles.split(",").map(Number) : [];

const widthOf = (cols, width, narrow) => {
  if (!hall) return (width - GAP * (cols - 1)) / cols;
  const wide = (width - GAP * (cols + aisles.length - 1)) / (cols + AISLE * aisles.length);
  return Math.max(wide, narrow ? 72 : 44);
};

const bestOf = (parts, width) => {
  const heads = body.querySelectorAll(".wall-part > h2, .wall-front").length * 26 + (parts.length - 1) * 8;
  const high = body.clientHeight - heads - 4;
  const rowsOf = (part, cols) => (part === hall ? Number(hall.dataset.rows) : Math.ceil(part.children.length / cols));
  let best = null;
  const [from, to] = hall ? [Number(hall.dataset.columns), Number(hall.dataset.columns)] : [2, 40];
  for (let cols = from; cols <= to; cols += 1) {
    const wide = widthOf(cols, width, false);
    const rows = parts.reduce((sum, part) => sum + rowsOf(part, cols), 0);
    const tall = Math.min((high - GAP * (rows - parts.length)) / rows, wide * 0.75, 150);
    const name = Math.min((wide - 8) / 3.1, tall * 0.5);
    if ((hall || (wide >= 46 && tall >= 30)) && (!best || name > best.name)) best = { cols, tall: Math.max(tall, 28), name };
  }
  return best || { cols: Math.floor((width + GAP) / (48 + GAP)), tall: 34 };
};

const fit = () => {
  const parts = [...body.querySelectorAll(".wall-tiles")];
  if (!parts.length) return;
  const narrow = matchMedia("(max-width: 700px)").matches;
  const width = body.clientWidth;
  const few = hall ? Number(hall.dataset.columns) : Math.max(Math.floor(width / 88), 3);
  const best = narrow ? { cols: few, tall: 60 } : bestOf(parts, width);
  const wide = widthOf(best.cols, width, narrow);
  const tiny = best.tall < 44 || wide < 64;
  const room = tiny ? "tiny" : best.tall < 54 || wide < 84 ? "small" : "full";
  const share = room === "full" ? 0.4 : 0.46;
  const high = tiny ? (best.tall - 12) * 0.8 : best.tall * share;
  body.dataset.room = room;
  body.style.setProperty("--cols", best.cols);
  body.style.setProperty("--least", "0px");
  body.style.setProperty("--tall", `${Math.floor(best.tall)}px`);
  body.style.setProperty("--name", `${Math.max(Math.min((wide - (tiny ? 5 : 16)) / 3.05, high, 44), 13).toFixed(1)}px`);
  if (!hall) return;
  const tracks = [];
  for (let column = 1; column <= best.cols; column += 1) {
    tracks.push(`${Math.floor(wide * 10) / 10}px`);
    if (aisles.includes(column)) tracks.push(`${(wide * AISLE).toFixed(1)}px`);
  }
  hall.style.gridTemplateColumns = tracks.join(" ");
};

// --- asking -------------------------------------------------------------------------------------------------------

const plan = (ms) => {
  clearTimeout(timer);
  if (!document.hidden && !gone) timer = setTimeout(poll, ms);
};

const poll = async () => {
  clearTimeout(timer);
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), EVERY_MS + 1000);
  try {
    const headers = { Accept: "application/json" };
    if (etag) headers["If-None-Match"] = etag;
    const answer = await fetch(wall.dataset.feed, { cache: "no-store", credentials: "same-origin", headers, signal: stop.signal });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) gone = true;
    else if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    else {
      if (answer.ok) {
        draw(await answer.json());
        etag = answer.headers.get("ETag") || "";
      }
      answeredAt = performance.now();
      failures = 0;
    }
  } catch {
    failures += 1;
  } finally {
    clearTimeout(patience);
  }
  watch();
  plan(failures ? 1000 * Math.min(failures, 5) : state === "closed" ? CLOSED_EVERY_MS : EVERY_MS);
};

const watch = () => {
  const now = performance.now();
  const age = now - answeredAt;
  const limit = state === "closed" ? CLOSED_EVERY_MS + LOST_AFTER_MS : LOST_AFTER_MS;
  const isLost = gone || failures > 1 || (age > limit && now - lookedSince > limit);
  lost.hidden = !isLost;
  wall.classList.toggle("is-lost", isLost);
  const text = gone ? wall.dataset.gone : fill(wall.dataset.lost, { seconds: Math.round(age / 1000) });
  if (isLost && lost.textContent !== text) lost.textContent = text;
};

document.addEventListener("visibilitychange", () => {
  lookedSince = performance.now();
  if (document.hidden) clearTimeout(timer);
  else if (!gone) poll();
});

// --- recording ----------------------------------------------------------------------------------------------------

const CAME = ["present", "late", "left_early", "exempt"];
let chosen = null;

const describe = () => {
  const status = chosen.dataset.status;
  at("choice-sign").dataset.status = status;
  at("choice-sign").textContent = signs[status] || "";
  at("choice-status").textContent = [words[status] || wall.dataset.none, calling ? calling.wordOf(chosen) : "", "left" in chosen.dataset ? wall.dataset.left : ""].filter(Boolean).join(" · ");
  at("record").hidden = !wall.dataset.mayRecord || state === "closed" || CAME.includes(status) || "left" in chosen.dataset;
};

const choose = (tile) => {
  chosen = tile;
  at("choice-name").textContent = tile.dataset.name;
  at("choice-unit").textContent = [tile.dataset.unit, tile.dataset.post, tile.dataset.group, tile.dataset.seat].filter(Boolean).join(" ");
  at("open").href = tile.href;
  at("call").hidden = !tile.dataset.phone || CAME.includes(tile.dataset.status);
  at("call").action = tile.dataset.phone || "";
  at("refused").hidden = true;
  describe();
  choice.showModal();
  if (!at("record").hidden) at("record").querySelector("button").focus();
};

body.addEventListener("click", (event) => {
  const tile = event.target.closest(".wall-tile");
  if (!tile || event.ctrlKey || event.metaKey || event.shiftKey || !choice.showModal || !wall.dataset.mayScan) return;
  event.preventDefault();
  if (calling && calling.asks(tile)) calling.answer(tile);
  else choose(tile);
});
choice.addEventListener("close", () => chosen && chosen.focus());
choice.addEventListener("click", (event) => {
  if (event.target === choice) choice.close();
});

const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const refuse = (text) => {
  at("refused").textContent = text;
  at("refused").hidden = false;
};

at("record").addEventListener("submit", async (event) => {
  event.preventDefault();
  const tile = chosen;
  const id = Number(tile.dataset.id);
  const button = at("record").querySelector("button");
  const entry = { nonce: nonce(), enrollment_id: id, reason: at("reason").value };
  button.disabled = true;
  try {
    const answer = await fetch(wall.dataset.send, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ entries: [entry] }),
    });
    const heard = await answer.json();
    const done = answer.ok ? heard.entries[0] : null;
    if (!done || done.outcome === "refused") {
      refuse(((done || heard).error || {}).message || wall.dataset.unsent);
      return;
    }
    own.set(id, { until: performance.now() + OWN_MS });
    show(tile, done.status, true);
    const text = done.outcome === "repeated" ? wall.dataset.already : wall.dataset.recorded;
    said.textContent = fill(text, { name: tile.dataset.name, status: words[done.status] || "" });
    choice.close();
    plan(1200);
  } catch {
    refuse(wall.dataset.unsent);
  } finally {
    button.disabled = false;
  }
});

// Arrows go from tile to tile, as in a table.
body.addEventListener("keydown", (event) => {
  const tile = event.target.closest(".wall-tile");
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!tile || !steps) return;
  event.preventDefault();
  const here = tile.getBoundingClientRect();
  const x = here.left + here.width / 2;
  const y = here.top + here.height / 2;
  let best = null;
  for (const other of tiles.values()) {
    const box = other.getBoundingClientRect();
    const dx = box.left + box.width / 2 - x;
    const dy = box.top + box.height / 2 - y;
    const along = dx * steps[0] + dy * steps[1];
    const aside = Math.abs(dx * steps[1]) + Math.abs(dy * steps[0]);
    if (along > 4 && (!best || along + aside * 3 < best.far)) best = { other, far: along + aside * 3 };
  }
  if (best) best.other.focus();
});

// --- the screen ---------------------------------------------------------------------------------------------------

const themeButton = at("theme");
const setTheme = (theme) => {
  document.documentElement.dataset.bsTheme = theme;
  themeButton.textContent = theme === "dark" ? themeButton.dataset.light : themeButton.dataset.dark;
};
themeButton.hidden = false;
themeButton.addEventListener("click", () => {
  setTheme(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
  try {
    localStorage.setItem("projector-theme", document.documentElement.dataset.bsTheme);
  } catch {
    // A browser without storage starts as its owner's other pages do.
  }
});
let remembered = null;
try {
  remembered = localStorage.getItem("projector-theme");
} catch {
  remembered = null;
}
setTheme(remembered || document.documentElement.dataset.bsTheme);

const full = at("full");
full.hidden = !document.documentElement.requestFullscreen;
full.addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});

addEventListener("resize", fit);
fit();
setInterval(watch, 500);
import(wall.dataset.calling)
  .then((module) => {
    calling = module;
    calling.start({ wall, tiles, token, nonce, asked: () => plan(1200), resized: fit });
  })
  .finally(poll);
