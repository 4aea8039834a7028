"""Granted leave in the records of lessons: marks instead of absences, also in lessons closed already; and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from training_app.attendance import rules
from training_app.attendance.events import AttendanceCorrected
from training_app.attendance.models import (
    AttendanceCorrection,
    AttendanceFlag,
    AttendanceRecord,
    CheckInWindow,
)
from training_app.attendance.services.records import locked_record
from training_app.classes.api import LessonInfo, get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.events import publish


@dataclass(frozen=True)
class LeaveMarks:
    """What granting or ending leave did to records: noted ahead, corrected in closed lessons, left as they were."""

    noted: int = 0
    corrected: int = 0
    kept: int = 0
    taken_back: int = 0


@command
def mark_leave(enrollment_id: int, statuses: Mapping[int, str], *, reason: str) -> LeaveMarks:
    """Note leave (lesson → kind of leave) for one person; who has come, or is exempt, stays so."""
    noted = corrected = kept = 0
    for lesson_id in sorted(statuses):
        serialise(f"attendance.lesson:{lesson_id}")
        lesson = get_lesson(lesson_id)
        record = locked_record(lesson_id, enrollment_id)
        closed = _is_closed(lesson_id)
        status = statuses[lesson_id]
        if record is None:
            _note(lesson_id, enrollment_id, status, reason=reason)
            noted += 1
            if closed:  # enrolled after the lesson was closed: the correction is what hours follow
                _say(lesson, enrollment_id, "absent", status, reason)
        elif record.status in rules.ATTENDED_STATUSES or record.status in ("exempt", status):
            kept += 1
        else:
            _change(lesson, record, status, reason=reason, closed=closed)
            corrected += 1
    return LeaveMarks(noted=noted, corrected=corrected, kept=kept)


@command
def take_back_leave(enrollment_id: int, lesson_ids: Collection[int], *, reason: str) -> LeaveMarks:
    """Take leave marks back: open lessons expect the person again, closed ones say absent, by correction."""
    corrected = taken_back = kept = 0
    for lesson_id in sorted(lesson_ids):
        serialise(f"attendance.lesson:{lesson_id}")
        record = locked_record(lesson_id, enrollment_id)
        if record is None or record.status not in rules.LEAVE_STATUSES:
            kept += record is not None
        elif _is_closed(lesson_id):
            _change(get_lesson(lesson_id), record, "absent", reason=reason, closed=True)
            corrected += 1
        elif _has_history(record.id):
            _change(get_lesson(lesson_id), record, "absent", reason=reason, closed=False)
            corrected += 1
        else:
            db.session.execute(delete(AttendanceRecord).where(AttendanceRecord.id == record.id))
            taken_back += 1
    return LeaveMarks(corrected=corrected, kept=kept, taken_back=taken_back)


def _is_closed(lesson_id: int) -> bool:
    state = db.session.scalar(select(CheckInWindow.state).where(CheckInWindow.lesson_id == lesson_id))
    return state == "closed"


def _has_history(record_id: int) -> bool:
    corrections = select(AttendanceCorrection.id).where(AttendanceCorrection.record_id == record_id).limit(1)
    flags = select(AttendanceFlag.id).where(AttendanceFlag.record_id == record_id).limit(1)
    return any(db.session.scalar(found) is not None for found in (corrections, flags))


def _note(lesson_id: int, enrollment_id: int, status: str, *, reason: str) -> None:
    db.session.add(
        AttendanceRecord(
            lesson_id=lesson_id,
            enrollment_id=enrollment_id,
            status=status,
            recorded_at=clock.now(),
            method="leave",
            operator_id=current_actor().account_id,
            reason=reason[:300],
        )
    )
    db.session.flush()


def _change(lesson: LessonInfo, record: AttendanceRecord, status: str, *, reason: str, closed: bool) -> None:
    old = record.status
    actor = current_actor()
    db.session.add(
        AttendanceCorrection(
            record_id=record.id,
            at=clock.now(),
            account_id=actor.account_id,
            old_status=old,
            new_status=status,
            reason=reason[:300],
        )
    )
    record.status = status
    record.method = "leave" if status in rules.LEAVE_STATUSES else "staff"
    record.operator_id, record.reason, record.recorded_at = actor.account_id, reason[:300], clock.now()
    db.session.flush()
    if closed:
        _say(lesson, record.enrollment_id, old, status, reason)


def _say(lesson: LessonInfo, enrollment_id: int, old: str, new: str, reason: str) -> None:
    publish(
        AttendanceCorrected(
            lesson_id=lesson.id,
            class_id=lesson.class_id,
            enrollment_id=enrollment_id,
            old_status=old,
            new_status=new,
            reason=reason,
        )
    )
