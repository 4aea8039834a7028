// Keeps one's own badge and what it is made of: the network first, and what was kept when there is none.
const KEPT = "zhixing-badge-1";
const PATIENCE_MS = 4000; // a dead network that looks alive must not hold the badge up

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const answerTo = async (request) => {
  const kept = await caches.open(KEPT);
  const cached = await kept.match(request, { ignoreVary: true });
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected) kept.put(request, answer.clone());
    return answer;
  });
  if (!cached) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(cached), PATIENCE_MS));
  return Promise.race([fresh, late]).catch(() => cached);
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === "/me/badge" || url.searchParams.has("v")) event.respondWith(answerTo(event.request));
});
