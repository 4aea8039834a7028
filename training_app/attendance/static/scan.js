// The staff's tablet: scans badges with the camera, for arriving, for a call or for leaving; keeps every scan until the
// server has answered; works without a network.
const root = document.getElementById("tablet");
const lesson = Number(root.dataset.lesson);
const at = (id) => document.getElementById(id);
const words = { statuses: JSON.parse(root.dataset.statuses), kinds: JSON.parse(root.dataset.kinds) };
const BADGE = /^B\.([1-9][0-9]{0,9})\.[A-Z2-7]{16}$/;
const KEPT = "zhixing-scan-1"; // the service worker's cache
const EVERY_MS = 5000;
const MOST = 200;

let store = null;
let calls = null;
let roster = null;
let chosen = null; // by hand: what is going on
let drawn = ""; // which mode the page shows
let skew = 0; // the server's clock less the device's, so that a wrong clock here does no harm
let scans = [];
let sending = false;
let net = "offline";

const say = (key, values = {}) => root.dataset[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] || "");
const clock = (iso) => (iso ? new Date(Date.parse(iso)).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }) : "");
const person = (id) => (roster ? roster.people.find((each) => each.id === id) : null);
const status = (code) => words.statuses[code] || "";
const now = () => Date.now() + skew;
const mode = () => calls.modeOf(roster, now(), chosen);
const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const tell = (text, tone) => {
  at("said").textContent = text;
  at("said").className = `attendance-said is-${tone}`;
};

const answerOf = (scan) => {
  if (scan.state === "waiting") return [root.dataset.stateWaiting, "warn"];
  if (scan.state === "undone") return [root.dataset.stateUndone, "warn"];
  const answer = scan.answer;
  const values = { status: status(answer.status), at: clock(answer.received_at), was: status(answer.was) };
  if (scan.state === "refused") return [say("stateRefused", { why: answer.error ? answer.error.message : "" }), "bad"];
  if (answer.kind) {
    if (answer.outcome === "accepted") return [say(answer.kind === "mid" ? "stateMid" : "stateOut", values), "ok"];
    values.at = clock(answer.answered_at || answer.checked_out_at);
    return [say(answer.kind === "mid" ? "stateMidBefore" : "stateOutBefore", values), "warn"];
  }
  if (answer.outcome === "repeated") return [say("stateRepeated", { ...values, at: clock(answer.checked_in_at) }), "warn"];
  return [say(answer.was ? "stateWas" : "stateAccepted", values), answer.was ? "warn" : "ok"];
};

const line = (scan) => {
  const item = document.createElement("li");
  const [text, tone] = answerOf(scan);
  for (const [tag, className, said] of [
    ["b", "", scan.name],
    ["span", "", [scan.unit, calls.kindOf(scan) === "in" ? "" : words.kinds[scan.kind], say("scannedAt", { at: clock(scan.at) })].filter(Boolean).join(document.documentElement.lang.startsWith("zh") ? "，" : ", ")],
    ["span", `zx-word is-${tone}`, text],
  ]) {
    const part = document.createElement(tag);
    part.className = className;
    part.textContent = said;
    item.append(part);
  }
  item.dataset.state = scan.state;
  item.dataset.kind = calls.kindOf(scan);
  if (scan.state === "done" && scan.answer.outcome === "accepted" && !scan.answer.kind && net === "online") {
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn";
    undo.textContent = root.dataset.undoWord;
    undo.setAttribute("aria-label", say("undoName", { name: scan.name }));
    undo.addEventListener("click", () => takeBack(scan, undo));
    item.append(undo);
  }
  return item;
};

const takeBack = async (scan, button) => {
  button.disabled = true;
  try {
    const answer = await fetch(root.dataset.undo.replace("/0/", `/${scan.enrollment}/`), {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": roster.csrf },
    });
    const said = await answer.json();
    if (!answer.ok) {
      tell(said.error ? said.error.message : "", "bad");
      return;
    }
    scan.state = "undone";
    const known = person(scan.enrollment);
    if (known) known.status = said.status || "";
    await store.keepScans([scan]);
    await store.keepRoster(roster);
    tell(say("saidUndone", { name: scan.name }), "ok");
  } catch (lost) {
    net = "offline"; // nothing was answered: the button is there again with the network
  } finally {
    draw();
  }
};

