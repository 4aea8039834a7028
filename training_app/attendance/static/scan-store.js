// What the tablet keeps in IndexedDB: the list of people of a lesson, and every scan until the server has answered.
const NAME = "zhixing-scan";
const DAY_MS = 86400000;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opening = null;
const open = () => {
  if (!opening) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("rosters", { keyPath: "lesson_id" });
      request.result.createObjectStore("scans", { keyPath: "nonce" });
    };
    opening = done(request);
  }
  return opening;
};

// Resolves when the transaction is complete: what was put is then on the tablet's disk, not only asked for.
const change = async (store, work) => {
  const transaction = (await open()).transaction(store, "readwrite", { durability: "strict" });
  work(transaction.objectStore(store));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
};

const all = async (store) => done((await open()).transaction(store).objectStore(store).getAll());

export const loadRoster = async (lesson) => done((await open()).transaction("rosters").objectStore("rosters").get(lesson));
export const keepRoster = (roster) => change("rosters", (store) => store.put(roster));
export const keepScans = (scans) => change("scans", (store) => scans.forEach((each) => store.put(each)));
export const loadScans = async (lesson) =>
  (await all("scans")).filter((each) => each.lesson === lesson).sort((a, b) => (a.at < b.at ? 1 : -1));

// Lists of other days are nobody's business any more; scans that were never answered stay, whatever their age.
export const forgetOld = async () => {
  const limit = Date.now() - DAY_MS;
  const rosters = (await all("rosters")).filter((each) => Date.parse(each.now) < limit);
  const scans = (await all("scans")).filter((each) => each.state !== "waiting" && Date.parse(each.at) < limit);
  await change("rosters", (store) => rosters.forEach((each) => store.delete(each.lesson_id)));
  await change("scans", (store) => scans.forEach((each) => store.delete(each.nonce)));
};

export const forgetLesson = async (lesson) => {
  const scans = (await loadScans(lesson)).filter((each) => each.state !== "waiting");
  await change("rosters", (store) => store.delete(lesson));
  await change("scans", (store) => scans.forEach((each) => store.delete(each.nonce)));
};

// --- signing out: the lists go, what was never answered stays ---------------------------------------------------

const PAGES = "zhixing-scan-1"; // the service worker's cache

// Whether this browser has ever scanned; asked so that other people's browsers get no empty store.
export const isThere = async () => {
  if (!globalThis.indexedDB) return false;
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((each) => each.name === NAME);
};

export const countWaiting = async (account) =>
  (await all("scans")).filter((each) => each.state === "waiting" && (each.account === null || each.account === account)).length;

export const forgetLists = async () => {
  const answered = (await all("scans")).filter((each) => each.state !== "waiting");
  await change("rosters", (store) => store.clear());
  await change("scans", (store) => answered.forEach((each) => store.delete(each.nonce)));
  if ("caches" in globalThis) await caches.delete(PAGES);
};
