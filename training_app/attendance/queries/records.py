"""Records and counts, for other features and for our own screens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from training_app.attendance import rules
from training_app.attendance.models import AttendanceRecord, CheckInWindow, LessonNote
from training_app.attendance.queries.lower import lessons
from training_app.attendance.queries.roster import expected_in
from training_app.core.db import db


@dataclass(frozen=True)
class RecordInfo:
    """One person at one lesson."""

    lesson_id: int
    enrollment_id: int
    status: str
    check_in_at: datetime | None
    method: str


@dataclass(frozen=True)
class Counts:
    """How the attendance of a lesson stands. ``state``: none (never opened), open, closed."""

    present: int = 0
    late: int = 0
    on_leave: int = 0
    absent: int = 0
    expected: int = 0
    state: str = "none"
    left_early: int = 0
    exempt: int = 0

    @property
    def attended(self) -> int:
        """Everybody who came, in time or not."""
        return self.present + self.late + self.left_early

    @property
    def missing(self) -> int:
        """Those expected of whom nothing is recorded yet."""
        return max(self.expected - self.attended - self.on_leave - self.absent, 0)


def records_of_class(class_id: int) -> list[RecordInfo]:
    """Every record of a class, by lesson and person."""
    return _records(AttendanceRecord.lesson_id.in_(select(lessons.c.id).where(lessons.c.class_id == class_id)))


def records_of_lesson(lesson_id: int) -> list[RecordInfo]:
    """Every record of one lesson."""
    return _records(AttendanceRecord.lesson_id == lesson_id)


def records_of_enrollment(enrollment_id: int) -> list[RecordInfo]:
    """Every record of one person in one class."""
    return _records(AttendanceRecord.enrollment_id == enrollment_id)


def _records(condition: ColumnElement[bool]) -> list[RecordInfo]:
    rows = db.session.execute(
        select(
            AttendanceRecord.lesson_id,
            AttendanceRecord.enrollment_id,
            AttendanceRecord.status,
            AttendanceRecord.check_in_at,
            AttendanceRecord.method,
        )
        .where(condition)
        .order_by(AttendanceRecord.lesson_id, AttendanceRecord.enrollment_id)
    )
    return [RecordInfo(*row) for row in rows]


def lesson_counts(lesson_ids: Collection[int]) -> dict[int, Counts]:
    """How the attendance of each lesson stands.

    Expected are those of the lesson (roster_rules), without exemptions; of a closed lesson, those who were recorded.
    """
    ids = tuple(lesson_ids)
    if not ids:
        return {}
    found: dict[int, dict[str, int]] = {lesson_id: {} for lesson_id in ids}
    by_status = (
        select(AttendanceRecord.lesson_id, AttendanceRecord.status, func.count())
        .where(AttendanceRecord.lesson_id.in_(ids))
        .group_by(AttendanceRecord.lesson_id, AttendanceRecord.status)
    )
    for lesson_id, status, count in db.session.execute(by_status):
        found[lesson_id][status] = count
    window_states = select(CheckInWindow.lesson_id, CheckInWindow.state).where(CheckInWindow.lesson_id.in_(ids))
    states = {row.lesson_id: row.state for row in db.session.execute(window_states)}
    left_open = [i for i in ids if states.get(i) != "closed"]
    people = expected_in(left_open) if left_open else {}
    return {i: _counts(found[i], states.get(i, "none"), people.get(i, 0)) for i in ids}


def _counts(by_status: dict[str, int], state: str, people: int) -> Counts:
    exempt = by_status.get("exempt", 0)
    recorded = sum(by_status.values()) - exempt
    return Counts(
        present=by_status.get("present", 0),
        late=by_status.get("late", 0),
        on_leave=sum(by_status.get(status, 0) for status in rules.LEAVE_STATUSES),
        absent=by_status.get("absent", 0),
        expected=recorded if state == "closed" else people - exempt,
        state=state,
        left_early=by_status.get("left_early", 0),
        exempt=exempt,
    )


@dataclass(frozen=True)
class LessonNoteInfo:
    """What became of a lesson's records when it was moved or cancelled."""

    at: datetime
    what: str
    kept: int
    taken_back: int
    added: int


def lesson_notes_of(lesson_id: int) -> list[LessonNoteInfo]:
    """Every such note of a lesson, the latest first."""
    rows = db.session.execute(
        select(LessonNote.at, LessonNote.what, LessonNote.kept, LessonNote.taken_back, LessonNote.added)
        .where(LessonNote.lesson_id == lesson_id)
        .order_by(LessonNote.id.desc())
    )
    return [LessonNoteInfo(*row) for row in rows]
