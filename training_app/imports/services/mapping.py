"""What the columns of a worksheet mean, where the program does not know: headers with samples, guesses, answers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training_app.core import files
from training_app.core.db import db, unit_of_work
from training_app.core.errors import InvalidInput
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import SERIAL, ColumnSet, Layout, shapes_of
from training_app.core.spreadsheets.grids import Grid
from training_app.core.spreadsheets.tables import Table
from training_app.core.spreadsheets.text import label_key
from training_app.core.text import N_
from training_app.imports.edits import SheetWishes
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.registry import IMPORTERS, Recognised
from training_app.imports.services.choices import choice_ids, remember
from training_app.imports.services.files import File, recognise_file
from training_app.imports.services.keeping import unseal
from training_app.imports.services.uploads import change_edits, recheck, upload_of, wishes_of

_DIGITS = re.compile(r"[0-9]{9,}[0-9Xx]?")
_UNCLEAR = ("columns_missing", "header_missing", "kind_unknown")
_SAMPLES, _ROWS_SHOWN, _CLOSE = 3, 15, 0.5


@dataclass(frozen=True)
class Heading:
    """One column of the file: its header, some cells, what it is taken for, or the guess."""

    number: int
    label: str
    samples: tuple[str, ...]
    field: str
    guess: str
    required: bool
    choice_id: int | None = None  # an answer remembered from an earlier file of this unit, to be taken back


@dataclass(frozen=True)
class Columns:
    """The mapping screen of a worksheet."""

    kind: str
    header_row: int | None
    headings: tuple[Heading, ...]
    fields: tuple[tuple[str, str, bool], ...]  # field, its usual header, needed
    missing: tuple[str, ...]
    first_rows: tuple[tuple[int, tuple[str, ...]], ...]
    dynamic: tuple[str, ...]


def columns_of(import_id: int) -> Columns:
    """What is known of the columns of a worksheet.

    Raises:
        NotFound: there is no such import.

    """
    batch, each = _look(import_id)
    grid = each.grid if each is not None else Grid("", [])
    first = tuple(
        (n, tuple(_masked(cells.shown(c)) for c in row[:12])) for n, row in enumerate(grid.rows[:_ROWS_SHOWN], 1)
    )
    if each is None or each.table is None or each.layout is None or each.kind not in IMPORTERS:
        row = each.table.header_row if each is not None and each.table is not None else None
        return Columns(batch.kind if batch.kind in IMPORTERS else "", row, (), (), (), first, ())
    kind, layout = IMPORTERS[each.kind].columns, each.layout
    return Columns(
        each.kind,
        each.table.header_row,
        _headings(kind, layout, each.table, _Settled.of(batch, each.kind)),
        tuple((name, one.title, one.required) for name, one in kind.fields.items()),
        tuple(kind.fields[name].title for name in layout.missing if name in kind.fields),
        first,
        tuple(layout.dynamic.values()),
    )


def asks_about(upload_id: int) -> int | None:
    """The first worksheet of an upload whose columns a person should settle; None when all is understood.

    One asks where a column that is needed is missing, and where a header nobody knows looks like one that is.
    """
    for batch in db.session.scalars(
        select(ImportBatch).where(ImportBatch.upload_id == upload_id).order_by(ImportBatch.id)
    ):
        report = unseal(batch.report)
        if (report.get("error") or {}).get("code") in _UNCLEAR:
            return batch.id
        if report.get("unknown_columns") and any(each.guess for each in columns_of(batch.id).headings):
            return batch.id
    return None


def settle(
    import_id: int, *, kind: str, header_row: int | None, answers: Mapping[str, str], keep_for_unit: bool
) -> None:
    """Say what a worksheet is and what its columns mean (header → field, '' = not taken in); judge it again.

    Raises:
        InvalidInput: a kind or field that there is not, or one field for two columns.
        Conflict: the file was imported or discarded meanwhile.

    """
    if kind not in IMPORTERS:
        raise InvalidInput(N_("Please choose what kind of sheet it is."))
    before = columns_of(import_id)
    known_already = {each.label: each.field for each in before.headings if each.field}
    if before.kind != kind or (header_row is not None and header_row != before.header_row):
        answers = {}  # they were given for another kind or row
    answers = {header: name for header, name in answers.items() if known_already.get(header) != name}
    fields = IMPORTERS[kind].columns.fields
    after = {**known_already, **answers}
    named = [name for name in after.values() if name]
    if any(name not in fields for name in named) or len(named) != len(set(named)):
        raise InvalidInput(N_("Two columns cannot mean the same; please choose another one."))
    upload_id = upload_of(import_id)
    batch, upload = db.session.get(ImportBatch, import_id), db.session.get(Upload, upload_id)
    assert batch is not None  # noqa: S101 - upload_of has seen it
    assert upload is not None  # noqa: S101 - a foreign key
    sheet = batch.sheet

    def change(edits: dict[str, Any]) -> None:
        held = edits.setdefault("sheets", {}).setdefault(sheet, {})
        known = held.get("columns", {}) if held.get("kind", kind) == kind else {}
        columns = {**known, **{label_key(header): name for header, name in answers.items()}}
        held.update(kind=kind, columns=columns)
        if header_row is not None:
            held["header_row"] = header_row

    with unit_of_work():
        change_edits(upload_id, change)
        if keep_for_unit and answers:
            remember(upload.unit_id, kind, answers)
    recheck(upload_id)


def _look(import_id: int) -> tuple[ImportBatch, Recognised | None]:
    upload_id = upload_of(import_id)
    batch, upload = db.session.get(ImportBatch, import_id), db.session.get(Upload, upload_id)
    assert batch is not None  # noqa: S101 - upload_of has seen it
    assert upload is not None  # noqa: S101 - a foreign key
    file = File(upload.file_name, files.read(upload.file_sha256))
    found = recognise_file(file, batch.kind or "auto", wishes_of(upload))
    return batch, next((each for each in found if each.grid.name[:100] == batch.sheet), None)


@dataclass(frozen=True)
class _Settled:
    """The headers (as keys) that people settled: for this file, and for the unit's files before."""

    here: frozenset[str]
    before: Mapping[str, int]  # key → the remembered answer

    @classmethod
    def of(cls, batch: ImportBatch, kind: str) -> _Settled:
        upload = db.session.get(Upload, batch.upload_id)
        wish = wishes_of(upload).of(batch.sheet) if upload is not None else SheetWishes()
        before = choice_ids(upload.unit_id if upload is not None else None, kind)
        return cls(frozenset(wish.columns), before)


