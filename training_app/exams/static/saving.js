// The queue of typed cells: sent in batches, one request at a time, kept in this browser until they are answered.

const SEND_AFTER_MS = 350;
const LONGEST_WAIT_MS = 30000;
const MOST_AT_ONCE = 200;

export class Queue {
  /** ``say(word, tone, values)`` tells the person, ``answered(cells)`` takes the server's verdicts. */
  constructor({ url, key, say, answered }) {
    Object.assign(this, { url, say, answered, store: `zhixing.grid.${key}` });
    this.waiting = new Map();
    this.sending = false;
    this.stopped = false;
    this.wait = 0;
    window.addEventListener("online", () => this.send());
  }

  get size() {
    return this.waiting.size;
  }

  has(name) {
    return this.waiting.has(name);
  }

  add(name, cell) {
    this.waiting.set(name, cell);
    this.persist();
    if (!this.stopped) this.say("saving", "idle"); // from now on, not only once it is under way: what stood there is old
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SEND_AFTER_MS);
  }

  /** What an earlier visit could not send. */
  left() {
    try {
      return JSON.parse(localStorage.getItem(this.store) ?? "[]");
    } catch {
      return [];
    }
  }

  persist() {
    try {
      if (this.waiting.size) localStorage.setItem(this.store, JSON.stringify([...this.waiting]));
      else localStorage.removeItem(this.store);
    } catch {
      // A browser that keeps nothing still saves to the server.
    }
  }

  async send() {
    clearTimeout(this.timer);
    if (this.sending || this.stopped || !this.waiting.size) return;
    this.sending = true;
    const batch = [...this.waiting].slice(0, MOST_AT_ONCE);
    this.say("saving", "idle");
    try {
      const answer = await fetch(this.url, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
        },
        body: JSON.stringify({ cells: batch.map(([, cell]) => cell) }),
      });
      if (answer.ok) this.saved(batch, await answer.json());
      else await this.refused(answer);
    } catch {
      this.tryAgain();
    } finally {
      this.sending = false;
    }
    if (this.waiting.size && !this.wait && !this.stopped) this.timer = setTimeout(() => this.send(), SEND_AFTER_MS);
  }

  saved(batch, answer) {
    this.wait = 0;
    for (const [name, sent] of batch) {
      if (this.waiting.get(name)?.value === sent.value) this.waiting.delete(name);
    }
    this.persist();
    if (!this.waiting.size) this.say("saved", "ok", { time: clock(answer.saved_at) });
    this.answered(answer.cells);
  }

  async refused(answer) {
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return this.tryAgain();
    let message = "";
    try {
      message = (await answer.json()).error.message;
    } catch {
      // The sentence below says enough.
    }
    this.stopped = true;
    this.say("stopped", "bad", { message });
  }

  tryAgain() {
    this.wait = Math.min((this.wait || 1000) * 2, LONGEST_WAIT_MS);
    this.say("offline", "warn", { count: this.waiting.size });
    this.timer = setTimeout(() => this.send(), this.wait);
  }
}

function clock(moment) {
  const shown = new Intl.DateTimeFormat("zh-CN", {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
  return shown.format(new Date(moment));
}