const draw = () => {
  const mine = scans.filter((each) => each.state === "waiting");
  const own = scans.filter((each) => each.account === null || (roster && each.account === roster.account_id));
  at("scans").replaceChildren(...own.map(line)); // who somebody else scanned is nobody's business here
  at("none").hidden = own.length > 0;
  at("waiting").hidden = mine.length === 0;
  at("waiting").dataset.count = mine.length;
  at("waiting").textContent = (at("waiting").dataset.words = at("waiting").dataset.words || at("waiting").textContent).replace("{num}", mine.length);
  drawMode();
  const others = roster ? mine.filter((each) => each.account !== roster.account_id).length : 0;
  if (others) tell(root.dataset.saidOther.replace("{num}", others), "warn");
  at("net").textContent = at("net").dataset[net === "signed_out" ? "signedOut" : net];
  at("net").className = `attendance-net is-${net === "online" ? "ok" : "bad"}`;
};

// --- what is going on -----------------------------------------------------------------------------------------

const drawMode = () => {
  const { kind, call, byHand } = mode();
  if (drawn !== `${kind} ${call ? call.id : 0}`) recent.clear(); // a badge still before the camera counts for this, too
  drawn = `${kind} ${call ? call.id : 0}`;
  root.dataset.mode = kind;
  for (const tab of at("modes").querySelectorAll("button")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind));
    tab.classList.toggle("is-live", Boolean(call) && call.slot === tab.dataset.kind);
  }
  const values = { call: call ? words.kinds[call.slot] : "", at: call && call.until ? clock(call.until) : "", chosen: words.kinds[kind] };
  const runs = call ? say(call.until ? "modeUntil" : "modeRuns", values) : "";
  const text = [runs, byHand ? say("modeChosen", values) : "", byHand && kind !== "in" && (!call || call.slot !== kind) ? say("modeNone", values) : ""];
  at("mode-said").textContent = text.filter(Boolean).reduce((all, each) => `${all}${/[\w.]$/.test(all) ? " " : ""}${each}`, "");
  at("mode-said").hidden = !text.some(Boolean);
  if (!roster) return;
  const counts = kind === "in" || calls.lastOf(roster, kind) ? calls.figures(roster, kind, scans) : ["–", "–"];
  [at("here").textContent, at("expected").textContent] = counts;
  at("figure-word").textContent = say({ in: "figureIn", mid: "figureMid", out: "figureOut" }[kind]);
  drawOpen(kind);
};

const keep = async (scan) => {
  await store.keepScans([scan]);
  scans = [scan, ...scans];
  draw();
  send();
};

const note = async (enrollment, badge, reason) => {
  const known = person(enrollment);
  const name = known ? known.name : root.dataset.unknown.replace("{number}", enrollment);
  const kind = mode().kind;
  const call = kind === "in" ? null : calls.lastOf(roster, kind);
  const same = (each) => each.enrollment === enrollment && calls.kindOf(each) === kind && (each.call || 0) === (call ? call.id : 0);
  const before = scans.find((each) => same(each) && each.state !== "refused" && each.state !== "undone");
  if (before) return tell(say("saidAgain", { name, at: clock(before.at) }), "warn");
  if (kind === "in" && known && calls.HERE.includes(known.status)) return tell(say("saidIn", { name, status: status(known.status) }), "warn");
  const given = kind !== "in" && known && (known.answered || {})[kind];
  if (given) return tell(say(kind === "mid" ? "saidMidBefore" : "saidOutBefore", { name, at: clock(given) }), "warn");
  const [key, tone] = calls.saidOf(roster, known, kind, scans);
  const values = { name, status: known ? status(known.status) : "", call: words.kinds[kind] };
  await keep({
    nonce: nonce(), lesson, enrollment, badge, reason, name, kind,
    call: call ? call.id : 0,
    unit: known ? known.unit : "",
    account: roster ? roster.account_id : null,
    at: new Date(now()).toISOString(),
    state: "waiting",
  });
  return tell(say(key, values), tone);
};

