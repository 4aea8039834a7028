"""An attendance list as a spreadsheet: a row per person, a column per half day, one sign per cell."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from training_app.attendance import fillings
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.services.imported import store_imported
from training_app.classes.api import LessonInfo, class_of_sheet, half_day_of_label, list_lessons, load_class_list
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, Importer, SheetRefused, Stored
from training_app.core.spreadsheets.sheets import Sheet

_HERE = Path(__file__).parent
_COLUMNS = load_columns(_HERE / "columns.toml")


@lru_cache(maxsize=1)
def load_signs() -> tuple[dict[str, str], dict[str, str]]:
    """Words and usual signs, each with the status it stands for."""
    found = tomllib.loads((_HERE / "signs.toml").read_text(encoding="utf-8"))
    return found["words"], found["signs"]


def signs_of(sheet: Sheet) -> dict[str, str]:
    """What signs mean in this sheet: as its own last line explains, else as usual."""
    words, signs = load_signs()
    said: dict[str, str] = {}
    for line in (*sheet.footers, *sheet.table.titles):
        said |= cells.legend(line, words)
    return {**signs, **words, **said}


def check(sheet: Sheet) -> None:
    """Judge an attendance list: everybody is in the class; a sign nobody knows is left open."""
    line = class_of_sheet(sheet)
    if line.class_id is None:
        raise SheetRefused("roster_first")
    sheet.class_id = line.class_id
    lessons = list_lessons(line.class_id)
    if not lessons:
        raise SheetRefused("timetable_first")
    columns = {n: found for n, label in sheet.layout.dynamic.items() if (found := _lessons_of(label, lessons))}
    sheet.notes["unknown"] = [label for n, label in sheet.layout.dynamic.items() if n not in columns]
    signs = signs_of(sheet)
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
        marks: dict[int, str] = {}
        for n, held in columns.items():
            status = cells.mark(row.dynamic.get(n), signs)
            if status is None:
                row.flag_at(sheet.column(n), row.dynamic.get(n), "mark_unknown")
                continue
            marks |= {lesson.id: status for lesson in held}
        row.values = {
            "enrollment_id": person.id,
            "cadre_id": person.cadre_id,
            "name": name,
            "marks": marks,
            "unit_code": people.unit_code(row.words("unit")),
            "by_column": {sheet.column(n): marks.get(held[0].id) for n, held in columns.items()},
        }


def _lessons_of(label: str, lessons: list[LessonInfo]) -> list[LessonInfo]:
    """The lesson a header means by day and half day; all of the day when it names no half day."""
    found = cells.day(label, year=lessons[0].day.year).day
    half = half_day_of_label(label)
    return [each for each in lessons if each.day == found and half in ("", each.half_day) and each.state != "cancelled"]


def store(sheet: Sheet) -> Stored:
    """Store the marks; the lessons are closed with them, and their hours posted."""
    rows = sheet.accepted()
    if sheet.class_id is None:
        raise SheetRefused("class_unknown")
    statuses = {(lesson, r.values["enrollment_id"]): mark for r in rows for lesson, mark in r.values["marks"].items()}
    before = _records(sheet.class_id)
    store_imported(sheet.class_id, statuses)
    after = _records(sheet.class_id)
    stored = Stored()
    for row in rows:
        keys = [(lesson, row.values["enrollment_id"]) for lesson in row.values["marks"]]
        made = [after[key][0] for key in keys if key not in before]
        changed = {after[key][0]: before[key][1] for key in keys if key in before and before[key][1] != after[key][1]}
        fresh = not any(key in before for key in keys)
        stored.created += fresh
        stored.updated += not fresh and bool(made or changed)
        stored.unchanged += not fresh and not (made or changed)
        table = AttendanceRecord.__tablename__
        stored.changes += [Change(row.number, table, record_id, "created") for record_id in made]
        stored.changes += [Change(row.number, table, i, "updated", {"status": old}) for i, old in changed.items()]
    return stored


def _records(class_id: int) -> dict[tuple[int, int], tuple[int, str]]:
    ids = [lesson.id for lesson in list_lessons(class_id)]
    chosen = select(
        AttendanceRecord.lesson_id, AttendanceRecord.enrollment_id, AttendanceRecord.id, AttendanceRecord.status
    ).where(AttendanceRecord.lesson_id.in_(ids))
    return {(lesson, person): (i, status) for lesson, person, i, status in db.session.execute(chosen)}


ATTENDANCE = Importer("attendance", 120, _COLUMNS["attendance"], check, store, of_class=True, fill=fillings.attendance)
