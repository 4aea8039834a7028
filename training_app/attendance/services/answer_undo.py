"""Taking an answer to a call back that staff noted for a person, while the lesson is not closed; the trace stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from training_app.attendance.call_rules import answer_undo_fault
from training_app.attendance.events import AnswerWithdrawn, FlagRaised
from training_app.attendance.models import (
    AnswerTakenBack,
    AttendanceFlag,
    AttendanceRecord,
    CheckInWindow,
    RollCall,
    RollCallAnswer,
)
from training_app.attendance.queries.calls import get_call
from training_app.attendance.services.calls import note_flag
from training_app.attendance.services.oneself import not_oneself
from training_app.attendance.services.records import locked_record
from training_app.classes.api import get_enrollment, get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise, table_of
from training_app.core.errors import Conflict
from training_app.core.events import publish
from training_app.core.text import N_

_flag = table_of(AttendanceFlag)
_FAULTS = {
    "closed": N_("The attendance of this lesson is closed. Correct the record instead."),
    "nothing": N_("Nothing is noted of this person in this call."),
    "not_by_hand": N_("This person scanned. What they did themselves is not taken back."),
}


@command
def take_answer_back(lesson_id: int, roll_call_id: int, enrollment_id: int) -> None:
    """Take back that staff answered a call for a person, or noted that they left: it is asked of them again.

    Of a call that is over the doubt comes back that the answer had settled, or that would have been noted without it.

    Raises:
        NotFound: no such call in this lesson.
        Conflict: the lesson is closed, nothing is noted, or the person scanned.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    call = get_call(lesson_id, roll_call_id).call
    not_oneself(get_enrollment(enrollment_id))
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    answer = db.session.scalar(
        select(RollCallAnswer)
        .where(RollCallAnswer.roll_call_id == roll_call_id, RollCallAnswer.enrollment_id == enrollment_id)
        .execution_options(populate_existing=True)
    )
    record = locked_record(lesson_id, enrollment_id)
    fault = answer_undo_fault(
        answered=answer is not None or (call.slot == "out" and record is not None and record.check_out_at is not None),
        by_staff=answer is not None and bool(answer.reason),  # a scan has none
        closed=window is None or window.state != "open",
    )
    if fault or answer is None or record is None:
        raise Conflict(_FAULTS[fault or "nothing"], code="closed" if fault == "closed" else "no_undo")
    marked_by, reason, noted_at = answer.operator_id, answer.reason, answer.recorded_at
    db.session.add(
        AnswerTakenBack(
            roll_call_id=roll_call_id,
            enrollment_id=enrollment_id,
            at=clock.now(),
            account_id=current_actor().account_id,
            answered_at=answer.answered_at,
            recorded_at=noted_at,
            operator_id=marked_by,
            reason=reason,
            nonce=answer.nonce,
        )
    )
    db.session.flush()  # kept first: only then the answer may go (trigger)
    db.session.execute(delete(RollCallAnswer).where(RollCallAnswer.id == answer.id))
    if call.slot == "out":
        record.check_out_at = None
        db.session.flush()
    else:
        _doubt_again(record, roll_call_id, noted_at)
    publish(
        AnswerWithdrawn(
            lesson_id=lesson_id,
            class_id=get_lesson(lesson_id).class_id,
            enrollment_id=enrollment_id,
            roll_call_id=roll_call_id,
            slot=call.slot,
            marked_by=marked_by,
            reason=reason,
        )
    )


def _doubt_again(record: AttendanceRecord, roll_call_id: int, noted_at: datetime) -> None:
    reopened = db.session.scalar(
        update(_flag)
        .where(_flag.c.record_id == record.id, _flag.c.code == "missed_call", _flag.c.settled_at == noted_at)
        .values(settled_at=None, settled_by_id=None, settlement="")
        .returning(_flag.c.id)
    )
    lesson_id, person = record.lesson_id, record.enrollment_id
    if reopened is not None:
        publish(FlagRaised(record_id=record.id, lesson_id=lesson_id, enrollment_id=person, code="missed_call"))
        return
    looked_at = db.session.scalar(select(RollCall.settled_at).where(RollCall.id == roll_call_id))
    if looked_at is not None and person in get_call(lesson_id, roll_call_id).missed:
        note_flag(record.id, lesson_id=lesson_id, enrollment_id=person, code="missed_call")


def was_taken_back(lesson_id: int, enrollment_id: int, nonce: str) -> bool:
    """Whether the answer that came by this very press was taken back since."""
    known = (
        select(AnswerTakenBack.id)
        .join(RollCall, RollCall.id == AnswerTakenBack.roll_call_id)
        .where(
            RollCall.lesson_id == lesson_id,
            AnswerTakenBack.enrollment_id == enrollment_id,
            AnswerTakenBack.nonce == nonce,
        )
    )
    return db.session.scalar(known.limit(1)) is not None