const genuine = async (text, digest) => {
  if (!crypto.subtle) return true; // only on an unprotected connection; the server judges every badge anyway
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("") === digest;
};

const read = async (text) => {
  const match = BADGE.exec(text);
  if (!match) return tell(root.dataset.saidForeign, "bad");
  const known = person(Number(match[1]));
  if (known && !(await genuine(text, known.digest))) return tell(root.dataset.saidForged, "bad");
  return note(Number(match[1]), text, "");
};

// --- the network ----------------------------------------------------------------------------------------------

const refresh = async () => {
  const asked = Date.now();
  const answer = await fetch(root.dataset.roster, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.status === 401 || answer.redirected) {
    net = "signed_out";
    return false;
  }
  if (!answer.ok) return false;
  const fresh = await answer.json();
  skew = Date.parse(fresh.now) - (asked + Date.now()) / 2;
  roster = { ...fresh, skew };
  net = "online";
  await store.keepRoster(roster);
  return true;
};

const post = (batch) =>
  fetch(root.dataset.send, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": roster.csrf },
    body: JSON.stringify({
      entries: batch.map((each) => ({
        nonce: each.nonce,
        kind: calls.kindOf(each),
        at: each.at,
        reason: each.reason,
        ...(each.badge ? { badge: each.badge } : { enrollment_id: each.enrollment }),
      })),
    }),
  });

const settle = async (batch, entries) => {
  const answers = new Map(entries.map((each) => [each.nonce, each]));
  for (const scan of batch) {
    const answer = answers.get(scan.nonce);
    if (!answer) continue;
    scan.answer = answer;
    scan.state = answer.outcome === "refused" ? "refused" : "done";
    const known = person(scan.enrollment);
    if (known && answer.outcome !== "refused") calls.settleInto(known, answer);
  }
  await store.keepScans(batch);
  await store.keepRoster(roster);
};

const send = async () => {
  if (sending) return;
  sending = true;
  try {
    if (!(await refresh())) return;
    for (;;) {
      const waiting = scans.filter((each) => each.state === "waiting");
      for (const each of waiting) if (each.account === null) each.account = roster.account_id;
      const own = waiting.filter((each) => each.account === roster.account_id);
      const batch = own.sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, MOST); // who came, before what they answered
      if (!batch.length) break;
      const answer = await post(batch);
      if (!answer.ok) break; // kept; the next round asks for a new token and tries again
      await settle(batch, (await answer.json()).entries);
    }
  } catch (lost) {
    net = "offline"; // no answer: perhaps it was stored all the same, which the nonce makes harmless
  } finally {
    sending = false;
    draw();
  }
};

// --- the camera -----------------------------------------------------------------------------------------------

const canvas = document.createElement("canvas");
const recent = new Map();

const look = async () => {
  const video = at("video");
  if (video.videoWidth) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const surface = canvas.getContext("2d", { willReadFrequently: true });
    surface.drawImage(video, 0, 0);
    const texts = await globalThis.zxDecoder.read(surface.getImageData(0, 0, canvas.width, canvas.height)).catch(() => []);
    for (const text of texts) {
      const seen = recent.get(text);
      recent.set(text, Date.now());
      if (!seen || Date.now() - seen > 3000) await read(text);
    }
  }
  setTimeout(look, 120);
};

