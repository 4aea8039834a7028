// The call that runs, on the live wall: whose answer is still to come, one tap that notes it for somebody staff see, and
// the way back from that tap.
const at = (id) => document.getElementById(id);
const panel = at("calling");
const strip = at("noted");
const words = panel.dataset;
const names = JSON.parse(words.calls);
const OWN_MS = 4000; // what was noted here stands until the answers know of it

let page = null; // what wall.js lends: its tiles, token, nonce, and how to ask and fit anew
let call = words.call ? JSON.parse(words.call) : null;
let last = null; // what can be taken back with one tap
let busy = false;
const own = new Map(); // enrollment → how it stands by our own tap, and until when that counts

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const word = (what) => words[call.slot + what[0].toUpperCase() + what.slice(1)];

const set = (tile, how) => {
  if ((tile.dataset.call || "") === how) return;
  if (how) tile.dataset.call = how;
  else delete tile.dataset.call;
  tile.querySelector(".wall-asked").textContent = { asked: "?", done: "✓" }[how] || "";
  tile.querySelector(".wall-asked-word").textContent = how ? word(how) : "";
};

export const wordOf = (tile) => (call && tile.dataset.call ? word(tile.dataset.call) : "");

export const asks = (tile) => Boolean(call) && tile.dataset.call === "asked" && Boolean(page.wall.dataset.mayScan);

// What the wall is told of the call; nothing when none runs.
export const draw = (told) => {
  const changed = (told ? told.id : 0) !== (call ? call.id : 0);
  call = told || null;
  if (changed) own.clear();
  if (changed && last && !(call && call.id === last.call)) offer(null);
  const asked = new Set(call ? call.asked : []);
  const answered = new Set(call ? call.answered : []);
  for (const [id, mine] of own) {
    if (performance.now() > mine.until || (mine.how === "done" ? answered : asked).has(id)) own.delete(id);
    else {
      (mine.how === "done" ? asked : answered).delete(id);
      (mine.how === "done" ? answered : asked).add(id);
    }
  }
  for (const [id, tile] of page.tiles) set(tile, asked.has(id) ? "asked" : answered.has(id) ? "done" : "");
  const wasHidden = panel.hidden;
  panel.hidden = !call;
  if (call) {
    panel.dataset.slot = call.slot;
    at("calling-name").textContent = names[call.slot];
    at("calling-until").textContent = call.until ? fill(words.until, { at: call.until }) : "";
    at("calling-count").textContent = fill(words[call.slot], { n: answered.size, all: asked.size + answered.size });
  }
  if (wasHidden !== panel.hidden) page.resized();
};

const again = () => draw(call);

const offer = (what, text = "") => {
  last = what;
  const wasHidden = strip.hidden;
  strip.hidden = !text;
  at("noted-what").textContent = text;
  at("noted-undo").hidden = !what;
  if (wasHidden !== strip.hidden) page.resized();
};

const send = (url, body) =>
  fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": page.token },
    body: JSON.stringify(body),
  });

// One tap: staff see this person in the room, or see them leave.
export const answer = async (tile) => {
  if (busy) return;
  busy = true;
  const id = Number(tile.dataset.id);
  const name = tile.dataset.name;
  const [slot, callId] = [call.slot, call.id];
  const entry = { nonce: page.nonce(), enrollment_id: id, reason: at("calling-reason").value, kind: slot };
  try {
    const heard = await send(page.wall.dataset.send, { entries: [entry] });
    const said = await heard.json();
    const done = heard.ok ? said.entries[0] : null;
    if (!done || done.outcome === "refused") {
      offer(null, ((done || said).error || {}).message || page.wall.dataset.unsent);
      return;
    }
    own.set(id, { how: "done", until: performance.now() + OWN_MS });
    again();
    if (done.outcome === "repeated") offer(null, fill(words[`${slot}Already`], { name }));
    else offer({ call: callId, id, name }, fill(words[`${slot}Noted`], { name }));
    page.asked();
  } catch {
    offer(null, page.wall.dataset.unsent);
  } finally {
    busy = false;
  }
};

const takeBack = async () => {
  if (busy || !last) return;
  busy = true;
  const { call: callId, id, name } = last;
  try {
    const heard = await send(words.back.replace("/calls/0/people/0/", `/calls/${callId}/people/${id}/`), {});
    if (!heard.ok) {
      offer(null, ((await heard.json()).error || {}).message || page.wall.dataset.unsent);
      return;
    }
    own.set(id, { how: "asked", until: performance.now() + OWN_MS });
    again();
    offer(null, fill(words.undone, { name }));
    page.asked();
  } catch {
    at("noted-what").textContent = page.wall.dataset.unsent; // the way back stays
  } finally {
    busy = false;
  }
};

export const start = (lent) => {
  page = lent;
  at("noted-undo").addEventListener("click", takeBack);
  draw(call);
};
