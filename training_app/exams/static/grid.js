// The score grid: typed without a mouse, saved cell by cell, safe against a broken line.
//
// The page works without this file: then it is a plain form. Reading a cell is the same rule as rules.read_cell on
// the server, which has the last word. What has not reached the server yet is kept in this browser under the
// grid's own key and sent again until it is answered.

const ABSENT = "缺考";
const MISCONDUCT = "违纪";
const WORDS = new Map([
  ["Q", ABSENT], ["缺考", ABSENT], ["缺", ABSENT], ["缺席", ABSENT],
  ["W", MISCONDUCT], ["违纪", MISCONDUCT], ["作弊", MISCONDUCT], ["舞弊", MISCONDUCT],
]);
const NUMBER = /^[0-9]{1,3}(\.[0-9])?$/;
const SEND_AFTER_MS = 350;
const LONGEST_WAIT_MS = 30000;
const MOST_AT_ONCE = 200;

/** Read typed text: {value} as it will stand in the cell, or {problem}. */
export function readCell(text, { full, codes }) {
  if (text.length > 16) return { problem: "notNumber" };
  const plain = text.normalize("NFKC").trim();
  if (!plain) return { value: "" };
  if (codes && WORDS.has(plain.toUpperCase())) return { value: WORDS.get(plain.toUpperCase()) };
  if (!NUMBER.test(plain)) return { problem: "notNumber" };
  if (Number(plain) > full) return { problem: "outOfRange" };
  return { value: String(Number(plain)) };
}

/** What was copied from a spreadsheet, as rows of cells. */
export function readBlock(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t"));
}

