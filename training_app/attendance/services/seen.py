"""Staff see a person while a call runs, or see them leave: by the badge or by the name, noted perhaps hours ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from training_app.attendance import rules
from training_app.attendance.call_rules import call_seen
from training_app.attendance.models import CheckInWindow
from training_app.attendance.queries.calls import calls_of, find_answer, find_answer_by_nonce
from training_app.attendance.services.answer_undo import was_taken_back
from training_app.attendance.services.calls import store_seen
from training_app.attendance.services.records import locked_record
from training_app.classes.api import LessonInfo
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, Refused
from training_app.core.text import N_

_FAULTS = {
    ("mid", "no_call"): N_("No call in mid-lesson had begun at that moment."),
    ("mid", "call_over"): N_("The call in mid-lesson was over at that moment."),
    ("out", "no_call"): N_("Check-out had not been asked for at that moment."),
    ("out", "call_over"): N_("Check-out was over at that moment."),
}


@dataclass(frozen=True)
class Seen:
    """What became of it: accepted, or repeated with the time of the first answer."""

    outcome: str
    status: str
    at: datetime | None


@command
def note_seen(
    lesson: LessonInfo, enrollment_id: int, *, slot: str, at: datetime, reason: str, nonce: str
) -> Seen | None:
    """Answer the call that ran ``at`` that moment (mid), or note the leaving (out), for a person staff have seen.

    It may have ended since: what was seen in time counts, and settles the doubt about not having answered. None for a
    person who is seen during a call and had not come yet: this is their arrival, which is for the caller to record.

    Raises:
        Conflict: no such call ran at that moment, the person has not come, or the lesson is closed.
        Refused: this very answer was taken back.

    """
    lesson_id = lesson.id
    serialise(f"attendance.lesson:{lesson_id}")
    record = locked_record(lesson_id, enrollment_id)
    status = record.status if record is not None else ""
    if nonce and record is not None and record.nonce == nonce:
        return None  # sent again: it was the arrival the first time, too
    known = find_answer_by_nonce(lesson_id, enrollment_id, slot, nonce) if nonce else None
    if known is not None:
        return Seen("accepted", status, known)
    if nonce and was_taken_back(lesson_id, enrollment_id, nonce):
        raise Refused(N_("This mark was taken back in the meantime."), code="taken_back")
    call = call_seen(calls_of(lesson_id), slot, at)
    if isinstance(call, str):
        raise Conflict(_FAULTS[slot, call], code=call)
    if record is None or status not in rules.ATTENDED_STATUSES:
        if slot == "mid" and status != "exempt":
            return None
        raise Conflict(N_("This person has not checked in to the lesson."), code="not_checked_in")
    given = find_answer(call.id, enrollment_id)
    first = given.answered_at if given is not None else record.check_out_at if slot == "out" else None
    if first is not None:
        return Seen("repeated", status, first)
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    if window is None or window.state != "open":
        raise Conflict(N_("The attendance of this lesson is closed. Correct the record instead."), code="closed")
    stored = store_seen(
        call, record, class_id=lesson.class_id, at=at, reason=reason, nonce=nonce, settlement="answered_in_time"
    )
    return Seen("accepted" if stored else "repeated", status, at)
