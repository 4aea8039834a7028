// Keeps one's badge on the phone, so that it opens where there is no signal. Signing out takes it away (forget.js).
(() => {
  const kept = document.getElementById("badge-kept");
  if (!kept || !navigator.serviceWorker || !window.caches) return;

  const keep = async () => {
    await navigator.serviceWorker.register(kept.dataset.worker, { scope: "/me/badge" });
    const made = performance.getEntriesByType("resource").map((each) => each.name.split("#")[0]);
    const ours = made.filter((each) => each.startsWith(`${location.origin}/static/`));
    const cache = await caches.open("zhixing-badge-1");
    await cache.addAll(Array.from(new Set([location.origin + location.pathname].concat(ours))));
    kept.hidden = false;
  };

  if (navigator.onLine) keep().catch(() => {}); // it stays a page that works while it is open
  else kept.hidden = false;
})();