class ScoreGrid {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.rule = { full: Number(form.dataset.full), codes: form.dataset.codes === "1" };
    this.second = form.dataset.second === "1";
    this.store = `zhixing.grid.${form.dataset.key}`;
    this.rows = [...form.querySelectorAll("tbody tr[data-row]")];
    this.cells = this.rows.map((row) => [...row.querySelectorAll("input[data-id]")]);
    this.at = new Map();
    this.cells.forEach((row, y) => row.forEach((input, x) => this.at.set(input, { x, y })));
    this.known = new Map([...this.at.keys()].map((input) => [input, input.defaultValue]));
    this.done = [];
    this.undone = [];
    this.waiting = new Map();
    this.sending = false;
    this.pause = 0;
    this.typedAt = [];
    this.listen();
    this.takeUpAgain();
    this.show();
    this.firstEmpty()?.focus({ preventScroll: false });
  }

  // ---- keys, mouse, clipboard

  listen() {
    this.form.querySelectorAll("[data-nojs]").forEach((each) => (each.hidden = true));
    this.form.querySelectorAll("[data-only]").forEach((each) => {
      each.hidden = false;
      each.addEventListener("click", () => this.only(each));
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("focusin", (event) => {
      if (this.at.has(event.target)) {
        event.target.select();
        event.target.closest("tr").classList.add("is-current");
      }
    });
    this.form.addEventListener("focusout", (event) => {
      if (this.at.has(event.target)) {
        event.target.closest("tr").classList.remove("is-current");
        this.commit(event.target);
      }
    });
    // A first click takes the whole cell, so that typing replaces it; the second one sets the caret.
    this.form.addEventListener("mousedown", (event) => {
      if (this.at.has(event.target) && document.activeElement !== event.target) {
        event.preventDefault();
        event.target.focus();
      }
    });
    this.form.addEventListener("paste", (event) => this.paste(event));
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => {
      if (document.activeElement && this.at.has(document.activeElement)) this.commit(document.activeElement);
      if (this.waiting.size) event.preventDefault();
    });
    const submit = document.getElementById("submit-form");
    submit?.addEventListener("submit", (event) => {
      if (this.waiting.size || this.wrong().length) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    }, true);
  }

  key(event) {
    const input = event.target;
    if (!this.at.has(input) || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const letter = event.key.toLowerCase();
      if (letter === "z" && !event.shiftKey) return this.take(event, () => this.undo(input));
      if (letter === "y" || (letter === "z" && event.shiftKey)) return this.take(event, () => this.redo());
      if (event.key === "Home") return this.take(event, () => this.go(input, { row: 0 }));
      if (event.key === "End") return this.take(event, () => this.go(input, { row: this.rows.length - 1 }));
      return;
    }
    // An input method swallows `key`, so letters are known by the place of the key.
    if (this.rule.codes && (event.code === "KeyQ" || event.code === "KeyW")) {
      return this.take(event, () => this.code(input, event.code === "KeyQ" ? ABSENT : MISCONDUCT));
    }
    switch (event.key) {
      case "Enter": return this.take(event, () => this.commit(input) && this.step(input, event.shiftKey ? -1 : 1));
      case "ArrowDown": return this.take(event, () => this.commit(input) && this.step(input, 1));
      case "ArrowUp": return this.take(event, () => this.commit(input) && this.step(input, -1));
      case "PageDown": return this.take(event, () => this.commit(input) && this.step(input, 10));
      case "PageUp": return this.take(event, () => this.commit(input) && this.step(input, -10));
      case "ArrowLeft": return this.sideways(event, input, -1);
      case "ArrowRight": return this.sideways(event, input, 1);
      case "Escape": return this.take(event, () => this.restore(input));
      default:
    }
  }

  take(event, act) {
    event.preventDefault();
    act();
  }

  step(input, rows) {
    const { x, y } = this.at.get(input);
    let next = y;
    let left = Math.abs(rows);
    while (left > 0) {
      const following = next + Math.sign(rows);
      if (following < 0 || following >= this.rows.length) break;
      next = following;
      if (!this.rows[next].hidden) left -= 1;
    }
    if (!this.rows[next].hidden) this.cells[next][x].focus();
  }

  go(input, { row }) {
    if (this.commit(input)) this.cells[row][this.at.get(input).x].focus();
  }

  /** Left and right leave the cell only from its edge, or when all of it is selected. */
  sideways(event, input, by) {
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const edge = by < 0 ? input.selectionEnd === 0 : input.selectionStart === input.value.length;
    if (!all && !edge) return;
    const { x, y } = this.at.get(input);
    const next = this.cells[y][x + by];
    event.preventDefault();
    if (next && this.commit(input)) next.focus();
  }

  code(input, word) {
    if (input.readOnly) return;
    input.value = word;
    if (this.commit(input)) this.step(input, 1);
  }

  restore(input) {
    input.value = this.known.get(input);
    this.good(input);
    this.show();
    input.select();
  }

  /** A column fills downwards from here, a block to the right as well; beside a column of names, by name. */
  paste(event) {
    const input = event.target;
    if (!this.at.has(input)) return;
    const block = readBlock(event.clipboardData.getData("text/plain"));
    if (block.length === 1 && block[0].length === 1) return; // an ordinary paste into one cell
    event.preventDefault();
    const targets = this.byName(block) ?? this.byPlace(input, block);
    const change = [];
    let refused = targets.beyond;
    for (const [cell, text] of targets.cells) {
      if (cell.readOnly) continue;
      const before = this.known.get(cell);
      cell.value = text.trim();
      if (!this.judge(cell)) {
        refused += 1;
        change.push({ cell, before, after: before });
      } else if (this.keep(cell)) change.push({ cell, before, after: this.known.get(cell) });
    }
    if (change.length) {
      this.done.push(change);
      this.undone = [];
    }
    const summary = refused ? this.words.pastedSome : this.words.pasted;
    const taken = change.filter((each) => each.before !== each.after).length;
    this.say(summary.replace("{count}", taken).replace("{refused}", refused), refused ? "warn" : "ok");
    this.later();
    input.select();
    this.show(false);
  }

  byPlace(input, block) {
    const { x, y } = this.at.get(input);
    const cells = [];
    let beyond = 0;
    const rows = this.rows.map((row, index) => index).filter((index) => index >= y && !this.rows[index].hidden);
    block.forEach((line, down) => {
      line.forEach((text, right) => {
        const cell = this.cells[rows[down]]?.[x + right];
        if (cell) cells.push([cell, text]);
        else if (text.trim()) beyond += 1;
      });
    });
    return { cells, beyond };
  }

  /** A block with a column of this class's names is put beside the names, whatever its order. */
  byName(block) {
    const width = Math.max(...block.map((line) => line.length));
    if (width < 2) return null;
    const plain = (text) => (text ?? "").normalize("NFKC").replace(/\s+/g, "");
    const people = new Map();
    this.rows.forEach((row, y) => {
      const name = plain(row.dataset.name);
      people.set(name, people.has(name) ? null : y); // two of one name cannot be told apart here
    });
    for (let column = 0; column < width; column += 1) {
      const found = block.filter((line) => people.get(plain(line[column])) !== undefined);
      if (found.length < Math.max(2, block.length * 0.6)) continue;
      const cells = [];
      let beyond = 0;
      for (const line of block) {
        const y = people.get(plain(line[column]));
        const texts = line.slice(column + 1).slice(-this.cells[0].length);
        const isScore = texts.some((text) => text.trim() && !readCell(text, this.rule).problem);
        if (y === undefined || y === null) beyond += isScore ? 1 : 0;
        else texts.forEach((text, x) => this.cells[y][x] && cells.push([this.cells[y][x], text]));
      }
      return { cells, beyond };
    }
    return null;
  }

  // ---- cells

  /** Take over what stands in a cell; false when it cannot stand there. */
  commit(input) {
    if (input.readOnly || input.value === this.known.get(input)) {
      if (input.value === this.known.get(input)) this.good(input);
      return true;
    }
    const before = this.known.get(input);
    if (!this.judge(input)) {
      this.show();
      input.select();
      return false;
    }
    if (this.keep(input)) {
      this.done.push([{ cell: input, before, after: this.known.get(input) }]);
      this.undone = [];
      this.later();
    }
    this.show();
    return true;
  }

  judge(input) {
    const read = readCell(input.value, this.rule);
    if (read.problem) {
      this.bad(input, this.words[read.problem].replace("{text}", input.value.trim()).replace("{full}", this.rule.full));
      return false;
    }
    input.value = read.value;
    this.good(input);
    return true;
  }

  /** Remember the value and put it into the queue; false when it is what was there. */
  keep(input) {
    const value = input.value;
    if (value === this.known.get(input)) return false;
    this.known.set(input, value);
    this.waiting.set(input.name, { id: Number(input.dataset.id), kind: input.dataset.kind, value });
    this.mark(input, value ? "saving" : "missing");
    this.typedAt.push(performance.now());
    this.persist();
    return true;
  }

  bad(input, message) {
    input.setAttribute("aria-invalid", "true");
    const note = this.note(input);
    const said = document.createElement("span");
    said.className = "sg-problem";
    said.textContent = message;
    note.replaceChildren(said);
    note.dataset.bad = input.name;
  }

  good(input) {
    input.removeAttribute("aria-invalid");
    const note = this.note(input);
    if (note.dataset.bad === input.name) {
      delete note.dataset.bad;
      this.mark(input, input.closest("tr").dataset.check ?? "");
    }
  }

  note(input) {
    return input.closest("tr").querySelector("[data-note]");
  }

  mark(input, check) {
    const row = input.closest("tr");
    if (row.dataset.check !== undefined || check === "saving") row.dataset.check = check;
    const note = this.note(input);
    if (note.dataset.bad) return;
    const word = document.querySelector(`template[data-check-word="${check}"]`);
    note.replaceChildren(word ? word.content.cloneNode(true) : "");
  }

  undo(input) {
    if (input.value !== this.known.get(input)) return this.restore(input);
    const change = this.done.pop();
    if (change) this.turn(change, "before", this.undone);
  }

  redo() {
    const change = this.undone.pop();
    if (change) this.turn(change, "after", this.done);
  }

  turn(change, side, onto) {
    for (const each of change) {
      each.cell.value = each[side];
      this.good(each.cell);
      this.keep(each.cell);
    }
    onto.push(change);
    change[0].cell.focus();
    change[0].cell.select();
    this.later();
    this.show();
  }

  wrong() {
    return [...this.at.keys()].filter((input) => input.getAttribute("aria-invalid") === "true");
  }

  firstEmpty() {
    return [...this.at.keys()].find((input) => !input.readOnly && !input.value);
  }

  // ---- saving

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SEND_AFTER_MS);
  }

  async send() {
    clearTimeout(this.timer);
    if (this.sending || !this.waiting.size) return;
    this.sending = true;
    const batch = [...this.waiting].slice(0, MOST_AT_ONCE);
    this.say(this.words.saving, "idle");
    try {
      const answer = await fetch(this.form.dataset.url, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
        },
        body: JSON.stringify({ cells: batch.map(([, each]) => this.body(each)) }),
      });
      if (answer.ok) this.saved(batch, await answer.json());
      else await this.refused(answer);
    } catch {
      this.tryAgain();
    } finally {
      this.sending = false;
    }
    if (this.waiting.size && !this.pause && !this.stopped) this.later();
  }

  body({ id, kind, value }) {
    return kind ? { enrollment_id: id, kind, value } : { enrollment_id: id, value };
  }

  saved(batch, answer) {
    this.pause = 0;
    for (const [name, sent] of batch) {
      if (this.waiting.get(name)?.value === sent.value) this.waiting.delete(name);
    }
    this.persist();
    answer.cells.forEach((each) => {
      const name = each.kind ? `${each.kind}-${each.enrollment_id}` : `s${each.enrollment_id}`;
      const input = this.form.elements[name];
      if (!input || this.waiting.has(name)) return;
      if (each.outcome === "refused") {
        this.known.set(input, each.value);
        if (document.activeElement !== input && !each.message) input.value = each.value;
        this.bad(input, each.message);
      } else this.mark(input, each.check ?? (each.value ? "entered" : "missing"));
    });
    const at = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
    if (!this.waiting.size) this.say(this.words.saved.replace("{time}", at.format(new Date(answer.saved_at))), "ok");
    this.show(false);
  }

  async refused(answer) {
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return this.tryAgain();
    let message = "";
    try {
      message = (await answer.json()).error.message;
    } catch {
      // The message below says enough.
    }
    this.stopped = true;
    this.say(`${message} ${this.words.stopped}`.trim(), "bad");
  }

  tryAgain() {
    this.pause = Math.min((this.pause || 1000) * 2, LONGEST_WAIT_MS);
    this.say(this.words.offline.replace("{count}", this.waiting.size), "warn");
    setTimeout(() => {
      const wait = this.pause;
      this.pause = 0;
      this.send().then(() => (this.pause ||= this.waiting.size ? wait : 0));
    }, this.pause);
  }

  persist() {
    try {
      if (this.waiting.size) localStorage.setItem(this.store, JSON.stringify([...this.waiting]));
      else localStorage.removeItem(this.store);
    } catch {
      // A browser that keeps nothing still saves to the server.
    }
  }

  /** What an earlier visit could not send is put back into its cells and sent. */
  takeUpAgain() {
    let kept = [];
    try {
      kept = JSON.parse(localStorage.getItem(this.store) ?? "[]");
    } catch {
      kept = [];
    }
    for (const [name, each] of kept) {
      const input = this.form.elements[name];
      if (!input || input.readOnly || input.value === each.value) continue;
      input.value = each.value;
      if (this.judge(input)) this.keep(input);
    }
    if (this.waiting.size) this.send();
    else this.persist();
  }

  // ---- what the page says

  say(text, tone) {
    const saved = this.form.querySelector("[data-saved]");
    saved.textContent = text;
    saved.className = `sg-saved is-${tone}`;
  }

  only(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    this.form.querySelectorAll("[data-only]").forEach((each) => each.setAttribute("aria-pressed", String(each === button && on)));
    this.rows.forEach((row, y) => {
      const differs = row.dataset.check === "differ";
      const missing = this.cells[y].some((cell) => !this.known.get(cell));
      row.hidden = on && !(button.dataset.only === "differ" ? differs : missing);
    });
  }

  show(keepMessage = true) {
    const inputs = [...this.at.keys()];
    const count = (check) => this.rows.filter((row) => row.dataset.check === check).length;
    const entered = inputs.filter((input) => this.known.get(input)).length;
    const numbers = { entered, missing: inputs.length - entered, agree: count("agree"), differ: count("differ") };
    for (const [name, value] of Object.entries(numbers)) {
      document.querySelectorAll(`[data-count=${name}]`).forEach((each) => (each.textContent = value));
    }
    const bar = document.querySelector("[data-bar]");
    if (bar) bar.value = entered;
    this.showPace(numbers.missing);
    if (this.second) this.showDiffering();
    this.showSubmit(numbers.missing);
    if (keepMessage && this.stopped) return;
  }

  showPace(missing) {
    const pace = document.querySelector("[data-pace]");
    const times = this.typedAt.slice(-20);
    if (!pace || times.length < 6 || !missing) return pace && (pace.textContent = "");
    const each = (times.at(-1) - times[0]) / (times.length - 1);
    pace.textContent = this.words.pace.replace("{minutes}", Math.max(1, Math.round((each * missing) / 60000)));
  }

  showDiffering() {
    const rows = this.rows.filter((row) => row.dataset.check === "differ");
    const list = document.querySelector("[data-differ-list]");
    document.querySelector("[data-differs]").hidden = !rows.length;
    document.querySelector("[data-no-differs]").hidden = Boolean(rows.length);
    list.replaceChildren(...rows.map((row) => {
      const input = row.querySelector("input[data-id]");
      const item = document.createElement("li");
      const name = document.createElement("b");
      const typed = document.createElement("span");
      const open = document.createElement("button");
      name.textContent = row.dataset.name;
      typed.textContent = this.words.youTyped.replace("{score}", this.known.get(input));
      open.type = "button";
      open.className = "zx-link";
      open.textContent = this.words.correctMine;
      open.addEventListener("click", () => {
        row.hidden = false;
        input.focus();
        input.scrollIntoView({ block: "center" });
      });
      item.append(name, typed, open);
      return item;
    }));
  }

  showSubmit(missing) {
    const button = document.querySelector("[data-submit]");
    const why = document.querySelector("[data-submit-why]");
    if (!button) return;
    const wrong = this.wrong().length;
    let reason = "";
    if (wrong) reason = this.words.wrongLeft.replace("{count}", wrong);
    else if (missing) reason = this.words.missingLeft.replace("{count}", missing);
    else if (this.waiting.size) reason = this.words.notSaved;
    button.disabled = Boolean(reason);
    why.textContent = reason;
  }
}

document.querySelectorAll("[data-score-grid]").forEach((form) => new ScoreGrid(form));
