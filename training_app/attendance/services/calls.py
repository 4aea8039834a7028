"""Calls within a lesson: starting and ending them, answers by scan and by staff, doubts about who did not answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Insert, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from training_app.attendance import rules
from training_app.attendance.call_rules import Call
from training_app.attendance.events import (
    AnsweredByStaff,
    FlagRaised,
    FlagSettled,
    RollCallAnswered,
    RollCallEnded,
    RollCallStarted,
)
from training_app.attendance.models import (
    AttendanceFlag,
    AttendanceRecord,
    CheckInWindow,
    RollCall,
    RollCallAnswer,
)
from training_app.attendance.queries.calls import find_call, get_call, unsettled_calls
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.services.oneself import not_oneself
from training_app.attendance.services.records import locked_record
from training_app.classes.api import get_enrollment, get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, execute, serialise, table_of
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_

_record, _flag, _answer = (table_of(model) for model in (AttendanceRecord, AttendanceFlag, RollCallAnswer))
_INSERTS: dict[str, Insert] = {
    name: dialect.insert(_answer)
    .on_conflict_do_nothing(index_elements=["roll_call_id", "enrollment_id"])
    .returning(_answer.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@command
def start_call(lesson_id: int, slot: str) -> Call:
    """Let the code of a lesson ask for a sign of life (mid) or for leaving (out); running already: the same call.

    A call in mid-lesson ends by itself after the minutes the class has laid down; the other runs until the lesson is
    closed. Another call that runs ends now.

    Raises:
        InvalidInput: no such kind of call.
        Conflict: check-in was never opened, or is closed.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    if slot not in ("mid", "out"):
        raise InvalidInput(fields={"slot": N_("Please choose which call it is to be.")})
    lesson = get_lesson(lesson_id)
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    if window is None or window.state != "open":
        raise Conflict(N_("Check-in of this lesson is not open."), code="not_open" if window is None else "closed")
    now = clock.now()
    running = find_call(lesson_id, now)
    if running is not None and running.slot == slot:
        return running
    end_calls(lesson_id)
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    until = now + timedelta(minutes=laid_down.surprise_minutes) if slot == "mid" else None
    row = RollCall(lesson_id=lesson_id, slot=slot, started_at=now, until=until, account_id=current_actor().account_id)
    db.session.add(row)
    db.session.flush()
    publish(RollCallStarted(lesson_id=lesson_id, class_id=lesson.class_id, roll_call_id=row.id, slot=slot))
    return Call(row.id, slot, now, until)


@command
def end_calls(lesson_id: int) -> int:
    """End the call that runs, if one does, and note a doubt about everybody who missed one; how many doubts."""
    serialise(f"attendance.lesson:{lesson_id}")
    now = clock.now()
    running = find_call(lesson_id, now)
    if running is not None:
        row = db.session.get_one(RollCall, running.id)
        row.until = now
        db.session.flush()
        if running.slot == "out":
            _say_ended(lesson_id, running.id, missed=len(get_call(lesson_id, running.id).missed))
    return sum(_note_missed(lesson_id, call_id) for _lesson, call_id in unsettled_calls(now, lesson_id))


@command
def settle_lapsed() -> int:
    """Note the doubts of calls that ended by themselves; how many calls."""
    lapsed = unsettled_calls(clock.now())
    for lesson_id, _call_id in lapsed:
        end_calls(lesson_id)
    return len(lapsed)


def _note_missed(lesson_id: int, call_id: int) -> int:
    row = db.session.get_one(RollCall, call_id)
    row.settled_at = clock.now()
    missed = get_call(lesson_id, call_id).missed
    records = {
        each.enrollment_id: each.id
        for each in db.session.execute(
            select(_record.c.id, _record.c.enrollment_id).where(
                _record.c.lesson_id == lesson_id, _record.c.enrollment_id.in_(missed)
            )
        )
    }
    for enrollment_id, record_id in records.items():
        note_flag(record_id, lesson_id=lesson_id, enrollment_id=enrollment_id, code="missed_call")
    db.session.flush()
    _say_ended(lesson_id, call_id, missed=len(records))
    return len(records)


def _say_ended(lesson_id: int, call_id: int, *, missed: int) -> None:
    info = get_call(lesson_id, call_id)
    publish(
        RollCallEnded(
            lesson_id=lesson_id,
            class_id=get_lesson(lesson_id).class_id,
            roll_call_id=call_id,
            slot=info.call.slot,
            answered=len(info.answers),
            missed=missed,
        )
    )


