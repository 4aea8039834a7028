// On the page to sign in on: takes away what belongs to whoever used this browser before. ES2019: old phones read it.
(() => {
  const root = document.getElementById("zx-leaving");
  const done = () => {
    root.dataset.ready = "yes";
  };
  // Lists of people lie on tablets that scan; their browsers are young, and so may be what takes the lists away.
  const more = () => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = root.dataset.lists;
    document.body.appendChild(script);
  };

  if (window.caches) caches.delete("zhixing-badge-1");
  if (!window.indexedDB) done();
  else if (!indexedDB.databases) more();
  else {
    indexedDB.databases().then((found) => (found.some((each) => each.name === "zhixing-scan") ? more() : done()), more);
  }
})();
