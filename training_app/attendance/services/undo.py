"""Taking a mark by staff back while the lesson is not closed; the trace stays."""

from __future__ import annotations

from sqlalchemy import delete, select

from training_app.attendance import evidence_rules
from training_app.attendance.events import AttendanceCorrected, MarkWithdrawn
from training_app.attendance.models import (
    AttendanceCorrection,
    AttendanceRecord,
    CheckInWindow,
    MarkBefore,
    MarkTakenBack,
)
from training_app.attendance.queries.undo import hand_mark
from training_app.attendance.services.oneself import not_oneself
from training_app.attendance.services.records import locked_record
from training_app.classes.api import get_enrollment, get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, NotFound
from training_app.core.events import publish
from training_app.core.text import N_

_FAULTS = {
    "closed": N_("The attendance of this lesson is closed. Correct the record instead."),
    "nothing": N_("Nothing is recorded of this person."),
    "not_by_hand": N_("The last entry is no mark by hand. It can be corrected, not taken back."),
    "followed": N_("A doubt or a later scan hangs on this record already. Record what is right instead."),
}


@command
def take_back(lesson_id: int, enrollment_id: int) -> str:
    """Take staff's last mark of a person back: the record says again what it said before ('' : there is none any more).

    A record that only this mark had made is deleted: nobody was seen, so nothing is to be counted, listed or closed
    over. What was marked, by whom, when and why is kept in ``attendance_mark_taken_back`` and in the audit trail. A
    record that said something before is corrected to it, and both changes stay to be read.

    Raises:
        NotFound: the person is not of this lesson's class.
        Conflict: the lesson is closed, nothing is recorded, or the last entry is no mark by hand.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    person = get_enrollment(enrollment_id)
    if person.class_id != lesson.class_id:
        raise NotFound
    not_oneself(person)
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    record = locked_record(lesson_id, enrollment_id)
    closed = window is not None and window.state == "closed"
    mark = None if record is None else hand_mark(record.id, lesson_id, enrollment_id)
    fault = evidence_rules.undo_fault(mark, closed=closed)
    if fault or record is None:
        raise Conflict(_FAULTS[fault or "nothing"], code="closed" if fault == "closed" else "no_undo")
    status, reason, marked_by = record.status, record.reason, record.operator_id
    trace = MarkTakenBack(
        lesson_id=lesson_id,
        enrollment_id=enrollment_id,
        at=clock.now(),
        account_id=current_actor().account_id,
        status=status,
        restored="",
        marked_at=record.recorded_at,
        operator_id=marked_by,
        reason=reason,
        nonce=record.nonce,
    )
    if mark is not None and mark.changed:
        trace.restored = _restore(record)
        if window is not None and window.closed_at is not None:  # reopened: what changes is a correction
            publish(
                AttendanceCorrected(
                    lesson_id=lesson_id,
                    class_id=lesson.class_id,
                    enrollment_id=enrollment_id,
                    old_status=status,
                    new_status=record.status,
                    reason="taken_back",
                )
            )
    else:
        db.session.execute(delete(AttendanceRecord).where(AttendanceRecord.id == record.id))
    db.session.add(trace)
    db.session.flush()
    publish(
        MarkWithdrawn(
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            enrollment_id=enrollment_id,
            status=status,
            restored=trace.restored,
            marked_by=marked_by,
            reason=reason,
        )
    )
    return trace.restored


def _restore(record: AttendanceRecord) -> str:
    change, before = db.session.execute(
        select(AttendanceCorrection, MarkBefore)
        .join(MarkBefore, MarkBefore.correction_id == AttendanceCorrection.id)
        .where(AttendanceCorrection.record_id == record.id)
        .order_by(AttendanceCorrection.id.desc())
        .limit(1)
    ).one()
    db.session.add(
        AttendanceCorrection(
            record_id=record.id,
            at=clock.now(),
            account_id=current_actor().account_id,
            old_status=record.status,
            new_status=change.old_status,
            reason="taken_back",
        )
    )
    record.status, record.method, record.reason = change.old_status, before.method, before.reason
    record.operator_id, record.check_in_at, record.nonce = before.operator_id, before.check_in_at, ""
    record.recorded_at = clock.now()
    db.session.flush()
    return record.status
