"""Lists that add to the ledger at once: party-member classes, network hours, courses at higher levels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert, select

from training_app.accounts.api import load_unit_finder
from training_app.attendance import api as attendance
from training_app.cadres.api import People, list_refs
from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.fillings import Filling
from training_app.core.spreadsheets.importers import Change, Importer, Stored
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.core.spreadsheets.text import half_width
from training_app.exams import api as exams
from training_app.results.models import HourEntry
from training_app.results.services.hours import post_hours
from training_app.results.values import NewHours

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_ATTENDED = {
    "出勤": "present",
    "√": "present",
    "✓": "present",
    "是": "present",
    "到": "present",
    "参加": "present",
    "迟到": "late",
    "请假": "leave_personal",
    "事假": "leave_personal",
    "病假": "leave_sick",
    "公假": "leave_official",
    "缺勤": "absent",
    "旷课": "absent",
    "否": "absent",
    "×": "absent",
    "未到": "absent",
    "缺席": "absent",
}
_ONLINE_TITLE = "网络学习学时"
_HALVES = ((time(8, 30), time(11, 30)), (time(14, 30), time(17, 30)))


# ---------------------------------------------------------------- party-member classes
def check_party_class(sheet: Sheet) -> None:
    """Judge the list of a one-day class: who was there, who passed the test; day, place and hours are in the title."""
    line = classes.class_of_sheet(sheet)
    sheet.notes |= {"class": line} | _of_title(sheet, line)
    units = load_unit_finder()
    people = People(list_refs(), units)
    seen: dict[int, int] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        person = people.of_row(row, name, row.words("branch"))
        if person is None:
            continue
        if person.id in seen:
            row.refuse("", "duplicate_row", other=seen[person.id])
            continue
        seen[person.id] = row.number
        status = _ATTENDED.get(half_width(row.words("attended")) or "")
        if status is None:
            row.flag("attended", "mark_unknown")
        unit = units.branch(row.words("branch")).unit or units.get(person.unit_id)
        row.values |= {
            "cadre_id": person.id,
            "name": name,
            "unit_id": unit.id if unit else None,
            "status": status,
            "unit_code": unit.code if unit else None,
            "unit_name": unit.name if unit else None,
            "passed": row.text("passed"),
            "note": row.text("note"),
            "attended": row.words("attended"),
            "sex": row.values.get("sex") or row.words("sex"),
        }
        _take_score(row)


def _take_score(row: Row) -> None:
    """The test's score. Who was not there has none, and that is no fault."""
    score = cells.score(row.cells.get("score"))
    came = row.values["status"] in attendance.PRESENT_STATUSES
    if score.finding and (score.finding != "score_missing" or (came and row.values["passed"])):
        row.flag("score", score.finding)
    row.values |= {"score": score.score, "state": score.state, "tested": score.score is not None or bool(score.state)}


def _of_title(sheet: Sheet, line: classes.PlannedClass) -> dict[str, object]:
    """Day, place and hours as the title says them in brackets; the plan's where it does not."""
    title = next((half_width(text) for text in sheet.table.titles if "学时" in text), "")
    day = cells.day(title, year=line.starts_on.year).day if title else None
    hours = re.search(r"([0-9]+(?:\.[0-9]+)?)\s*(?:个)?学时", title)
    place = re.search(r"日[,，、\s]+([^,，、()]{2,40})[,，、]\s*[0-9.]+\s*(?:个)?学时", title)
    return {
        "day": day or line.starts_on,
        "venue": place[1].strip() if place else line.venue,
        "hours": Decimal(hours[1]) if hours else line.credit_hours,
    }


