"""Attendance that was kept elsewhere: stored as it is, lessons closed, hours posted through the usual event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from training_app.attendance import rules
from training_app.attendance.events import AttendanceImported, LessonClosed
from training_app.attendance.models import AttendanceCorrection, AttendanceRecord, CheckInWindow
from training_app.attendance.services.windows import new_window
from training_app.classes.api import LessonInfo, list_lessons, set_lesson_state
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_


@dataclass(frozen=True)
class Stored:
    """What an import of attendance did."""

    created: int
    updated: int
    unchanged: int
    lessons: int


@command
def store_imported(
    class_id: int, statuses: Mapping[tuple[int, int], str], *, reason: str = "import", close: bool = True
) -> Stored:
    """Store (lesson, enrollment) → status of one class; lessons that get records are closed with it.

    A record that says something else is corrected and the old status kept.

    Raises:
        InvalidInput: an unknown status, or a lesson of another class.

    """
    serialise(f"attendance.class:{class_id}")
    lessons = {each.id: each for each in list_lessons(class_id)}
    if any(status not in rules.STATUSES for status in statuses.values()) or any(
        lesson_id not in lessons for lesson_id, _person in statuses
    ):
        raise InvalidInput(N_("A status or a lesson is not of this class."))
    touched = sorted({lesson_id for lesson_id, _person in statuses})
    existing = {
        (each.lesson_id, each.enrollment_id): each
        for each in db.session.scalars(select(AttendanceRecord).where(AttendanceRecord.lesson_id.in_(touched)))
    }
    now = clock.now()
    new = [
        {
            "lesson_id": lesson_id,
            "enrollment_id": person,
            "status": status,
            "recorded_at": now,
            "method": "import",
            "operator_id": current_actor().account_id,
            "reason": reason,
        }
        for (lesson_id, person), status in statuses.items()
        if (lesson_id, person) not in existing
    ]
    if new:
        db.session.execute(insert(AttendanceRecord), new)
    updated = _update(statuses, existing, reason=reason)
    if close:
        for lesson_id in touched:
            _close(lessons[lesson_id])
    publish(AttendanceImported(class_id=class_id, lessons=len(touched), records=len(statuses)))
    if close:
        _say_closed(class_id, touched)
    return Stored(len(new), updated, len(statuses) - len(new) - updated, len(touched))


def _update(
    statuses: Mapping[tuple[int, int], str], existing: Mapping[tuple[int, int], AttendanceRecord], *, reason: str
) -> int:
    actor, now, updated = current_actor(), clock.now(), 0
    for key, record in existing.items():
        status = statuses.get(key, record.status)
        if status == record.status:
            continue
        db.session.add(
            AttendanceCorrection(
                record_id=record.id,
                at=now,
                account_id=actor.account_id,
                old_status=record.status,
                new_status=status,
                reason=reason,
            )
        )
        record.status, record.method, record.recorded_at, record.reason = status, "import", now, reason
        updated += 1
    db.session.flush()
    return updated


def _close(lesson: LessonInfo) -> None:
    window = db.session.get(CheckInWindow, lesson.id)
    now = clock.now()
    if window is None:
        db.session.add(new_window(lesson, state="closed", now=now))
    elif window.state != "closed":
        window.state, window.closed_at = "closed", now
    db.session.flush()
    if lesson.state == "planned":
        set_lesson_state(lesson.id, "held")


def _say_closed(class_id: int, lesson_ids: list[int]) -> None:
    counts: dict[int, Counter[str]] = {lesson_id: Counter() for lesson_id in lesson_ids}
    rows = db.session.execute(
        select(AttendanceRecord.lesson_id, AttendanceRecord.status).where(AttendanceRecord.lesson_id.in_(lesson_ids))
    )
    for lesson_id, status in rows:
        counts[lesson_id][status] += 1
    for lesson_id, by_status in counts.items():
        publish(
            LessonClosed(
                lesson_id=lesson_id,
                class_id=class_id,
                absent=by_status["absent"],
                present=sum(by_status[status] for status in rules.ATTENDED_STATUSES),
                on_leave=sum(by_status[status] for status in rules.LEAVE_STATUSES),
            )
        )
