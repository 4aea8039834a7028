"""A list of scores as a spreadsheet: exam, re-sit, marks for reflection and conduct; beside it the question bank."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from training_app.classes.api import class_of_sheet, list_lines, load_class_list, sheet_title
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.fillings import Filling
from training_app.core.spreadsheets.grids import Value
from training_app.core.spreadsheets.importers import Change, Importer, SheetRefused, Stored
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.exams.question_imports import QUESTION_FILES, QUESTION_SHEETS
from training_app.exams.services.imported import ImportedScore, store_imported

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_FULL = Decimal(100)
_WITH_BONUS = Decimal(110)  # counties give a bonus on reflection and conduct; what is stored ends at the full mark


def check(sheet: Sheet) -> None:
    """Judge a list of scores: everybody is in the class; a blank or odd score is left open."""
    line = class_of_sheet(sheet)
    if line.class_id is None:
        raise SheetRefused("roster_first")
    sheet.class_id = line.class_id
    people = load_class_list(line.class_id)
    seen: dict[int, int] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        person = people.find(name, row.words("unit"))
        if person is None:
            row.refuse("name", "not_enrolled")
            continue
        if person.id in seen:
            row.refuse("", "duplicate_row", other=seen[person.id])
            continue
        seen[person.id] = row.number
        exam = cells.score(row.cells.get("score"))
        if exam.finding:
            row.flag("score", exam.finding)
        resit = _resit(row)
        row.values = {
            "enrollment_id": person.id,
            "cadre_id": person.cadre_id,
            "name": name,
            "score": exam.score,
            "state": exam.state,
            "resit": resit.score,
            "resit_state": resit.state,
            "unit_code": people.unit_code(row.words("unit")),
            "reflection": _mark(row, "reflection"),
            "conduct": _mark(row, "conduct"),
            "total": cells.number(row.cells.get("total")),
            **{field: row.text(field) for field in ("grade", "completed", "note")},
        }


def _resit(row: Row) -> cells.Score:
    value: Value = row.cells.get("resit")
    if not cells.text(value):
        return cells.Score(None, "", "")
    found = cells.score(value)
    if found.finding:
        row.flag("resit", found.finding)
    return found


def _mark(row: Row, name: str) -> Decimal | None:
    value = row.cells.get(name)
    if not cells.text(value):
        return None
    found = cells.number(value)
    if found is None or found != round(found, 2):
        row.flag(name, "score_not_number")
        return None
    if not 0 <= found <= _WITH_BONUS:
        row.flag(name, "score_out_of_range")
        return None
    return found


def store(sheet: Sheet) -> Stored:
    """Store the scores as published; the totals of the sheet are not taken, results works them out."""
    rows = sheet.accepted()
    if sheet.class_id is None:
        raise SheetRefused("class_unknown")
    done = store_imported(
        sheet.class_id,
        [
            ImportedScore(
                enrollment_id=row.values["enrollment_id"], score=row.values["score"], code=row.values["state"],
                resit_score=row.values["resit"], resit_code=row.values["resit_state"],
                reflection=_within_marks(row.values["reflection"]), conduct=_within_marks(row.values["conduct"]),
            )
            for row in rows
        ],
    )  # fmt: skip
    number = {row.values["enrollment_id"]: row.number for row in rows}
    changes = [Change(number[each.enrollment_id], table, i, "created") for each in done.rows for table, i in each.rows]
    return Stored(done.created, done.updated, done.unchanged, changes)


def _within_marks(mark: Decimal | None) -> Decimal | None:
    return None if mark is None else min(mark, _FULL)


def fill(class_id: int) -> Filling:
    """A row for each person of the class; the scores are left to be typed."""
    return Filling(sheet_title(class_id, "成绩登记表"), [line for _, line in list_lines(class_id)])


SCORES = Importer("scores", 130, _COLUMNS["scores"], check, store, of_class=True, fill=fill)
__all__ = ["QUESTION_FILES", "QUESTION_SHEETS", "SCORES"]
