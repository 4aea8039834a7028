// One press, one nonce: the same press is sent again until it is answered. Without this script the form posts itself.
const form = document.getElementById("check-in");
const said = document.getElementById("check-in-said");
const WAITS_MS = [0, 1000, 2000, 4000, 8000];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const post = async (nonce) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 10000);
  try {
    return await fetch(form.dataset.api, {
      method: "POST",
      credentials: "same-origin",
      signal: stop.signal,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: JSON.stringify({ nonce, kind: form.dataset.kind }),
    });
  } finally {
    clearTimeout(timer);
  }
};

const send = async (nonce) => {
  for (const wait of WAITS_MS) {
    await sleep(wait);
    said.textContent = wait ? form.dataset.again : form.dataset.sending;
    try {
      const answer = await post(nonce);
      if (answer.status < 500) return answer;
    } catch (lost) {
      // No answer: the server may have stored it all the same, which the nonce makes harmless.
    }
  }
  return null;
};

if (form && window.fetch && window.AbortController) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    const answer = await send(form.elements.nonce.value);
    if (answer && answer.ok) {
      location.replace(form.dataset.done);
    } else {
      button.disabled = false;
      form.submit(); // the page of the server says why, and what to do now
    }
  });
}
