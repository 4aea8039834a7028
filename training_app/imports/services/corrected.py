"""The corrected workbook: the sheet as it came with the repairs, wrong cells coloured, the reasons in a last column.

Titles, both lines of a header, totals, footers, notes and columns nobody knows stay where they were: what is put right
in Excel and sent again is understood as the original was.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from training_app.core.spreadsheets.columns import REASON_HEADER
from training_app.core.spreadsheets.grids import FORMULA_ERROR, Grid, Value
from training_app.imports.services.repairing import Typed

_WRONG, _DOUBTFUL = "#F9D7D3", "#FBEFC9"
_NARROW, _WIDE, _REASONS = 8, 28, 60  # column widths, in characters
_WIDTH_ROWS = 200  # so many rows tell how wide a column is


@dataclass(frozen=True)
class _Cell:
    """One cell as it is written: its value, and ``refused`` or ``flagged`` when something is said of it."""

    value: Value
    mark: str = ""


@dataclass(frozen=True)
class _Picture:
    """The sheet to be written: lines of the original by number, with what each holds now."""

    lines: dict[int, list[_Cell]]
    header: range  # line numbers of the header
    data: frozenset[int]
    reasons: dict[int, str]
    grid: Grid


def corrected(sheets: Sequence[Typed], only: Collection[int] | None = None) -> bytes:
    """An Excel file that can be imported again; rows left out are gone. ``only``: of the data, just these rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    names: dict[str, None] = {}
    for now in sheets:
        picture = _picture(now, only)
        page = book.add_worksheet(_name(now.batch.sheet, names))
        width = max((len(cells) for cells in picture.lines.values()), default=0)
        place = {number: line for line, number in enumerate(picture.lines)}
        _Writer(book, page).write(picture, place, width)
    book.close()
    return out.getvalue()


def _picture(now: Typed, only: Collection[int] | None) -> _Picture:
    said: dict[int, list[str]] = {}
    marks: dict[tuple[int, str], str] = {}
    for key in ("refused", "flagged"):
        for finding in now.report.get(key, ()):
            said.setdefault(finding["row"], []).append(finding["message"])
            marks.setdefault((finding["row"], finding.get("name") or finding["field"]), key)
    reasons = {number: "；".join(texts) for number, texts in said.items()}
    gone = set(now.out) if only is None else {n for n in now.rows if n not in only} | set(now.out)
    if now.table is None or (now.table.header_row < 1 and not now.rows):  # not understood: as it came
        grid = now.table.grid if now.table is not None else Grid("", [])
        lines = {n: [_Cell(value) for value in row] for n, row in enumerate(grid.rows, 1)}
        return _Picture(lines, range(0), frozenset(), {}, grid)
    if now.table.header_row < 1:
        return _of_items(now, gone, marks, reasons)
    grid, columns = now.table.grid, dict(now.columns)
    extra = [name for name in now.labels if name not in columns]
    extra += [name for name in now.added if name not in columns and name not in extra]
    columns |= {name: grid.width + n for n, name in enumerate(extra, 1)}
    header = range(now.table.header_row, now.table.first_line)
    lines = {}
    for number, given in enumerate(grid.rows, 1):
        if number in gone:
            continue
        cells = [_Cell(None if value == FORMULA_ERROR else value) for value in given]
        cells += [_Cell(None)] * (grid.width + len(extra) - len(cells))
        if number in now.rows:
            for name, column in columns.items():
                cells[column - 1] = _Cell(now.rows[number].cells.get(name), marks.get((number, name), ""))
        elif number == header.start:
            for name in extra:
                cells[columns[name] - 1] = _Cell(now.labels.get(name) or now.added[name])
        lines[number] = cells
    return _Picture(lines, header, frozenset(now.rows), reasons, grid)


def _of_items(
    now: Typed, gone: Collection[int], marks: dict[tuple[int, str], str], reasons: dict[int, str]
) -> _Picture:
    """Of a file without worksheets: its things below a header, as the kind's template has them."""
    labels = {**now.labels, **now.added}
    lines = {0: [_Cell(label) for label in labels.values()]}
    for number, row in now.rows.items():
        if number not in gone:
            lines[number] = [_Cell(row.cells.get(name), marks.get((number, name), "")) for name in labels]
    return _Picture(lines, range(1), frozenset(now.rows), reasons, Grid("", []))


