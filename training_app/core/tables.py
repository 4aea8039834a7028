"""Lists as spreadsheets: typed cells, frozen header, filters, widths; CSV that is safe to open in Excel."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from training_app.core import clock

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


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
    """An Excel workbook: the list, and a second sheet that says how and when it was made (``notes``)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1EFEB", "valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    widths = [_width(c.title) + 2 for c in columns]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, str(column.title), head)
    for number, row in enumerate(rows, 1):
        for at, column in enumerate(columns):
            value = value_of(row, column.key)
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                sheet.write_boolean(number, at, value)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(number, at, float(value))
            elif isinstance(value, datetime):
                sheet.write_datetime(number, at, clock.local(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, at, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day, for Excel
            else:
                sheet.write_string(number, at, str(value))
            widths[at] = max(widths[at], min(_width(str(value)) + 2, 50))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    about = book.add_worksheet("说明")
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 60)
    for number, (name, text) in enumerate(notes):
        about.write_string(number, 0, str(name), head)
        about.write_string(number, 1, str(text))
    book.close()
    return out.getvalue()


def to_csv(columns: Sequence[Column], rows: Sequence[Any]) -> bytes:
    """CSV in UTF-8 with BOM; text that Excel would take for a formula is prefixed with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(c.title) for c in columns])
    for row in rows:
        writer.writerow([_csv_cell(value_of(row, c.key)) for c in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    text = str(value)
    if not isinstance(value, int | float | Decimal) and text.startswith(_FORMULA_STARTS):
        return "'" + text
    return text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _sheet_name(title: str) -> str:
    return "".join("_" if c in "[]:*?/\\'" else c for c in title)[:31] or "Sheet1"
