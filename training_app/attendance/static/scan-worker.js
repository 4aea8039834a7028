// Keeps the scanning page and what it is made of: the network first, and what was kept when there is none.
const KEPT = "zhixing-scan-1";
const PATIENCE_MS = 4000; // a dead network that looks alive must not hold the page up
const isPage = (url) => /^\/scan\/\d+$/.test(url.pathname);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fetchAndKeep = async (request, url) => {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && (isPage(url) || url.searchParams.has("v"))) {
    const kept = await caches.open(KEPT);
    await kept.put(request, answer.clone());
  }
  return answer;
};

const answerTo = async (request, url) => {
  const cached = await caches.match(request, { cacheName: KEPT, ignoreVary: true });
  if (cached && url.searchParams.has("v")) return cached; // its address changes with its content
  const fresh = fetchAndKeep(request, url);
  if (!cached) return fresh;
  fresh.catch(() => {});
  const late = new Promise((resolve) => setTimeout(() => resolve(cached), PATIENCE_MS));
  return Promise.race([fresh, late]).catch(() => cached);
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isPage(url) || url.searchParams.has("v")) event.respondWith(answerTo(event.request, url));
});
