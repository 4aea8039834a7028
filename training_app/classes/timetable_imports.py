"""A timetable as a spreadsheet: days down, half days across, one cell holds course, teacher and room."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from training_app.classes.matching import PlannedClass, class_of_sheet, ensure_open
from training_app.classes.models import Lesson, Room, TeachingAssignment
from training_app.classes.services.timetable import add_lessons, find_or_create_room
from training_app.classes.timetable_rules import HALF_DAY_TIMES
from training_app.classes.values import NewLesson
from training_app.core import clock
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.importers import Change, Stored, plain, snapshot
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.core.spreadsheets.text import half_width, squeeze, tidy
from training_app.courses.api import CourseInfo, list_courses, list_sites
from training_app.teachers.api import list_teachers

_HALVES = {"morning": "上午|早上|早晨", "afternoon": "下午|中午", "evening": "晚|夜"}
_CLOCK = re.compile(r"([0-9]{1,2})[:：时点]([0-9]{2})?")
_TEACHER = re.compile(
    r"(?:授课人|授课教师|授课老师|主讲人|主讲教师|主讲|教师|讲师|主持人|主持|授课|任课教师)\s*[:：]\s*"
)
_VENUE = re.compile(r"(?:地点|授课地点|教室|场地|上课地点|培训地点|会场)\s*[:：]\s*")
_BOTH = re.compile(rf"(?<=[^\n])(?={_TEACHER.pattern}|{_VENUE.pattern})")
_ROOM = re.compile(r"(?:教室|报告厅|会议室|礼堂|机房|[室厅楼])(?:[0-9]*|（.*）)$")
_MINUTES_OF_HOUR = 45  # one 学时


@dataclass(frozen=True)
class Slot:
    """A half day as a header writes it."""

    half_day: str
    starts: time
    ends: time

    @property
    def hours(self) -> Decimal:
        """The credit hours that fit into it."""
        minutes = (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute
        return Decimal(round(minutes / _MINUTES_OF_HOUR))


@dataclass(frozen=True)
class Entry:
    """What one cell of a timetable says."""

    title: str
    teachers: tuple[str, ...] = ()
    venue: str = ""


def half_day_of_label(label: str) -> str:
    """morning, afternoon or evening, as a header names it; '' when it names none."""
    return next((half for half, words in _HALVES.items() if re.search(words, label)), "")


def slot_of_label(label: str) -> Slot | None:
    """The half day and its times; the usual ones where the header has none."""
    half = half_day_of_label(label)
    if not half:
        return None
    starts, ends = HALF_DAY_TIMES[half]
    typed = [(int(h), int(m or 0)) for h, m in _CLOCK.findall(half_width(label))]
    clocks = [time(h, m) for h, m in typed if h < 24 and m < 60]
    if len(clocks) == 2 and clocks[0] < clocks[1]:
        starts, ends = clocks
    return Slot(half, starts, ends)


def read_entry(value: object, courses: Collection[str], teachers: Collection[str]) -> Entry | None:
    """Course, teacher and place out of one cell, in the ways they are typed; None for an empty one."""
    typed = tidy(str(value)) if value is not None else ""
    if not typed or not cells.text(typed):
        return None
    lines = [line.strip() for line in _BOTH.sub("\n", typed).split("\n") if line.strip()]
    names: list[str] = []
    venue = ""
    rest: list[str] = []
    for line in lines:
        if said := _TEACHER.match(line):
            names += cells.split_names(line[said.end() :])
        elif said := _VENUE.match(line):
            venue = line[said.end() :]
        else:
            rest.append(line)
    title, named = _title(rest[0] if rest else lines[0], courses, teachers, named=bool(names))
    names += named
    venue = venue or (rest[1] if len(rest) > 1 else "")
    return Entry(title, tuple(cells.person_name(name) for name in names if name.strip()), squeeze(venue))


def _title(line: str, courses: Collection[str], teachers: Collection[str], *, named: bool) -> tuple[str, list[str]]:
    line = squeeze(line)
    if line in courses:
        return line, []
    if re.fullmatch(r"《.+》", line) and (line[1:-1] in courses or "《" not in line[1:-1]):
        return line[1:-1], []
    found = re.fullmatch(r"(.+?)[（(]([^（）()]+)[）)]", line)
    if found is None or named:
        return line, []
    inner = cells.split_names(found[2])
    title = found[1][1:-1] if re.fullmatch(r"《[^《]+》", found[1]) else found[1]
    is_person = all(name in teachers for name in inner) or (title in courses and all(len(name) <= 15 for name in inner))
    return (title, inner) if is_person else (line, [])


def kind_of(title: str, course: CourseInfo | None) -> str:
    """What kind of lesson a title means."""
    if re.search(r"考试|测试|考核|答卷", title):
        return "exam"
    if re.search(r"结业|开班|典礼|仪式", title):
        return "ceremony"
    if course is not None and "现场" in course.method:
        return "field"
    return "discussion" if course is None and re.search(r"研讨|讨论|交流|自学", title) else "teaching"


# ---------------------------------------------------------------- check
def check_timetable(sheet: Sheet) -> None:
    """Judge a timetable day by day; the date wins over the weekday written beside it."""
    line = class_of_sheet(sheet)
    sheet.notes["class"] = line
    slots = {n: slot for n, label in sheet.layout.dynamic.items() if (slot := slot_of_label(label))}
    courses = {squeeze(course.name): course for course in list_courses()}
    teachers = {teacher.name: teacher.id for teacher in list_teachers(active=False)}
    seen: dict[date, int] = {}
    for row in sheet.rows:
        found = cells.day(row.cells.get("day"), year=line.starts_on.year)
        if found.day is None:
            row.refuse("day", "date_invalid")
        elif found.day in seen and not _is_merged(sheet, row):
            row.refuse("", "duplicate_row", other=seen[found.day])
        if not row.accepted or found.day is None:
            continue
        seen[found.day] = row.number
        if found.is_contradictory:
            row.flag("day", "weekday_mismatch")
        entries = {n: entry for n in slots if (entry := read_entry(row.dynamic.get(n), courses, teachers))}
        lessons = {n: _lesson(n, slots[n], entry, courses) for n, entry in entries.items()}
        row.values = {"day": found.day, "lessons": lessons, "teachers": teachers}
    _share_hours([row for row in sheet.rows if row.accepted], slots, line)


def _is_merged(sheet: Sheet, row: Row) -> bool:
    column = sheet.layout.columns["day"]
    return any(m[0] < row.number <= m[2] and m[1] <= column <= m[3] for m in sheet.table.grid.merges)


def _lesson(column: int, slot: Slot, entry: Entry, courses: Mapping[str, CourseInfo]) -> dict[str, Any]:
    course = courses.get(entry.title)
    return {
        "column": column,
        "slot": slot,
        "title": course.name if course else entry.title,
        "course": course,
        "teachers": entry.teachers,
        "venue": entry.venue,
        "kind": kind_of(entry.title, course),
        "hours": None,
    }


def _share_hours(rows: list[Row], slots: Mapping[int, Slot], line: PlannedClass) -> None:
    """Give each lesson its hours: the course's own, spread over its cells of the day; the rest by time and plan."""
    rest: list[dict[str, Any]] = []
    total = Decimal(0)
    for row in rows:
        lessons = list(row.values["lessons"].values())
        for lesson in lessons:
            course, room = lesson["course"], slots[lesson["column"]].hours
            if course is None:
                rest.append(lesson)
                continue
            hours = course.credit_hours
            if hours > room:
                parts = sum(each["course"] is not None and each["course"].id == course.id for each in lessons)
                hours = hours / parts if parts > 1 else min(hours, room)
            lesson["hours"] = round(hours, 2)
            total += lesson["hours"]
    exams = [lesson for lesson in rest if lesson["kind"] in ("exam", "ceremony")]
    for lesson in rest:
        if lesson not in exams:
            lesson["hours"] = slots[lesson["column"]].hours
            total += lesson["hours"]
    left = line.credit_hours - total
    for lesson in exams:
        share = round(left / len(exams), 2)
        lesson["hours"] = share if 0 <= share <= slots[lesson["column"]].hours else Decimal(2)


