"""Repairing a checked worksheet: cells put right, rows left out, whole columns at once; judged again at once.

Repairs are laid over the rows; the stored original is never touched. Each is one step that can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training_app.accounts.api import add_unit_alias, load_unit_finder
from training_app.cadres.api import citizen_number_of, find_cadre_by_id_number
from training_app.core import files
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.events import publish
from training_app.core.spreadsheets import cells as read
from training_app.core.spreadsheets.sheets import Row
from training_app.core.spreadsheets.tables import Table
from training_app.core.text import N_
from training_app.imports.edits import apply_edits
from training_app.imports.events import SheetRepaired
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.offers import split_unit, with_unit
from training_app.imports.registry import importer_of
from training_app.imports.services.files import File, recognise_file, sheet_of
from training_app.imports.services.keeping import unseal
from training_app.imports.services.rehearsing import after_repair, stop_rehearsal
from training_app.imports.services.uploads import change_edits, upload_of, wishes_of

LONGEST = 500
MOST_STEPS = 5_000


@dataclass(frozen=True)
class Typed:
    """The rows of a checked worksheet as they stand now: with repairs, those left out among them."""

    batch: ImportBatch
    rows: dict[int, Row]
    labels: dict[str, str]  # field, or header where headers are data, → header
    out: frozenset[int]
    report: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[tuple[int, str], str] = field(default_factory=dict)  # people's notes in cells, by row and field
    table: Table | None = None
    columns: Mapping[str, int] = field(default_factory=dict)  # field, or header where headers are data, → column
    added: Mapping[str, str] = field(default_factory=dict)  # fields the file has no column for: field → usual header
    steps: int = 0

    def text(self, row: int, name: str) -> str:
        """A cell as text."""
        line = self.rows.get(row)
        return read.shown(line.cells.get(name)) if line is not None else ""

    def of_code(self, *codes: str) -> list[Mapping[str, Any]]:
        """What is said of the rows under these codes."""
        return [f for key in ("refused", "flagged") for f in self.report.get(key, ()) if f["code"] in codes]


def load(import_id: int) -> Typed:
    """A worksheet as it stands, for repairs and pages.

    Raises:
        NotFound: there is no such import.

    """
    upload_id = upload_of(import_id)
    batch, upload = db.session.get(ImportBatch, import_id), db.session.get(Upload, upload_id)
    assert batch is not None  # noqa: S101 - upload_of has seen it
    assert upload is not None  # noqa: S101 - a foreign key
    wishes = wishes_of(upload)
    file = File(upload.file_name, files.read(upload.file_sha256))
    report = unseal(batch.report)
    for each in recognise_file(file, batch.kind or "auto", wishes):
        if each.grid.name[:100] != batch.sheet:
            continue
        if each.reason:
            return Typed(batch, {}, {}, frozenset(), report, table=Table(each.grid, 0, 0, [], []))
        sheet = sheet_of(file, each)
        order = sheet.layout.columns
        labels = dict(sorted(sheet.layout.labels.items(), key=lambda item: order[item[0]]))
        rows = {row.number: row for row in sheet.rows}
        apply_edits(sheet, wishes.of(each.grid.name))
        for number, label in sheet.layout.dynamic.items():
            labels[label] = label
            for row in rows.values():
                row.cells[label] = row.dynamic.get(number)
        at = {column: name for name, column in order.items()}
        notes = {(row, at[column]): text for (row, column), text in each.grid.notes.items() if column in at}
        steps = sum(step["sheet"] == batch.sheet for step in (unseal(upload.edits) or {}).get("steps", ()))
        columns = {**order, **{label: number for number, label in sheet.layout.dynamic.items()}}
        fields = importer_of(each).columns.fields
        typed = {name for _, name in wishes.of(each.grid.name).cells if name not in labels and name in fields}
        added = {name: fields[name].title for name in sorted(typed)}
        out = wishes.of(each.grid.name).out
        return Typed(batch, rows, labels, out, report, notes, sheet.table, columns, added, steps)
    return Typed(batch, {}, {}, frozenset(), report)


def set_cells(import_id: int, values: Sequence[tuple[int, str, str]]) -> None:
    """Put cells right: (row, field, what it should say).

    Raises:
        InvalidInput: there is no such cell, or the text is too long.
        Conflict: the file was imported or discarded meanwhile.

    """
    now = load(import_id)
    known = set(now.labels) | {"id_number"}  # a chosen person's number needs no column
    for row, name, value in values:
        if row not in now.rows or name not in known or len(value) > LONGEST:
            raise InvalidInput(N_("There is no such cell, or the text is too long."))
    changed = [(row, name, value.strip()) for row, name, value in values if now.text(row, name) != value.strip()]
    names = {name for _, name, _ in changed}
    if changed:
        step = {"cells": [list(each) for each in changed]}
        _step(now, step, "set", names.pop() if len(names) == 1 else "", [row for row, _, _ in changed])


def leave_out(import_id: int, rows: Sequence[int]) -> None:
    """Leave rows out of the import."""
    now = load(import_id)
    chosen = [row for row in rows if row in now.rows and row not in now.out]
    if chosen:
        _step(now, {"out": chosen}, "out", "", chosen)


def take_back_in(import_id: int, rows: Sequence[int]) -> None:
    """Take rows in after all."""
    now = load(import_id)
    chosen = [row for row in rows if row in now.out]
    if chosen:
        _step(now, {"back": chosen}, "back", "", chosen)


def undo_last(import_id: int) -> bool:
    """Take the last repair of this worksheet back; False when there is none."""
    now = load(import_id)
    found: list[dict[str, Any]] = []

    def change(edits: dict[str, Any]) -> None:
        steps = edits.get("steps", [])
        for at in range(len(steps) - 1, -1, -1):
            if steps[at]["sheet"] == now.batch.sheet:
                found.append(steps.pop(at))
                return

    stop_rehearsal(upload_of(import_id))
    with unit_of_work():
        change_edits(upload_of(import_id), change)
        if not found:
            return False
        rows = {cell[0] for cell in found[0].get("cells", ())} | {*found[0].get("out", ()), *found[0].get("back", ())}
        _publish(now, "undo", "", sorted(rows))
    after_repair(upload_of(import_id))
    return True


def choose_unit(import_id: int, name: str, rows: Sequence[int], unit_id: int, *, remember: bool = False) -> None:
    """These cells mean this unit; ``remember``: and so does everybody who writes it like this.

    Raises:
        InvalidInput: there is no such unit.
        Conflict: the name to be remembered belongs to another unit.

    """
    finder = load_unit_finder()
    unit = finder.get(unit_id)
    if unit is None:
        raise InvalidInput(N_("There is no such unit."))
    now = load(import_id)
    parent = finder.get(unit.parent_id)
    units = {each.id: each for each in (unit, parent) if each is not None}
    values = [(row, name, with_unit(finder, units, name, now.text(row, name), unit)) for row in rows]
    words = {split_unit(finder, name, now.text(row, name))[0] for row in rows}
    if remember:
        with unit_of_work():
            for each in sorted(words):
                add_unit_alias(unit_id, each)
    set_cells(import_id, values)


def choose_person(import_id: int, row: int, cadre_id: int) -> None:
    """This line means this person: the citizen number says so, whether the file has a column for it or not.

    Raises:
        NotFound: there is no such person, or the number is not known.

    """
    set_cells(import_id, [(row, "id_number", citizen_number_of(cadre_id))])


def use_numbers(import_id: int, people: Mapping[int, int]) -> None:
    """Fill in the numbers of the register: row → person."""
    set_cells(import_id, [(row, "id_number", citizen_number_of(cadre)) for row, cadre in people.items()])


def fill_in_name(import_id: int, row: int) -> None:
    """Fill in the name that belongs to the citizen number of this line.

    Raises:
        InvalidInput: nobody on record has this number.

    """
    person = find_cadre_by_id_number(load(import_id).text(row, "id_number"))
    if person is None:
        raise InvalidInput(N_("Nobody on record has this number."))
    set_cells(import_id, [(row, "name", person.name)])


def take_from_number(import_id: int, name: str, rows: Sequence[int]) -> None:
    """Take month of birth or sex from the citizen number, where it wins anyway."""
    now = load(import_id)
    values = []
    for row in rows:
        number = read.citizen_number(now.rows[row].cells.get("id_number"))[0] if row in now.rows else ""
        born = read.born_of(number) if number else None
        if name == "birth_month" and born:
            values.append((row, name, f"{born:%Y.%m}"))
        elif name == "sex" and number:
            values.append((row, name, read.sex_of(number)))
    set_cells(import_id, values)


def _step(now: Typed, step: dict[str, Any], act: str, name: str, rows: Sequence[int]) -> None:
    def change(edits: dict[str, Any]) -> None:
        steps = edits.setdefault("steps", [])
        if len(steps) >= MOST_STEPS:
            raise Conflict(N_("There are too many repairs; please put the file right in Excel."))
        steps.append({"sheet": now.batch.sheet, **step})

    stop_rehearsal(upload_of(now.batch.id))
    with unit_of_work():
        change_edits(upload_of(now.batch.id), change)
        _publish(now, act, now.labels.get(name, ""), rows)
    after_repair(upload_of(now.batch.id))


def _publish(now: Typed, act: str, column: str, rows: Sequence[int]) -> None:
    publish(
        SheetRepaired(
            import_id=now.batch.id,
            file=now.batch.file_name,
            sheet=now.batch.sheet,
            act=act,
            column=column,
            rows=len(set(rows)),
            first_row=min(rows, default=0),
        )
    )
