// The score grid: typed without a mouse, saved cell by cell, safe against a broken line.
//
// The page works without this file: then it is a plain form. Reading a cell is the same rule as rules.read_cell on
// the server, which has the last word. What has not reached the server yet is kept in this browser under the
// grid's own key and sent again until it is answered.

const form = document.querySelector("[data-score-grid]");
const { byName, byPlace, readBlock, readCell } = await import(form.dataset.cells);
const { Queue } = await import(form.dataset.saving);

class ScoreGrid {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.rule = { full: Number(form.dataset.full), codes: form.dataset.codes === "1", words: this.words };
    this.second = form.dataset.second === "1";
    this.rows = [...form.querySelectorAll("tbody tr[data-row]")];
    this.cells = this.rows.map((row) => [...row.querySelectorAll("input[data-id]")]);
    this.at = new Map();
    this.cells.forEach((row, y) => row.forEach((input, x) => this.at.set(input, { x, y })));
    this.known = new Map([...this.at.keys()].map((input) => [input, input.defaultValue]));
    this.done = [];
    this.undone = [];
    this.typedAt = [];
    this.queue = new Queue({
      url: form.dataset.url,
      key: form.dataset.key,
      say: (word, tone, with_) => this.say(word, tone, with_),
      answered: (cells) => this.answered(cells),
    });
    this.listen();
    this.takeUpAgain();
    // Typed before this script was there.
    for (const input of this.at.keys()) if (document.activeElement !== input) this.commit(input);
    this.show();
    if (!this.at.has(document.activeElement)) this.firstEmpty()?.focus();
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
    window.addEventListener("beforeunload", (event) => {
      if (document.activeElement && this.at.has(document.activeElement)) this.commit(document.activeElement);
      if (this.queue.size) event.preventDefault();
    });
    const submit = document.getElementById("submit-form");
    submit?.addEventListener("submit", (event) => {
      if (this.queue.size || this.wrong().length) {
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
      return this.take(event, () => this.code(input, event.code === "KeyQ" ? "absent" : "misconduct"));
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

  code(input, code) {
    if (input.readOnly) return;
    input.value = this.words[code];
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
    const at = { cells: this.cells, rows: this.rows, rule: this.rule, from: this.at.get(input) };
    const { placed, beyond } = byName(block, at) ?? byPlace(block, at);
    const change = [];
    let refused = beyond;
    for (const [cell, text] of placed) {
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
    const count = change.filter((each) => each.before !== each.after).length;
    this.say(refused ? "pastedSome" : "pasted", refused ? "warn" : "ok", { count, refused });
    input.select();
    this.show();
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
      if (document.activeElement === input) input.select();
      return false;
    }
    if (this.keep(input)) {
      this.done.push([{ cell: input, before, after: this.known.get(input) }]);
      this.undone = [];
    }
    this.show();
    return true;
  }

  judge(input) {
    const read = readCell(input.value, this.rule);
    if (read.problem) {
      this.bad(input, this.word(read.problem, { text: input.value.trim(), full: this.rule.full }));
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
    const { id, kind } = input.dataset;
    this.mark(input, value ? "saving" : "missing");
    this.typedAt.push(performance.now());
    this.queue.add(input.name, { enrollment_id: Number(id), ...(kind && { kind }), value });
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
    this.show();
  }

  wrong() {
    return [...this.at.keys()].filter((input) => input.getAttribute("aria-invalid") === "true");
  }

  firstEmpty() {
    return [...this.at.keys()].find((input) => !input.readOnly && !input.value);
  }

  // ---- saving

  answered(cells) {
    for (const each of cells) {
      const name = each.kind ? `${each.kind}-${each.enrollment_id}` : `s${each.enrollment_id}`;
      const input = this.form.elements[name];
      if (!input || this.queue.has(name)) continue;
      if (each.outcome === "refused") {
        this.known.set(input, each.value);
        this.bad(input, each.message);
      } else this.mark(input, each.check ?? (each.value ? "entered" : "missing"));
    }
    this.show();
  }

  /** What an earlier visit could not send is put back into its cells and sent. */
  takeUpAgain() {
    for (const [name, each] of this.queue.left()) {
      const input = this.form.elements[name];
      if (!input || input.readOnly || input.value === each.value) continue;
      input.value = each.value;
      if (this.judge(input)) this.keep(input);
    }
    this.queue.persist();
  }

  // ---- what the page says

  word(name, values = {}) {
    const fill = (text, [key, value]) => text.replace(`{${key}}`, value);
    return Object.entries(values).reduce(fill, this.words[name]).trim();
  }

  say(name, tone, values) {
    const saved = this.form.querySelector("[data-saved]");
    saved.textContent = this.word(name, values);
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

  show() {
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
  }

  showPace(missing) {
    const pace = document.querySelector("[data-pace]");
    const times = this.typedAt.slice(-20);
    if (!pace || times.length < 6 || !missing) return pace && (pace.textContent = "");
    const each = (times.at(-1) - times[0]) / (times.length - 1);
    pace.textContent = this.word("pace", { minutes: Math.max(1, Math.round((each * missing) / 60000)) });
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
      typed.textContent = this.word("youTyped", { score: this.known.get(input) });
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
    if (wrong) reason = this.word("wrongLeft", { count: wrong });
    else if (missing) reason = this.word("missingLeft", { count: missing });
    else if (this.queue.size) reason = this.words.notSaved;
    button.disabled = Boolean(reason);
    why.textContent = reason;
  }
}

new ScoreGrid(form);
form.dataset.ready = "yes"; // until now Enter sends the form as browsers do