def store_party_class(sheet: Sheet) -> Stored:
    """Put the people in, hold two sessions of half the hours each, store attendance and the test."""
    rows = sheet.accepted()
    class_id = classes.ensure_open(sheet.notes["class"])
    sheet.class_id = class_id
    there = {each.cadre_id for each in classes.list_enrollments(class_id, None)}
    people = [
        classes.NewEnrollment(r.values["cadre_id"], unit_id=r.values["unit_id"], unit_name=r.values["unit_name"])
        for r in rows
    ]
    ids = classes.enroll_many(class_id, people)
    records = {(r.lesson_id, r.enrollment_id): r.status for r in attendance.records_of_class(class_id)}
    lessons = _sessions(sheet, class_id)
    marks = {
        (lesson, ids[row.values["cadre_id"]]): row.values["status"]
        for row in rows if row.values["status"] for lesson in lessons
    }  # fmt: skip
    attendance.store_imported(class_id, marks)
    tested = [row for row in rows if row.values["tested"]]
    scores = exams.store_imported(
        class_id,
        [
            exams.ImportedScore(ids[row.values["cadre_id"]], score=row.values["score"], code=row.values["state"])
            for row in tested
        ],
        starts_at=clock.at_local(sheet.notes["day"], 16, 30),
    )
    outcome = {each.enrollment_id: each for each in scores.rows}
    stored = Stored()
    for row in rows:
        enrollment = ids[row.values["cadre_id"]]
        score = outcome.get(enrollment)
        changed = any(records.get(key) != status for key, status in marks.items() if key[1] == enrollment)
        fresh = row.values["cadre_id"] not in there
        touched = changed or (score is not None and score.outcome != "unchanged")
        stored.created += fresh
        stored.updated += not fresh and touched
        stored.unchanged += not fresh and not touched
        if fresh:
            stored.changes.append(Change(row.number, "classes_enrollment", enrollment, "created"))
        stored.changes += [Change(row.number, table, i, "created") for table, i in (score.rows if score else ())]
    return stored


def _sessions(sheet: Sheet, class_id: int) -> list[int]:
    """The lessons of the day: those of its timetable, else morning and afternoon with half the hours each."""
    day: date = sheet.notes["day"]
    there = [lesson for lesson in classes.list_lessons(class_id) if lesson.day == day and lesson.state != "cancelled"]
    if there:
        return [lesson.id for lesson in there]
    venue = sheet.notes["venue"]
    room = classes.find_or_create_room(venue) if venue else None
    half = Decimal(sheet.notes["hours"]) / 2
    return classes.add_lessons(
        class_id,
        [
            classes.NewLesson(
                starts_at=clock.at_local(day, starts.hour, starts.minute),
                ends_at=clock.at_local(day, ends.hour, ends.minute),
                title="党员集中培训", credit_hours=round(half, 2), room_id=room, place=venue,
            )
            for starts, ends in _HALVES
        ],
    )  # fmt: skip


# ---------------------------------------------------------------- network hours
def check_online(sheet: Sheet) -> None:
    """Judge the academy's export: people by citizen number, hours up to a day."""
    units = load_unit_finder()
    people = People(list_refs(), units)
    seen: dict[int, int] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        person = people.of_row(row, name, row.words("unit"))
        if person is None:
            continue
        if person.id in seen:
            row.refuse("", "duplicate_row", other=seen[person.id])
            continue
        total = row.amount("total")
        if total is None:
            parts = [row.amount(field) for field in ("required_hours", "optional_hours")]
            total = sum((part for part in parts if part is not None), Decimal(0)) if any(parts) else None
        if total is None or total < 0:
            row.refuse("total", "hours_invalid")
            continue
        seen[person.id] = row.number
        unit = units.whole(row.words("unit")).unit
        row.values |= {
            "cadre_id": person.id,
            "name": name,
            "unit": unit.name if unit else row.words("unit"),
            "unit_code": unit.code if unit else None,
            "hours": round(total, 2),
            "as_of": cells.day(row.cells.get("as_of"), year=sheet.year).day or clock.today(),
        }


def store_online(sheet: Sheet) -> Stored:
    """Post each person's network hours of the year; importing a later state posts the difference."""
    lines = [
        NewHours(
            cadre_id=row.values["cadre_id"], earned_on=row.values["as_of"], kind="online", hours=row.values["hours"],
            source_kind="online", source_id=row.values["as_of"].year, title=_ONLINE_TITLE,
        )
        for row in sheet.accepted()
    ]  # fmt: skip
    return _post(sheet, lines, source_kind="online", title=_ONLINE_TITLE)


