"""Lists as spreadsheets: typed cells, frozen header, filters, widths; CSV that is safe to open in Excel."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from training_app.core import clock

_FORMULA_SIGNS = tuple("=+-@＝＋－＠")
_BREAKS = ("\t", "\r", "\n")
_UNSEEN = ("Cc", "Cf")  # control signs and marks without a picture
_MUCH = 20_000  # rows; fewer are written faster in memory
_MEASURED = 1000  # rows looked at for the widths of the columns
_WIDEST = 52


@dataclass(frozen=True)
class Column:
    """A column of an export: ``key`` names the value in a row (attribute or mapping key)."""

    key: str
    title: str
    kind: str = "text"  # text, number, date


def value_of(row: Any, key: str) -> Any:
    """The row's value, from a mapping or an object."""
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key)


def to_xlsx(title: str, columns: Sequence[Column], rows: Sequence[Any], notes: Sequence[tuple[str, str]] = ()) -> bytes:
    """An Excel workbook: the list, and a second sheet that says how and when it was made (``notes``).

    Cells are written in order, so that a long list can go out row by row and takes no memory to speak of. Numbers,
    days and times are typed; text stays text, whatever it begins with.
    """
    out = io.BytesIO()
    much = len(rows) > _MUCH
    options = {"constant_memory": much, "in_memory": not much, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryDirectory(prefix="zhixing-") as folder:
        book = xlsxwriter.Workbook(out, {**options, "tmpdir": folder})
        sheet = book.add_worksheet(_sheet_name(title))
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1EFEB", "valign": "vcenter"})
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for at, width in enumerate(_widths(columns, rows)):  # widths have to be known before the first row
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, str(column.title), head)
        for number, row in enumerate(rows, 1):
            for at, column in enumerate(columns):
                _write(sheet, number, at, value_of(row, column.key), formats)
        about = book.add_worksheet("说明")
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 60)
        for number, (name, text) in enumerate(notes):
            about.write_string(number, 0, str(name), head)
            about.write_string(number, 1, str(text))
        book.close()
    return out.getvalue()


def _write(sheet: Any, number: int, at: int, value: Any, formats: Mapping[str, Any]) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(number, at, value)
    elif value is None:
        return
    elif isinstance(value, bool):
        sheet.write_boolean(number, at, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(number, at, float(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(number, at, clock.local(value).replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(number, at, datetime(value.year, value.month, value.day), formats["day"])  # noqa: DTZ001 - a day, for Excel
    else:
        sheet.write_string(number, at, str(value))


def _widths(columns: Sequence[Column], rows: Sequence[Any]) -> list[int]:
    """As wide as the title and the longest of the first rows, within limits."""
    shown = rows[:_MEASURED]
    return [
        min(max([_width(c.title) + 4, *(_width(_shown(value_of(row, c.key))) + 2 for row in shown)]), _WIDEST)
        for c in columns
    ]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "0000-00-00 00:00" if isinstance(value, datetime) else str(value)


def to_csv(columns: Sequence[Column], rows: Sequence[Any]) -> bytes:
    """CSV in UTF-8 with BOM; text that a spreadsheet would take for a formula is prefixed with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([csv_text(str(c.title)) for c in columns])
    for row in rows:
        writer.writerow([_csv_cell(value_of(row, c.key)) for c in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int | float | Decimal):
        return str(value)
    return csv_text(str(value))


def csv_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: the signs that begin one, also after blanks or in full width."""
    text = text.replace("\0", "")
    if text[:1] in _BREAKS or _first_sign(text) in _FORMULA_SIGNS:
        return "'" + text
    return text


def _first_sign(text: str) -> str:
    """The first sign that one sees: blanks and marks without a picture are passed over."""
    return next((sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in _UNSEEN), "")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _sheet_name(title: str) -> str:
    return "".join("_" if c in "[]:*?/\\'" else c for c in title)[:31] or "Sheet1"