def _headings(kind: ColumnSet, layout: Layout, table: Table, settled: _Settled) -> tuple[Heading, ...]:
    by_column = {number: name for name, number in layout.columns.items()}
    labels, lines = table.labels, table.grid.rows[table.first_line - 1 : table.first_line + 39]
    shapes = shapes_of(labels, lines)
    free = [name for name in kind.fields if name not in layout.columns]
    made = []
    for number, label in enumerate(labels, 1):
        if not label or number in layout.dynamic or label_key(label) in SERIAL:
            continue
        typed = [
            _masked(cells.shown(row[number - 1])) for row in lines if len(row) >= number and cells.text(row[number - 1])
        ]
        name = by_column.get(number, "")
        key = label_key(label)
        known = bool(name) or key in settled.here or key in settled.before
        guess = "" if known else _guess(kind, label, number, free, shapes)
        if guess:
            free.remove(guess)  # two columns cannot mean the same
        required = bool(name) and kind.fields[name].required
        samples = tuple(dict.fromkeys(typed))[:_SAMPLES]
        made.append(Heading(number, label, samples, name, guess, required, settled.before.get(key)))
    return tuple(made)


def _masked(text: str) -> str:
    """A sample tells what a column holds; it need not tell whose number it is."""
    return _DIGITS.sub(lambda m: m[0][:4] + "*" * (len(m[0]) - 6) + m[0][-2:], text)


def _guess(kind: ColumnSet, label: str, number: int, free: list[str], shapes: Mapping[str, list[int]]) -> str:
    """What an unknown header may mean: by its cells, by a known header inside it, by likeness."""
    for name in free:
        if kind.fields[name].shape and number in shapes.get(kind.fields[name].shape, ()):
            return name
    length, within = kind.within(label)
    if length and within in free:
        return within
    keys = {key: name for name in free for key in kind.fields[name].keys}
    close = difflib.get_close_matches(label_key(label), keys, n=1, cutoff=_CLOSE)
    return keys[close[0]] if close else ""
