"""What becomes of a lesson's records when the lesson is moved or cancelled.

Cancelled: nobody is due at it, so every record becomes an exemption by correction; what it said before stays to be
read. Moved: marks of leave follow the leave that was granted (taken back, or noted anew); marks by hand stay; a
check-in that was opened but used by nobody begins anew at the new time. Lessons that people have checked in to are
not moved at all.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from training_app.attendance import rules
from training_app.attendance.events import RecordsFollowedLesson
from training_app.attendance.models import AttendanceCorrection, AttendanceRecord, CheckInWindow, LessonNote
from training_app.attendance.services.leave_marks import mark_leave, take_back_leave
from training_app.classes.events import LessonCancelled, LessonMoved
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.events import publish
from training_app.core.ports import ask


def leave_granted(lesson_id: int) -> dict[int, str]:
    """Who has been granted leave for a lesson: enrollment → kind (port ``attendance.leave``)."""
    return {person: kind for answer in ask("attendance.leave", lesson_id=lesson_id) for person, kind in answer.items()}


@command
def follow_cancelled(event: LessonCancelled) -> None:
    """Nobody is due at a lesson that was called off."""
    serialise(f"attendance.lesson:{event.lesson_id}")
    records = db.session.scalars(
        select(AttendanceRecord).where(
            AttendanceRecord.lesson_id == event.lesson_id, AttendanceRecord.status != "exempt"
        )
    ).all()
    now, actor = clock.now(), current_actor()
    for record in records:
        db.session.add(
            AttendanceCorrection(
                record_id=record.id,
                at=now,
                account_id=actor.account_id,
                old_status=record.status,
                new_status="exempt",
                reason="lesson_cancelled",
            )
        )
        record.status, record.recorded_at, record.reason = "exempt", now, "lesson_cancelled"
    window = db.session.get(CheckInWindow, event.lesson_id)
    if window is not None and window.state == "open":
        window.state, window.closed_at = "closed", now
    db.session.flush()
    if records or window is not None:
        _keep(event.lesson_id, event.class_id, "cancelled", taken_back=len(records))


@command
def follow_moved(event: LessonMoved) -> None:
    """Leave counts where the lesson is now."""
    lesson_id = event.lesson_id
    serialise(f"attendance.lesson:{lesson_id}")
    records = db.session.scalars(select(AttendanceRecord).where(AttendanceRecord.lesson_id == lesson_id)).all()
    granted = leave_granted(lesson_id)
    gone = [r for r in records if r.status in rules.LEAVE_STATUSES and r.method == "leave"]
    gone = [r for r in gone if r.enrollment_id not in granted]
    taken_back = sum(take_back_leave(r.enrollment_id, [lesson_id], reason="lesson_moved").taken_back for r in gone)
    there = {r.enrollment_id for r in records} - {r.enrollment_id for r in gone}
    added = sum(
        mark_leave(person, {lesson_id: kind}, reason="lesson_moved").noted
        for person, kind in granted.items()
        if person not in there
    )
    window = db.session.get(CheckInWindow, lesson_id)
    if window is not None and window.state == "open":
        db.session.execute(delete(CheckInWindow).where(CheckInWindow.lesson_id == lesson_id))
        db.session.expire_all()
    if records or added or window is not None:
        _keep(lesson_id, event.class_id, "moved", kept=len(there), taken_back=taken_back, added=added)


def _keep(lesson_id: int, class_id: int, what: str, *, kept: int = 0, taken_back: int = 0, added: int = 0) -> None:
    db.session.add(
        LessonNote(lesson_id=lesson_id, at=clock.now(), what=what, kept=kept, taken_back=taken_back, added=added)
    )
    db.session.flush()
    publish(
        RecordsFollowedLesson(
            lesson_id=lesson_id, class_id=class_id, what=what, kept=kept, taken_back=taken_back, added=added
        )
    )
