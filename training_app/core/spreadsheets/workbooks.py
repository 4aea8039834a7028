"""Files into grids: workbooks through calamine and their own parts, CSV in any encoding.

This is what the child does (see ``reading``): it imports neither Flask nor the database.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from training_app.core.errors import DomainError
from training_app.core.spreadsheets.grids import FORMULA_ERROR, Book, Grid, Span, Value
from training_app.core.spreadsheets.guards import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    XML_NO_MEMORY,
    Unreadable,
    column_number,
    locked,
    measure,
    read_entries,
    refuse_area,
    refuse_cell,
    refuse_crowd,
    sniff,
)
from training_app.core.text import N_

_TRUE = rb'="(?:1|true)"'
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b(?=[^<>]*\bhidden" + _TRUE + rb')[^<>]*\br="([0-9]+)"')
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b(?=[^<>]*\bhidden" + _TRUE + rb")[^<>]*>")
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})([0-9]+)"')
_NUMBER_OF = {name: re.compile(rb"\b" + name + rb'="([0-9]+)"') for name in (b"min", b"max")}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
_WHOLE = 2**53
_LOT = 1_000  # rows in one piece
_HEAD = 200_000  # characters in which the separator of a CSV file shows


def parse_book(data: bytes) -> Book:
    """Read a file, whatever its name says it is, in this very process: for the child, which may be lost.

    Raises:
        Unreadable: it is no table, damaged, or dangerous.
    """
    kind, encoding, grids = _opened(data)
    return Book(kind, tuple(grids), encoding)


def pieces(_name: str, data: bytes) -> Iterator[Any]:
    """The same in pieces of plain values: the book, then each worksheet, each followed by its rows in lots.

    Raises:
        Unreadable: it is no table, damaged, or dangerous.
    """
    kind, encoding, grids = _opened(data)
    yield {"format": kind, "encoding": encoding}
    for grid in grids:
        plain = {name: value for name, value in vars(grid).items() if name != "rows"}
        yield plain | {
            "hidden_rows": sorted(grid.hidden_rows),
            "hidden_columns": sorted(grid.hidden_columns),
            "notes": [(*place, text) for place, text in grid.notes.items()],
        }
        for start in range(0, len(grid.rows), _LOT):
            yield grid.rows[start : start + _LOT]


def _opened(data: bytes) -> tuple[str, str, Iterator[Grid]]:
    """What the file is, its encoding, its worksheets one after the other."""
    kind = sniff(data)
    if kind == "csv":
        text, encoding = decode(data)
        if "\0" in text:
            raise Unreadable(N_("This is no Excel and no CSV file."), code="wrong_type")
        return kind, encoding, _guarded(_csv_grids(text))
    return kind, "", _guarded(_xlsx_grids(data) if kind == "xlsx" else _xls_grids(data))


def _guarded(grids: Iterator[Grid]) -> Iterator[Grid]:
    try:
        yield from grids
    except (DomainError, MemoryError):
        raise
    except Exception as error:  # a parser's own failure on a broken file, of whatever class, is the file's fault
        if "assword" in str(error):
            raise locked() from error
        raise Unreadable(N_("The file is damaged or locked with a password."), code="damaged") from error


def _xlsx_grids(data: bytes) -> Iterator[Grid]:
    parts = read_entries(data)
    paths = _sheet_parts(parts)
    refuse_crowd(len(paths))
    for path in paths.values():
        measure(parts[path])
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in _visible(book):
        part = parts.get(paths.get(sheet.name, ""), b"")
        yield Grid(
            name=sheet.name,
            rows=_with_errors(_rows(sheet), part),
            merges=_merges(sheet),
            hidden_rows=_hidden_rows(part),
            hidden_columns=frozenset(_hidden_columns(part)),
            notes=_notes(parts, paths.get(sheet.name, "")),
        )


def _xls_grids(data: bytes) -> Iterator[Grid]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    refuse_crowd(len(book.sheet_names))
    for sheet in _visible(book):
        refuse_area(sheet.total_height, sheet.total_width)
        yield Grid(sheet.name, _rows(sheet), _merges(sheet))


def _visible(book: Any) -> list[Any]:
    kinds, shown = calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible
    return [book.get_sheet_by_name(m.name) for m in book.sheets_metadata if m.typ == kinds and m.visible == shown]


def _rows(sheet: Any) -> list[list[Value]]:
    return [
        [cell if cell.__class__ is str and 0 < len(cell) <= MAX_CELL else _value(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]


def _with_errors(rows: list[list[Value]], part: bytes) -> list[list[Value]]:
    """Formulas that failed leave an empty cell otherwise, and nobody would notice what is missing."""
    for letters, digits in _ERROR.findall(part) if b't="e"' in part else ():
        row, column = int(digits), column_number(letters.decode())
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = FORMULA_ERROR
    return rows


def _value(cell: object) -> Value:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, str):
        return cell if len(cell) <= MAX_CELL else refuse_cell()
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < _WHOLE * 1000 else cell
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell
    if isinstance(cell, timedelta | time):
        return str(cell)
    return cell if isinstance(cell, int | bool | date) else str(cell)


def _merges(sheet: Any) -> tuple[Span, ...]:
    found = sheet.merged_cell_ranges or ()
    return tuple(sorted((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in found))


def _hidden_rows(part: bytes) -> frozenset[int]:
    if part.find(b"hidden=", _head_of(part)) < 0:
        return frozenset()
    return frozenset(int(n) for n in _HIDDEN_ROW.findall(part))


def _hidden_columns(part: bytes) -> list[int]:
    hidden: list[int] = []
    for tag in _HIDDEN_COLUMN.findall(part, 0, _head_of(part)):
        first, last = (_NUMBER_OF[name].search(tag) for name in (b"min", b"max"))
        if first and last:
            hidden += range(int(first[1]), min(int(last[1]), MAX_COLUMNS) + 1)
    return hidden


def _head_of(part: bytes) -> int:
    """Where the rows begin; what is said of columns stands before them."""
    begin = part.find(b"sheetData")
    return begin if begin >= 0 else len(part)


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Worksheet's name → its part."""
    main = next(name for name in parts if name.endswith("workbook.xml"))
    targets = _relations(parts, main)
    found = {}
    for element in _xml(parts[main]).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            path = targets.get(element.get(_RELATION) or "", ("", ""))[1]
            if path in parts and "worksheet" in path:
                found[element.get("name") or ""] = path
    return found