class _Writer:
    """Writes a picture into a worksheet."""

    def __init__(self, book: Any, page: Any) -> None:
        self._page = page
        self._head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1EFEB", "text_wrap": True})
        self._plain = {
            "": None,
            "refused": book.add_format({"bg_color": _WRONG}),
            "flagged": book.add_format({"bg_color": _DOUBTFUL}),
        }
        self._days = {
            "": book.add_format({"num_format": "yyyy-mm-dd"}),
            "refused": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": _WRONG}),
            "flagged": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": _DOUBTFUL}),
        }

    def write(self, picture: _Picture, place: dict[int, int], width: int) -> None:
        grid, page = picture.grid, self._page
        for number, cells in picture.lines.items():
            for at, cell in enumerate(cells):
                self._cell(place[number], at, cell, head=number in picture.header)
            if number in grid.hidden_rows:
                page.set_row(place[number], None, None, {"hidden": True})
        if picture.header:
            top = place[picture.header.start]
            page.write_string(top, width, _(REASON_HEADER), self._head)
            page.freeze_panes(top + len(picture.header), 0)
        for number, text in picture.reasons.items():
            if number in place:
                page.write_string(place[number], width, text)
        self._merge(picture, place)
        for (number, column), text in grid.notes.items():
            if number in place:
                page.write_comment(place[number], column - 1, text)
        self._widths(picture.lines.values(), width, grid.hidden_columns)

    def _cell(self, line: int, at: int, cell: _Cell, *, head: bool) -> None:
        page, value = self._page, cell.value
        shade = self._head if head else self._plain[cell.mark]
        if value is None or value == "":
            if shade is not None:
                page.write_blank(line, at, None, shade)
        elif isinstance(value, bool):
            page.write_boolean(line, at, value, shade)
        elif isinstance(value, int | float):
            page.write_number(line, at, value, shade)
        elif isinstance(value, datetime | date):
            day = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day, for Excel
            page.write_datetime(line, at, day, self._days[cell.mark])
        else:
            page.write_string(line, at, value, shade)

    def _merge(self, picture: _Picture, place: dict[int, int]) -> None:
        """Merged titles, headers and footers stay merged; merged data is written out cell by cell."""
        for r1, c1, r2, c2 in picture.grid.merges:
            lines = range(r1, r2 + 1)
            tall = r2 > r1 and r1 not in picture.header
            if tall or any(n not in place or n in picture.data for n in lines):
                continue
            cell = picture.lines[r1][c1 - 1]
            shade = self._head if r1 in picture.header else None
            self._page.merge_range(place[r1], c1 - 1, place[r2], c2 - 1, "", shade)
            self._cell(place[r1], c1 - 1, cell, head=r1 in picture.header)

    def _widths(self, lines: Iterable[list[_Cell]], width: int, hidden: frozenset[int]) -> None:
        longest = [0] * width
        for n, cells in enumerate(lines):
            if n >= _WIDTH_ROWS:
                break
            if sum(cell.value is not None for cell in cells) < 2:
                continue
            for at, cell in enumerate(cells):
                if isinstance(cell.value, str):
                    longest[at] = max(longest[at], sum(2 if ord(c) > 0xFF else 1 for c in cell.value))
        for at, length in enumerate(longest):
            options = {"hidden": True} if at + 1 in hidden else {}
            self._page.set_column(at, at, min(max(length + 2, _NARROW), _WIDE), None, options)
        self._page.set_column(width, width, _REASONS)


def _name(sheet: str, taken: dict[str, None]) -> str:
    """A worksheet's name as Excel allows it, each only once."""
    plain = "".join("_" if c in "[]:*?/\\'" else c for c in sheet)[:31] or "Sheet1"
    name, n = plain, 1
    while name.lower() in taken:
        n += 1
        name = f"{plain[:27]}({n})"
    taken[name.lower()] = None
    return name