def note_flag(record_id: int, *, lesson_id: int, enrollment_id: int, code: str) -> bool:
    """Note a doubt beside a record, unless the same one is there already, settled or not."""
    known = db.session.scalar(select(_flag.c.id).where(_flag.c.record_id == record_id, _flag.c.code == code).limit(1))
    if known is not None:
        return False
    db.session.execute(
        insert(_flag).values(
            record_id=record_id, code=code, rule_version=rules.FLAG_VERSION, raised_at=clock.now(), settlement=""
        )
    )
    if code in rules.REVIEWED_FLAGS:
        publish(FlagRaised(record_id=record_id, lesson_id=lesson_id, enrollment_id=enrollment_id, code=code))
    return True


@command
def store_answer(
    call: Call,
    *,
    lesson_id: int,
    enrollment_id: int,
    record_id: int,
    scanned_at: datetime,
    nonce: str,
    step_lag: int,
    device: str,
    flags: tuple[str, ...],
) -> bool:
    """Keep one person's answer by a scan; False when there is one already. Doubts stand by the record."""
    if not _insert(
        call.id,
        enrollment_id,
        answered_at=scanned_at,
        nonce=nonce,
        step_lag=step_lag,
        device_hash=device,
        reason="",
        operator_id=None,
    ):
        return False
    for code in flags:
        note_flag(record_id, lesson_id=lesson_id, enrollment_id=enrollment_id, code=code)
    publish(
        RollCallAnswered(
            lesson_id=lesson_id, enrollment_id=enrollment_id, roll_call_id=call.id, step_lag=step_lag, flags=flags
        )
    )
    _settle_missed(record_id, lesson_id, enrollment_id, settlement="answered_in_time")
    return True


@command
def note_answer(lesson_id: int, roll_call_id: int, enrollment_id: int, *, reason: str) -> bool:
    """Answer a call for a person whom staff see in the room, or note that they leave; False: noted already.

    A doubt about not having answered is settled by it.

    Raises:
        NotFound: no such call in this lesson.
        InvalidInput: no reason.
        Conflict: the person has not come, or the lesson is closed.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    info = get_call(lesson_id, roll_call_id)
    lesson = get_lesson(lesson_id)
    reason = reason.strip()[:200]
    if not rules.reason_is_enough(reason):
        raise InvalidInput(fields={"reason": N_("Please give the reason in at least four characters.")})
    record = locked_record(lesson_id, enrollment_id)
    not_oneself(get_enrollment(enrollment_id))
    if record is None or record.status not in rules.ATTENDED_STATUSES:
        raise Conflict(N_("This person has not checked in to the lesson."), code="not_checked_in")
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    if window is None or window.state != "open":
        raise Conflict(N_("The attendance of this lesson is closed. Correct the record instead."), code="closed")
    return store_seen(
        info.call, record, class_id=lesson.class_id, at=clock.now(), reason=reason, settlement="seen_in_room"
    )


def store_seen(
    call: Call,
    record: AttendanceRecord,
    *,
    class_id: int,
    at: datetime,
    reason: str,
    settlement: str,
    nonce: str = "",
) -> bool:
    """Keep that staff saw a person: an answer to a call, or the leaving; False: noted already. For services only."""
    if call.slot == "out":
        if record.check_out_at is not None:
            return False
        record.check_out_at = at
        db.session.flush()
    now = clock.now()
    if not _insert(
        call.id,
        record.enrollment_id,
        recorded_at=now,
        answered_at=at,
        nonce=nonce,
        step_lag=None,
        device_hash="",
        reason=reason,
        operator_id=current_actor().account_id,
    ):
        return False
    publish(
        AnsweredByStaff(
            lesson_id=record.lesson_id,
            class_id=class_id,
            enrollment_id=record.enrollment_id,
            roll_call_id=call.id,
            slot=call.slot,
            reason=reason,
        )
    )
    if call.slot == "mid":
        # At the very moment of the answer: by it the doubt is found again, should the answer be taken back.
        _settle_missed(record.id, record.lesson_id, record.enrollment_id, settlement=settlement, at=now)
    return True


def _insert(roll_call_id: int, enrollment_id: int, **values: object) -> bool:
    statement = _INSERTS[db.session.get_bind().dialect.name]
    values = {"recorded_at": clock.now(), **values, "roll_call_id": roll_call_id, "enrollment_id": enrollment_id}
    return execute(statement, values).scalar() is not None


def _settle_missed(
    record_id: int, lesson_id: int, enrollment_id: int, *, settlement: str, at: datetime | None = None
) -> None:
    settled = db.session.scalar(
        update(_flag)
        .where(_flag.c.record_id == record_id, _flag.c.code == "missed_call", _flag.c.settled_at.is_(None))
        .values(settled_at=at or clock.now(), settled_by_id=current_actor().account_id, settlement=settlement)
        .returning(_flag.c.id)
    )
    if settled is not None:
        publish(
            FlagSettled(
                record_id=record_id,
                lesson_id=lesson_id,
                enrollment_id=enrollment_id,
                code="missed_call",
                settlement=settlement,
            )
        )