# ---------------------------------------------------------------- store
def store_timetable(sheet: Sheet) -> Stored:
    """Store the lessons, each known again by its beginning; what was taught is taken over, clashes or not."""
    class_id = ensure_open(sheet.notes["class"])
    sheet.class_id = class_id
    mine = db.session.scalars(select(Lesson).where(Lesson.class_id == class_id))
    there = {lesson.starts_at: lesson for lesson in mine}
    before = snapshot(Lesson, [lesson.id for lesson in there.values()])
    sites = {squeeze(site.name): site.id for site in list_sites()}
    stored = Stored()
    new: list[tuple[Row, NewLesson]] = []
    action: dict[int, str] = {}
    for row in sheet.accepted():
        for values in row.values["lessons"].values():
            lesson = _new_lesson(row, values, sites)
            known = there.get(lesson.starts_at)
            if known is None:
                new.append((row, lesson))
                continue
            lost = _change(known, lesson, before[known.id])
            if lost:
                action[row.number] = "updated"
                stored.changes.append(Change(row.number, Lesson.__tablename__, known.id, "updated", lost))
    ids = add_lessons(class_id, [lesson for _, lesson in new])
    for (row, _), lesson_id in zip(new, ids, strict=True):
        action.setdefault(row.number, "updated" if there else "created")
        stored.changes.append(Change(row.number, Lesson.__tablename__, lesson_id, "created"))
    for row in sheet.accepted():
        done = action.get(row.number, "unchanged")
        stored.created += done == "created"
        stored.updated += done == "updated"
        stored.unchanged += done == "unchanged"
    return stored


