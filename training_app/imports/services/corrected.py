"""The corrected workbook: all rows as typed with the repairs, wrong cells coloured, the reasons in a column."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from training_app.core.spreadsheets.grids import Value
from training_app.imports.services.repairing import Typed

_WRONG, _DOUBTFUL = "#F9D7D3", "#FBEFC9"


def corrected(now: Typed) -> bytes:
    """An Excel file that can be imported again; titles and header stand as in the original, rows left out are gone."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(_name(now.batch.sheet))
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1EFEB"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "refused": book.add_format({"bg_color": _WRONG}),
        "flagged": book.add_format({"bg_color": _DOUBTFUL}),
    }
    line = 0
    for title in now.table.titles if now.table is not None else ():
        page.write_string(line, 0, title)
        line += 1
    names = list(now.labels)
    for at, name in enumerate(names):
        page.write_string(line, at, now.labels[name], formats["head"])
    page.write_string(line, len(names), _("What is wrong"), formats["head"])
    page.set_column(0, len(names) - 1, 16)
    page.set_column(len(names), len(names), 60)
    page.freeze_panes(line + 1, 0)
    said: dict[int, list[Any]] = {}
    marks: dict[tuple[int, str], str] = {}
    for key in ("flagged", "refused"):
        for finding in now.report.get(key, ()):
            said.setdefault(finding["row"], []).append(finding["message"])
            marks[finding["row"], finding.get("name") or finding["field"]] = key
    for row in now.rows.values():
        if row.number in now.out:
            continue
        line += 1
        for at, name in enumerate(names):
            _write(page, line, at, row.cells.get(name), formats, marks.get((row.number, name), ""))
        if row.number in said:
            page.write_string(line, len(names), "；".join(reversed(said[row.number])))
    book.close()
    return out.getvalue()


def _write(page: Any, line: int, at: int, value: Value, formats: dict[str, Any], mark: str) -> None:
    shade = formats.get(mark)
    if value is None or value == "":
        if shade is not None:
            page.write_blank(line, at, None, shade)
    elif isinstance(value, bool):
        page.write_boolean(line, at, value, shade)
    elif isinstance(value, int | float):
        page.write_number(line, at, value, shade)
    elif isinstance(value, datetime | date):
        day = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day, for Excel
        page.write_datetime(line, at, day, formats["day"])
    else:
        page.write_string(line, at, value, shade)


def _name(sheet: str) -> str:
    return "".join("_" if c in "[]:*?/\\'" else c for c in sheet)[:31] or "Sheet1"
