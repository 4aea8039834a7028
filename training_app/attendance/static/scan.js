// The staff's tablet: scans badges with the camera, keeps every scan until the server has answered, works without a network.
const root = document.getElementById("scan");
const lesson = Number(root.dataset.lesson);
const at = (id) => document.getElementById(id);
const words = { statuses: JSON.parse(root.dataset.statuses), methods: JSON.parse(root.dataset.methods) };
const BADGE = /^B\.([1-9][0-9]{0,9})\.[A-Z2-7]{16}$/;
const HERE = ["present", "late", "left_early"];
const KEPT = "zhixing-scan-1"; // the service worker's cache
const EVERY_MS = 5000;
const MOST = 200;

let store = null;
let roster = null;
let skew = 0; // the server's clock less the device's, so that a wrong clock here does no harm
let scans = [];
let sending = false;
let net = "offline";

const say = (key, values = {}) => root.dataset[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] || "");
const clock = (iso) => (iso ? new Date(Date.parse(iso)).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }) : "");
const person = (id) => (roster ? roster.people.find((each) => each.id === id) : null);
const status = (code) => words.statuses[code] || "";
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
  if (answer.outcome === "repeated") return [say("stateRepeated", { ...values, at: clock(answer.checked_in_at) }), "warn"];
  return [say(answer.was ? "stateWas" : "stateAccepted", values), answer.was ? "warn" : "ok"];
};

const line = (scan) => {
  const item = document.createElement("li");
  const [text, tone] = answerOf(scan);
  for (const [tag, className, said] of [
    ["b", "", scan.name],
    ["span", "", `${scan.unit ? `${scan.unit}，` : ""}${say("scannedAt", { at: clock(scan.at) })}`],
    ["span", `zx-word is-${tone}`, text],
  ]) {
    const part = document.createElement(tag);
    part.className = className;
    part.textContent = said;
    item.append(part);
  }
  item.dataset.state = scan.state;
  if (scan.state === "done" && scan.answer.outcome === "accepted" && net === "online") {
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
  if (roster) {
    const coming = new Set(mine.map((each) => each.enrollment));
    at("here").textContent = roster.people.filter((each) => HERE.includes(each.status) || coming.has(each.id)).length;
    at("expected").textContent = roster.people.filter((each) => each.status !== "exempt").length;
  }
  const others = roster ? mine.filter((each) => each.account !== roster.account_id).length : 0;
  if (others) tell(root.dataset.saidOther.replace("{num}", others), "warn");
  at("net").textContent = at("net").dataset[net === "signed_out" ? "signedOut" : net];
  at("net").className = `attendance-net is-${net === "online" ? "ok" : "bad"}`;
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
  const before = scans.find((each) => each.enrollment === enrollment && each.state !== "refused" && each.state !== "undone");
  if (before) return tell(say("saidAgain", { name, at: clock(before.at) }), "warn");
  if (known && HERE.includes(known.status)) return tell(say("saidIn", { name, status: status(known.status) }), "warn");
  await keep({
    nonce: nonce(), lesson, enrollment, badge, reason, name,
    unit: known ? known.unit : "",
    account: roster ? roster.account_id : null,
    at: new Date(Date.now() + skew).toISOString(),
    state: "waiting",
  });
  if (!roster) tell(root.dataset.saidNolist, "warn");
  else if (!known) tell(root.dataset.saidUnknown, "warn");
  else if (known.status) tell(say("saidLeave", { name, status: status(known.status) }), "warn");
  else tell(say("saidScanned", { name }), "ok");
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
  const answer = await fetch(root.dataset.roster, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.status === 401 || answer.redirected) {
    net = "signed_out";
    return false;
  }
  if (!answer.ok) return false;
  const fresh = await answer.json();
  skew = Date.parse(fresh.now) - Date.now();
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
    if (known && answer.status) known.status = answer.status;
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
      const batch = waiting.filter((each) => each.account === roster.account_id).slice(-MOST);
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

const choose = () => {
  const typed = at("who").value.trim();
  const found = typed && roster ? roster.people.filter((each) => each.name.includes(typed) || each.unit.includes(typed)).slice(0, 8) : [];
  at("choices").replaceChildren(
    ...found.map((each) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = `${each.name}（${each.unit}）${each.status ? status(each.status) : ""}`;
      button.addEventListener("click", async () => {
        await note(each.id, "", at("reason").value);
        at("who").value = "";
        choose();
      });
      item.append(button);
      return item;
    }),
  );
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
  store = await import(root.dataset.store);
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
  at("forget").addEventListener("click", forget);
  globalThis.addEventListener("online", send);
  globalThis.addEventListener("offline", () => { net = "offline"; draw(); });
  setInterval(() => { if (document.visibilityState === "visible" || scans.some((each) => each.state === "waiting")) send(); }, EVERY_MS);
  await send();
  await keepPage();
};

main();
