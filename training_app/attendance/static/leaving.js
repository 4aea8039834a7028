// Before signing out: says how many scans are still unsent on this device. Signed out: takes the lists of people away.
// Unsent scans stay, whoever signs in next; only their own account can send them (scan.js).
const root = document.getElementById("zx-leaving");
const store = await import(root.dataset.store);

const signOuts = () => [...document.querySelectorAll('form[action$="/sign-out"]')];

const warn = async () => {
  const count = await store.countWaiting(Number(root.dataset.account));
  for (const form of signOuts()) {
    if (!count) {
      delete form.dataset.confirm;
      continue;
    }
    form.dataset.confirm = (count === 1 ? root.dataset.one : root.dataset.many).replace("{num}", count);
    form.dataset.confirmAction = root.dataset.action;
  }
};

if (await store.isThere()) {
  if (root.dataset.account) {
    for (const form of signOuts()) form.addEventListener("submit", () => store.forgetLists());
    for (const kind of ["focus", "visibilitychange"]) globalThis.addEventListener(kind, warn);
    await warn();
  } else await store.forgetLists();
}
root.dataset.ready = "yes";
