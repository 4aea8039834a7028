"""The report of a worksheet: what is said of every row, as CONTRACT.md has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from training_app.core.errors import DomainError
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.importers import Stored
from training_app.core.spreadsheets.sheets import Finding, Sheet
from training_app.imports.reasons import words_of
from training_app.imports.registry import Recognised

_LONGEST_VALUE = 200


@dataclass
class Entry:
    """What is reported of one worksheet."""

    kind: str
    file: str
    sheet: str = ""
    header_row: int | None = None
    rows_read: int = 0
    accepted: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    flagged: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    import_id: int | None = None
    class_id: int | None = None
    class_code: str = ""
    error: dict[str, str] | None = None
    left_out: list[int] = field(default_factory=list)
    preview: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The entry as CONTRACT.md has it; ``error`` only when the sheet could not be taken as a whole."""
        entry = dict(vars(self))
        if self.error is None:
            del entry["error"]
        for name in ("left_out", "preview"):
            if not entry[name]:
                del entry[name]
        return entry


def entry_of(sheet: Sheet, stored: Stored) -> Entry:
    """What became of a sheet that was taken in."""
    accepted = sheet.accepted()
    unknown = list(sheet.layout.unknown) + [str(each) for each in sheet.notes.get("unknown", ())]
    names = {label: name for name, label in sheet.layout.labels.items()}
    dynamic = {label: label for label in sheet.layout.dynamic.values() if label not in unknown}
    return Entry(
        kind=sheet.kind, file=sheet.file, sheet=sheet.name, header_row=sheet.table.header_row,
        rows_read=len(sheet.rows), accepted=len(accepted), created=stored.created, updated=stored.updated,
        unchanged=stored.unchanged,
        refused=[_said(finding) for row in sheet.rows for finding in row.refused],
        flagged=[_said(finding) for row in accepted for finding in row.flagged],
        columns=names | dynamic, unknown_columns=unknown, class_id=sheet.class_id, class_code=sheet.class_code,
    )  # fmt: skip


def _said(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.row, "field": finding.label, "value": finding.value[:_LONGEST_VALUE], "code": finding.code,
        "message": message_of(finding.code, finding.params), "name": finding.name,
        **({"other": finding.params["other"]} if "other" in finding.params else {}),
        **({"candidates": finding.params["candidates"]} if finding.params.get("candidates") else {}),
        **({"right": finding.params["right"]} if finding.params.get("right") else {}),
    }  # fmt: skip


def refused_entry(file: str, each: Recognised, code: str, **params: Any) -> Entry:
    """A sheet that could not be taken in as a whole, and why."""
    entry = entry_of_error(each.kind, file, code, **params)
    entry.sheet = each.grid.name
    entry.header_row = each.table.header_row if each.table else None
    return entry


def entry_of_error(kind: str, file: str, code: str, **params: Any) -> Entry:
    """A file that could not be taken in, and why."""
    return Entry(kind, file, error={"code": code, "message": message_of(code, params)})


def message_of(code: str, params: dict[str, Any]) -> str:
    """A reason in the reader's language."""
    text = str(gettext(words_of(code)))
    return text % params if params and "%(" in text else text


def translated(error: DomainError) -> str:
    """An error in the reader's language."""
    text = str(gettext(error.message))
    return text % error.params if error.params else text


def dump_report(entries: Iterable[Entry]) -> str:
    """The report of several worksheets as JSON text."""
    return json.dumps([entry.as_dict() for entry in entries], ensure_ascii=False, indent=1, default=cells.shown)