# ---------------------------------------------------------------- courses at higher levels
def check_external(sheet: Sheet) -> None:
    """Judge the list of courses attended at higher levels; it has names, units and posts only."""
    units = load_unit_finder()
    people = People(list_refs(), units)
    year = sheet.year
    seen: dict[tuple[int, date], int] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        dates = cells.span(row.cells.get("dates"), year=year)
        hours = cells.hours(row.cells.get("hours"))
        if hours is None:
            row.refuse("hours", "hours_invalid")
        elif dates is None:
            row.refuse("dates", "date_invalid")
        elif dates[1] < dates[0]:
            row.refuse("dates", "date_order")
        person = people.of_row(row, name, row.words("unit_and_post")) if row.accepted else None
        if person is None or dates is None:
            continue
        if (person.id, dates[0]) in seen:
            row.refuse("", "duplicate_row", other=seen[person.id, dates[0]])
            continue
        seen[person.id, dates[0]] = row.number
        found = units.post(row.words("unit_and_post"))
        row.values |= {
            "cadre_id": person.id,
            "name": name,
            "unit_code": found.unit.code if found.unit else None,
            "starts_on": dates[0],
            "ends_on": dates[1],
            "hours": hours,
            **{field: row.text(field) for field in ("title", "host", "outcome", "note")},
        }


def store_external(sheet: Sheet) -> Stored:
    """Post the hours; a person's course is known again by its first day."""
    lines = [
        NewHours(
            cadre_id=row.values["cadre_id"], earned_on=row.values["ends_on"], kind="external",
            hours=row.values["hours"], source_kind="external", source_id=row.values["starts_on"].toordinal(),
            title=row.values["title"][:200], note="，".join(filter(None, (row.values["host"], row.values["outcome"]))),
        )
        for row in sheet.accepted()
    ]  # fmt: skip
    return _post(sheet, lines, source_kind="external", title="上级调训")


def _post(sheet: Sheet, lines: list[NewHours], *, source_kind: str, title: str) -> Stored:
    if not lines:
        return Stored()
    before = _entries(source_kind, {line.cadre_id for line in lines})
    post_hours(lines, source_kind=source_kind, title=title)
    _note_without_hours([line for line in lines if not line.hours and (line.cadre_id, line.source_id) not in before])
    after = _entries(source_kind, {line.cadre_id for line in lines})
    stored = Stored()
    for row, line in zip(sheet.accepted(), lines, strict=True):
        key = (line.cadre_id, line.source_id)
        new = after.get(key, set()) - before.get(key, set())
        stored.created += bool(new) and key not in before
        stored.updated += bool(new) and key in before
        stored.unchanged += not new
        stored.changes += [Change(row.number, HourEntry.__tablename__, i, "created") for i in sorted(new)]
    return stored


def _note_without_hours(lines: list[NewHours]) -> None:
    """Keep that a list named somebody without any hours: known to the academy, nothing learnt."""
    if lines:
        db.session.execute(
            insert(HourEntry),
            [
                {
                    "cadre_id": line.cadre_id, "class_id": None, "enrollment_id": None, "year": line.earned_on.year,
                    "earned_on": line.earned_on, "kind": line.kind, "hours": line.hours,
                    "source_kind": line.source_kind, "source_id": line.source_id, "revision": 0, "title": line.title,
                    "note": line.note, "posted_at": clock.now(),
                }
                for line in lines
            ],
        )  # fmt: skip


def _entries(source_kind: str, cadre_ids: Iterable[int]) -> dict[tuple[int, int], set[int]]:
    wanted = set(cadre_ids)
    chosen = select(HourEntry.id, HourEntry.cadre_id, HourEntry.source_id).where(HourEntry.source_kind == source_kind)
    found: dict[tuple[int, int], set[int]] = {}
    for entry_id, cadre_id, source_id in db.session.execute(chosen):
        if cadre_id in wanted:
            found.setdefault((cadre_id, source_id), set()).add(entry_id)
    return found


def fill_party_class(class_id: int) -> Filling:
    """A row for each person of the class; attendance and test are left to be typed."""
    rows = [{"name": each.name, "branch": each.unit_name} for each, _ in classes.list_lines(class_id)]
    return Filling(classes.sheet_title(class_id, "党员培训登记表"), rows)


PARTY_CLASS = Importer(
    "party-class",
    140,
    _COLUMNS["party-class"],
    check_party_class,
    store_party_class,
    of_class=True,
    fill=fill_party_class,
)
ONLINE_HOURS = Importer("online-hours", 92, _COLUMNS["online-hours"], check_online, store_online)
EXTERNAL = Importer("external", 94, _COLUMNS["external"], check_external, store_external)
