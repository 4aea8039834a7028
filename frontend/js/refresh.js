// Live parts: an element with data-refresh-url is replaced by what that address answers, while the page is looked at.
const LONGEST_WAIT_S = 120;

export function startRefresh(words) {
  for (const part of document.querySelectorAll("[data-refresh-url]")) plan(part, words, 0);
}

function plan(part, words, failures) {
  const seconds = Math.min(Number(part.dataset.refreshSeconds || 15) * 2 ** failures, LONGEST_WAIT_S);
  setTimeout(() => refresh(part, words, failures), seconds * 1000);
}

async function refresh(part, words, failures) {
  if (!part.isConnected) return;
  if (document.hidden || part.contains(document.activeElement) || part.querySelector("details[open], dialog[open]")) {
    plan(part, words, failures);
    return;
  }
  try {
    const answer = await fetch(part.dataset.refreshUrl, { headers: { "X-Requested-With": "fetch", Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404 || answer.redirected) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = (part.id && made.getElementById(part.id)) || made.body.firstElementChild;
    if (!next) return;
    part.replaceWith(document.adoptNode(next));
    window.htmx?.process(next);
    document.dispatchEvent(new CustomEvent("zx:replaced", { detail: { element: next } }));
    if (next.matches("[data-refresh-url]")) plan(next, words, 0);
  } catch {
    if (!part.querySelector(".zx-stale")) {
      const note = document.createElement("p");
      note.className = "zx-stale";
      note.setAttribute("role", "status");
      note.textContent = words.failed ?? "";
      part.append(note);
    }
    plan(part, words, failures + 1);
  }
}