def _relations(parts: dict[str, bytes], name: str) -> dict[str, tuple[str, str]]:
    """Relation id → (its type's last word, the part it leads to)."""
    folder, _, file = name.rpartition("/")
    raw = parts.get(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
    if raw is None:
        return {}
    found = {}
    for element in _xml(raw):
        target = element.get("Target") or ""
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id") or ""] = ((element.get("Type") or "").rpartition("/")[2], path)
    return found


def _notes(parts: dict[str, bytes], sheet: str) -> dict[tuple[int, int], str]:
    notes: dict[tuple[int, int], str] = {}
    if not sheet:
        return notes
    for kind, path in _relations(parts, sheet).values():
        if kind != "comments" or path not in parts:
            continue
        for element in _xml(parts[path]).iter():
            place = _CELL.fullmatch(element.get("ref") or "")
            if element.tag.rpartition("}")[2] == "comment" and place:
                text = "".join(t.text or "" for t in element.iter() if t.tag.rpartition("}")[2] == "t")
                notes[int(place[2]), column_number(place[1])] = text
    return notes


def _xml(raw: bytes) -> Any:
    try:
        return ElementTree.fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable(N_("The file holds declarations that a spreadsheet never needs."), code="entities") from error
    except ElementTree.ParseError as error:
        if error.code == XML_NO_MEMORY:
            raise MemoryError from error
        raise Unreadable(N_("The file is damaged and cannot be opened."), code="damaged") from error


def _csv_grids(text: str) -> Iterator[Grid]:
    head = text[:_HEAD].splitlines()[:20]
    delimiter = max(",\t;", key=lambda sign: sum(line.count(sign) for line in head))
    rows: list[list[Value]] = []
    cells = 0
    csv.field_size_limit(MAX_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise Unreadable(N_("The file has more rows or columns than can be read."), code="too_many_cells")
            rows.append([cell or None for cell in row])
    except csv.Error as error:
        if "field larger" in str(error):
            refuse_cell()
        raise Unreadable(N_("The file is damaged and cannot be opened."), code="damaged") from error
    yield Grid("", rows, text_only=True)


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding: by its mark, else UTF-8 if it is that throughout, else GB 18030.

    Raises:
        Unreadable: none of them fits.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "gb18030"), "gb18030"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(N_("The text is in no known encoding."), code="encoding") from error