def _new_lesson(row: Row, values: Mapping[str, Any], sites: Mapping[str, int]) -> NewLesson:
    slot, course, venue = values["slot"], values["course"], str(values["venue"])
    names: tuple[str, ...] = values["teachers"]
    day: date = row.values["day"]
    site_id = sites.get(venue)
    return NewLesson(
        starts_at=_at(day, slot.starts), ends_at=_at(day, slot.ends), title=str(values["title"])[:200],
        credit_hours=Decimal(str(values["hours"])), kind=str(values["kind"]), half_day=slot.half_day,
        course_id=course.id if course else None, method=course.method if course else "", site_id=site_id,
        room_id=find_or_create_room(venue) if venue and site_id is None and _is_room(venue) else None,
        place=venue[:120], teacher_ids=tuple(row.values["teachers"][n] for n in names if n in row.values["teachers"]),
        teacher_text="、".join(names)[:120],
    )  # fmt: skip


def _at(day: date, when: time) -> datetime:
    return clock.at_local(day, when.hour, when.minute)


def _is_room(venue: str) -> bool:
    known = db.session.scalar(select(Room.id).where(Room.name == venue))
    return known is not None or _ROOM.search(venue) is not None


def _change(known: Lesson, lesson: NewLesson, before: Mapping[str, Any]) -> dict[str, Any]:
    """Give a lesson that is there what the sheet says of it; what it lost."""
    names = (
        "ends_at",
        "title",
        "kind",
        "half_day",
        "course_id",
        "method",
        "site_id",
        "room_id",
        "place",
        "teacher_text",
        "credit_hours",
    )
    lost = {name: plain(before[name]) for name in names if before[name] != getattr(lesson, name)}
    if lost:
        db.session.execute(update(Lesson).where(Lesson.id == known.id).values({n: getattr(lesson, n) for n in names}))
    assigned = select(TeachingAssignment.teacher_id).where(TeachingAssignment.lesson_id == known.id)
    held = set(db.session.scalars(assigned))
    for teacher_id in lesson.teacher_ids:
        if teacher_id not in held:
            db.session.add(TeachingAssignment(lesson_id=known.id, teacher_id=teacher_id))
            lost.setdefault("teacher_text", plain(before["teacher_text"]))
    return lost
