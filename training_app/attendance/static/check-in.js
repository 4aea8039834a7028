// One press, one nonce: the same press is sent again until it is answered. Without this script the form posts itself.
// ES2019 and no more: this runs in WeChat's and old Android browsers (tests/web/test_phone_weight.py reads it).
(() => {
  const form = document.getElementById("check-in");
  const said = document.getElementById("check-in-said");
  const WAITS_MS = [0, 1000, 2000, 4000, 8000];
  const started = performance.now();

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // The clock runs by the server's time: a screenshot of this page stands still.
  const run = (shown) => {
    const offset = Number(shown.dataset.clock) - started;
    const tick = () => {
      shown.textContent = new Date(offset + performance.now()).toISOString().slice(11, 19);
    };
    tick();
    setInterval(tick, 250);
  };

  // Where the phone is, for classes that ask: looked for once, five seconds at most; without it the scan counts the same.
  const position = () => new Promise((resolve) => {
    if (!("where" in form.dataset) || !navigator.geolocation) return resolve(null);
    said.textContent = form.dataset.where;
    const give = ({ coords: { latitude, longitude, accuracy } }) => resolve({ latitude, longitude, accuracy });
    setTimeout(() => resolve(null), 5000); // some browsers never answer the question
    return navigator.geolocation.getCurrentPosition(give, () => resolve(null), { timeout: 5000, maximumAge: 60000 });
  });

  const post = async (press) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 10000);
    try {
      const answer = await fetch(form.dataset.api, {
        method: "POST",
        credentials: "same-origin",
        signal: stop.signal,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
        },
        body: JSON.stringify(press),
      });
      return { status: answer.status, said: answer.ok ? await answer.json() : null };
    } finally {
      clearTimeout(timer);
    }
  };

  const send = async (nonce) => {
    const press = { nonce, kind: form.dataset.kind };
    const where = await position();
    if (where) press.position = where;
    for (const wait of WAITS_MS) {
      await sleep(wait);
      said.textContent = wait ? form.dataset.again : form.dataset.sending;
      try {
        const answer = await post(press);
        if (answer.status < 500) return answer;
      } catch (lost) {
        // No answer: the server may have stored it all the same, which the nonce makes harmless.
      }
    }
    return null;
  };

  // The page has brought along what it will say; the answer only fills in the time and whether it was in time.
  const show = (answer) => {
    const page = document.getElementById("checked-in");
    const at = answer.checked_in_at || answer.answered_at || answer.checked_out_at || "";
    const filled = document.importNode(page.content, true);
    const words = Array.from(filled.querySelectorAll("[data-status]"));
    if (!at || (words.length && !words.some((word) => word.dataset.status === answer.status))) return false;
    words.forEach((word) => {
      if (word.dataset.status !== answer.status) word.remove();
    });
    const time = filled.querySelector("[data-at]");
    time.textContent = time.textContent.replace("{at}", at.slice(11, 16));
    document.querySelectorAll("body > header, body > main").forEach((part) => part.remove());
    document.body.insertBefore(filled, document.body.firstChild);
    document.body.classList.add("is-ok");
    document.title = [page.dataset.title].concat(document.title.split(" – ").slice(-1)).join(" – ");
    history.replaceState(null, "", form.dataset.done);
    run(document.querySelector("[data-clock]"));
    window.scrollTo(0, 0);
    document.querySelector(".zx-ok-name").focus();
    return true;
  };

  if (form) {
    // The link that was scanned holds the code: it goes from the address and the history at once.
    history.replaceState(null, "", form.dataset.here);
  }

  if (form && window.fetch && window.AbortController) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      if (button.disabled) return;
      button.disabled = true;
      const answer = await send(form.elements.nonce.value);
      if (answer && answer.said) {
        if (!show(answer.said)) location.replace(form.dataset.done);
      } else {
        button.disabled = false;
        form.submit(); // the page of the server says why, and what to do now
      }
    });
  }

  const clock = document.querySelector("[data-clock]"); // a template's content is not part of the document
  if (clock) run(clock);
})();
