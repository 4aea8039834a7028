"""Where the header is, what its columns are called, which lines are data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from training_app.core.spreadsheets.columns import SERIAL, Layout
from training_app.core.spreadsheets.grids import Grid, Value
from training_app.core.spreadsheets.text import label_key, squeeze, tidy

_LOOK_AT = 40  # rows in which a header may begin
_LONGEST_LABEL = 40
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|总合计|合计数|总数|本页小计)[:：]?(?:人数)?")
_FOOTER = re.compile(
    r"(?:填表|制表|审核|审批|填报|负责|经办|统计|复核|校对|报送|分管领导|单位负责|联系|班主任|领导签)\w{0,4}[:：（(]"
    r"|^(?:注|说明|备注|附注|填表说明|注意)[\d一二三]?[:：.、]|^\*"
)


@dataclass(frozen=True)
class Table:
    """A grid whose header was found. ``labels`` has one entry per column, "组/叶" under a two-row header."""

    grid: Grid
    header_row: int
    header_rows: int
    labels: list[str]
    titles: list[str]

    @property
    def first_line(self) -> int:
        """The row below the header."""
        return self.header_row + self.header_rows


@dataclass(frozen=True)
class Line:
    """One data line: its row number and its cells, merged columns filled in."""

    number: int
    cells: list[Value]


def find_table(grid: Grid, is_header: Callable[[str], bool], *, at: int | None = None) -> Table | None:
    """Find the row that looks most like a header; None when no row does.

    ``is_header`` knows the headers of every kind of sheet; ``at`` is the row that a person pointed at.
    """
    if at is not None and 1 <= at <= len(grid.rows):
        return _table_at(grid, at, 2 if _has_lower_row(grid, at, is_header) else 1)
    hits = {
        n: sum(is_header(label(cell)) for cell in row if cell is not None)
        for n, row in enumerate(grid.rows[:_LOOK_AT], 1)
    }
    best = max(hits.values(), default=0)
    if best < 2:
        return None
    top = next(n for n, count in hits.items() if count == best)
    if top > 1 and _is_upper_row(grid, top - 1, hits):
        top -= 1
    height = 2 if _has_lower_row(grid, top, is_header) else 1
    return _table_at(grid, top, height)


def _table_at(grid: Grid, top: int, height: int) -> Table:
    titles = [tidy(cell) for row in grid.rows[: top - 1] for cell in row if isinstance(cell, str) and cell.strip()]
    return Table(grid, top, height, _labels(grid, top, height), titles)


def label(cell: Value) -> str:
    """A header cell as text; a real date in a header is written out."""
    if isinstance(cell, datetime | date):
        return f"{cell.year}年{cell.month}月{cell.day}日"
    return squeeze(str(cell)) if cell is not None else ""


def _is_upper_row(grid: Grid, row: int, hits: dict[int, int]) -> bool:
    """Whether the row above the one found belongs to the header: its cells reach down by merging."""
    tall = [m for m in grid.merges if m[0] == row and m[2] == row + 1]
    return bool(tall) and hits[row] > 0


def _has_lower_row(grid: Grid, top: int, is_header: Callable[[str], bool]) -> bool:
    """Whether the row below belongs to the header too: groups above, leaves below, the rest reaching down."""
    if top >= len(grid.rows):
        return False
    if any(m[0] <= top and m[2] == top + 1 for m in grid.merges):
        return True
    upper, lower = grid.rows[top - 1], grid.rows[top]
    wide = any(m[0] == m[2] == top and m[3] > m[1] for m in grid.merges)
    blank_above = [n for n, cell in enumerate(lower) if cell is not None and (n >= len(upper) or upper[n] is None)]
    under_label = [n for n, cell in enumerate(lower) if cell is not None and n < len(upper) and upper[n] is not None]
    texts = all(isinstance(cell, str) and len(cell) <= 12 for cell in lower if cell is not None)
    leaves = sum(is_header(label(cell)) for cell in lower if cell is not None)
    first_blank = not lower or lower[0] is None
    return bool(texts and first_blank and blank_above and (wide or leaves) and len(under_label) <= len(blank_above) + 1)


def _labels(grid: Grid, top: int, height: int) -> list[str]:
    upper = {n: label(cell) for n, cell in enumerate(grid.rows[top - 1], 1)}
    for r1, c1, r2, c2 in grid.merges:
        if r1 <= top <= r2:
            for column in range(c1, c2 + 1):
                upper[column] = label(grid.at(r1, c1))
    if height == 1:
        return [upper.get(n, "")[: _LONGEST_LABEL * 3] for n in range(1, grid.width + 1)]  # no label is a book
    labels, group = [], ""
    for n in range(1, grid.width + 1):
        leaf = label(grid.at(top + 1, n))
        head = upper.get(n, "")
        group = head or (group if leaf else "")
        labels.append(f"{group}/{leaf}" if group and leaf and leaf != group else leaf or head)
    return [each[: _LONGEST_LABEL * 3] for each in labels]


def data_lines(table: Table, layout: Layout) -> tuple[list[Line], list[str]]:
    """The lines that are data, in order; and the texts below the table (footers, legends)."""
    grid = table.grid
    fill = _fillings(table)
    serials = {n for n, name in enumerate(table.labels, 1) if label_key(name) in SERIAL}
    used = sorted({*layout.columns.values(), *layout.dynamic} - serials)
    lines: list[Line] = []
    footers: list[str] = []
    header = [label(cell) for cell in grid.rows[table.header_row - 1]]
    wide = {m[0] for m in grid.merges if m[3] > m[1] and m[0] == m[2] and m[0] >= table.first_line}
    for number in range(table.first_line, len(grid.rows) + 1):
        row = grid.rows[number - 1]
        typed = [(n, cell) for n, cell in enumerate(row, 1) if cell is not None and not _is_blank(cell)]
        if all(n in serials for n, _ in typed):
            texts = [cell for _, cell in typed if isinstance(cell, str)]
            footers += [text for text in texts if number in wide or _is_footer(text)]
            continue
        if _is_total(typed) or (len(row) == len(header) and all(map(_is_label, row, header))):
            continue
        if _is_remark(typed, number in wide):
            footers += [str(cell) for _, cell in typed]
            continue
        cells = list(row)
        for column, value in fill.get(number, {}).items():
            cells[column - 1] = value
        if all(column > len(cells) or cells[column - 1] is None or _is_blank(cells[column - 1]) for column in used):
            continue
        lines.append(Line(number, cells))
    return lines, footers


def _is_label(cell: Value, text: str) -> bool:
    return label(cell) == text


def _is_blank(cell: Value) -> bool:
    return isinstance(cell, str) and (not cell or not (cell[0].isalnum() or squeeze(cell)))


def _is_total(typed: Sequence[tuple[int, Value]]) -> bool:
    first = next((cell for _, cell in typed[:2] if isinstance(cell, str)), None)
    return first is not None and _TOTAL.fullmatch(squeeze(first)) is not None


def _is_footer(cell: Value) -> bool:
    return isinstance(cell, str) and _FOOTER.search(squeeze(cell)) is not None


def _is_remark(typed: Sequence[tuple[int, Value]], wide: bool) -> bool:  # noqa: FBT001 - two facts about one line
    """Whether a line below the header is no data: one text across the sheet, or signatures."""
    if any(not isinstance(cell, str) for _, cell in typed):
        return False
    texts = [str(cell) for _, cell in typed]
    if len(typed) == 1:
        return wide or _is_footer(texts[0]) or len(squeeze(texts[0])) > 30
    return all(_is_footer(cell) for cell in texts)


def _fillings(table: Table) -> dict[int, dict[int, Value]]:
    """Row → column → value, for the cells that a vertical merge leaves empty."""
    fill: dict[int, dict[int, Value]] = {}
    for r1, c1, r2, c2 in table.grid.merges:
        if r1 < table.first_line or r2 == r1:
            continue
        for number in range(r1 + 1, r2 + 1):
            for column in range(c1, c2 + 1):
                fill.setdefault(number, {})[column] = table.grid.at(r1, c1)
    return fill


def texts_around(table: Table, footers: list[str]) -> Iterator[str]:
    """Everything a sheet says outside its rows, titles first."""
    yield from table.titles
    yield from footers
