// Reading typed cells and pasted blocks; the same rule as rules.read_cell on the server, which has the last word.

const WORDS = new Map([
  ["Q", "absent"], ["缺考", "absent"], ["缺", "absent"], ["缺席", "absent"], ["ABSENT", "absent"],
  ["W", "misconduct"], ["违纪", "misconduct"], ["作弊", "misconduct"], ["舞弊", "misconduct"], ["MISCONDUCT", "misconduct"],
  ["缓考", "deferred"], ["DEFERRED", "deferred"], ["取消资格", "excluded"], ["NOT ADMITTED", "excluded"],
]);
const NUMBER = /^[0-9]{1,3}(\.[0-9])?$/;

/** Read typed text: {value} as it will stand in the cell, or {problem}. */
export function readCell(text, { full, codes, words }) {
  if (text.length > 16) return { problem: "notNumber" };
  const plain = text.normalize("NFKC").trim();
  if (!plain) return { value: "" };
  if (codes && WORDS.has(plain.toUpperCase())) return { value: words[WORDS.get(plain.toUpperCase())] };
  if (!NUMBER.test(plain)) return { problem: "notNumber" };
  if (Number(plain) > full) return { problem: "outOfRange" };
  return { value: String(Number(plain)) };
}

/** What was copied from a spreadsheet, as rows of cells. */
export function readBlock(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t"));
}

/** Put a block from one cell downwards and to the right, past hidden rows; what falls off the edge is counted. */
export function byPlace(block, { cells, rows, from }) {
  const placed = [];
  let beyond = 0;
  const shown = rows.map((row, index) => index).filter((index) => index >= from.y && !rows[index].hidden);
  block.forEach((line, down) => {
    line.forEach((text, right) => {
      const cell = cells[shown[down]]?.[from.x + right];
      if (cell) placed.push([cell, text]);
      else if (text.trim()) beyond += 1;
    });
  });
  return { placed, beyond };
}

/** Put a block that has a column of this class's names beside the names, whatever its order; null when it has none. */
export function byName(block, { cells, rows, rule }) {
  const width = Math.max(...block.map((line) => line.length));
  if (width < 2) return null;
  const plain = (text) => (text ?? "").normalize("NFKC").replace(/\s+/g, "");
  const people = new Map();
  rows.forEach((row, y) => {
    const name = plain(row.dataset.name);
    people.set(name, people.has(name) ? null : y); // two of one name cannot be told apart here
  });
  for (let column = 0; column < width; column += 1) {
    const known = block.filter((line) => people.get(plain(line[column])) !== undefined);
    if (known.length < Math.max(2, block.length * 0.6)) continue;
    const placed = [];
    let beyond = 0;
    for (const line of block) {
      const y = people.get(plain(line[column]));
      const texts = line.slice(column + 1).slice(-cells[0].length);
      if (y !== undefined && y !== null) texts.forEach((text, x) => cells[y][x] && placed.push([cells[y][x], text]));
      else if (texts.some((text) => text.trim() && !readCell(text, rule).problem)) beyond += 1;
    }
    return { placed, beyond };
  }
  return null;
}