const start = async () => {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return tell(root.dataset.saidNocamera, "bad");
  try {
    await globalThis.zxDecoder.load(root.dataset.wasm);
  } catch (broken) {
    return tell(root.dataset.saidNoread, "bad");
  }
  try {
    at("video").srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (denied) {
    return tell(denied.name === "NotFoundError" ? root.dataset.saidNocamera : root.dataset.saidDenied, "bad");
  }
  at("start").hidden = true;
  at("video").hidden = false;
  await at("video").play();
  return look();
};

// --- by name --------------------------------------------------------------------------------------------------

const nameButton = (each, then) => {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = `${each.name}（${each.unit}）${each.status ? status(each.status) : ""}`;
  button.addEventListener("click", () => {
    then(); // first: the next name may be typed already while this one is being kept
    note(each.id, "", at("reason").value);
  });
  item.append(button);
  return item;
};

const choose = () => {
  const typed = at("who").value.trim();
  const found = typed && roster ? roster.people.filter((each) => each.name.includes(typed) || each.unit.includes(typed)).slice(0, 8) : [];
  const then = () => {
    at("who").value = "";
    choose();
  };
  at("choices").replaceChildren(...found.map((each) => nameButton(each, then)));
};

// Who is still to come, to answer or to leave: one tap each. Drawn anew only when somebody else stands there.
const drawOpen = (kind) => {
  const people = calls.open(roster, kind, scans);
  at("open").hidden = people.length === 0;
  at("open-word").textContent = root.dataset[{ in: "openIn", mid: "openMid", out: "openOut" }[kind]].replace("{num}", people.length);
  const key = people.map((each) => `${each.id}${each.status}`).join();
  if (at("open-list").dataset.key === key) return;
  const hadFocus = at("open-list").contains(document.activeElement);
  at("open-list").dataset.key = key;
  at("open-list").replaceChildren(...people.map((each) => nameButton(each, () => {})));
  const first = at("open-list").querySelector("button");
  if (hadFocus && first) first.focus();
};

const keepPage = async () => {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) {
    at("kept").textContent = root.dataset.saidNokeep;
    at("kept").hidden = false;
    return;
  }
  await navigator.serviceWorker.register(root.dataset.worker, { scope: "/scan/" });
  await navigator.serviceWorker.ready;
  if (!navigator.onLine) return;
  const parts = performance.getEntriesByType("resource").map((each) => each.name.split("#")[0]);
  const ours = parts.filter((each) => each.startsWith(`${location.origin}/static/`));
  const kept = await caches.open(KEPT);
  await kept.addAll([...new Set([location.href.split("#")[0], new URL(root.dataset.wasm, location.href).href, ...ours])]);
  root.dataset.ready = "yes";
};

const forget = async () => {
  await store.forgetLesson(lesson);
  if ("caches" in globalThis) await (await caches.open(KEPT)).delete(location.href.split("#")[0]);
  location.assign(document.querySelector(".attendance-tools a").href);
};

const main = async () => {
  [store, calls] = await Promise.all([import(root.dataset.store), import(root.dataset.calls)]);
  await store.forgetOld();
  roster = (await store.loadRoster(lesson)) || null;
  if (roster) skew = roster.skew;
  scans = await store.loadScans(lesson);
  draw();
  at("start").addEventListener("click", start);
  at("who").addEventListener("input", choose);
  at("by-name").addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = at("who").value.trim();
    if (BADGE.test(typed.toUpperCase())) {
      await read(typed.toUpperCase());
      at("who").value = "";
    }
  });
  at("modes").addEventListener("click", (event) => {
    const tab = event.target.closest("button");
    if (!tab) return;
    chosen = calls.choose(roster, now(), tab.dataset.kind);
    tell("", "ok");
    drawMode();
  });
  at("forget").addEventListener("click", forget);
  globalThis.addEventListener("online", send);
  globalThis.addEventListener("offline", () => { net = "offline"; draw(); });
  setInterval(drawMode, 1000); // a call ends by itself, also where nobody can ask
  setInterval(() => { if (document.visibilityState === "visible" || scans.some((each) => each.state === "waiting")) send(); }, EVERY_MS);
  await send();
  await keepPage();
};

main();
