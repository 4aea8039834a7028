"""Opening, closing and reopening the check-in of a lesson."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Insert, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from training_app.attendance import rules
from training_app.attendance.events import CheckInOpened, CheckInReopened, HeadCounted, LessonClosed
from training_app.attendance.lesson_times import last_day_of
from training_app.attendance.models import (
    AttendanceCorrection,
    AttendanceFlag,
    AttendanceRecord,
    CheckInWindow,
    HeadCount,
)
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.queries.leaving import to_be_judged
from training_app.attendance.queries.records import Counts, lesson_counts
from training_app.attendance.queries.roster import members_of
from training_app.attendance.queries.windows import WindowInfo, find_window
from training_app.attendance.services.calls import end_calls
from training_app.attendance.services.following import leave_granted
from training_app.attendance.services.oddities import note_oddities
from training_app.classes.api import LessonInfo, get_class, get_lesson, list_enrollments, set_lesson_state
from training_app.core import clock, crypto
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise, table_of
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

MOST_HEADS = 5000
_ABOUT_LEAVING = ("left_before_end", "no_check_out")


@dataclass(frozen=True)
class Closing:
    """What closing a lesson did: how the lesson stands now, and how many were marked absent by it."""

    counts: Counts
    marked_absent: int


@command
def open_check_in(lesson_id: int) -> WindowInfo:
    """Let the code of a lesson be shown. Open already: nothing changes, but a lapsed one runs on.

    Raises:
        Refused: the lesson was cancelled, or is not today.
        Conflict: it was closed; reopening is another act, with a reason.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    _check_day(lesson)
    window = db.session.get(CheckInWindow, lesson_id)
    now = clock.now()
    if window is None:
        laid_down = rules_for(lesson.class_id, lesson.starts_at)
        window = new_window(lesson, state="open", now=now, late_after_minutes=laid_down.late_after_minutes)
        window.step_seconds = get_class(lesson.class_id).step_seconds
        window.closes_after_minutes = laid_down.closes_after_minutes
        db.session.add(window)
        db.session.flush()
        publish(CheckInOpened(lesson_id=lesson_id, class_id=lesson.class_id, step_seconds=window.step_seconds))
    elif window.state == "closed":
        raise Conflict(N_("The attendance of this lesson is closed. It can be reopened with a reason."), code="closed")
    elif not _info(lesson_id).live:
        window.opened_at = now
        db.session.flush()
        publish(CheckInOpened(lesson_id=lesson_id, class_id=lesson.class_id, step_seconds=window.step_seconds))
    return _info(lesson_id)


def new_window(lesson: LessonInfo, *, state: str, now: datetime, late_after_minutes: int = 10) -> CheckInWindow:
    """The row of a check-in, with a key of its own; not yet stored."""
    late_from, _closes_at = rules.window_times(
        starts_at=lesson.starts_at,
        opened_at=now if state == "open" else lesson.starts_at,
        late_after_minutes=late_after_minutes,
        closes_after_minutes=0,
    )
    return CheckInWindow(
        lesson_id=lesson.id,
        class_id=lesson.class_id,
        key_encrypted=crypto.encrypt(secrets.token_hex(32), "checkin"),
        state=state,
        step_seconds=5,
        late_from=late_from,
        opened_at=now,
        closed_at=now if state == "closed" else None,
    )


@command
def close_check_in(lesson_id: int) -> Closing:
    """Complete a lesson's attendance: whoever has no record is absent; leave stays leave.

    A lesson whose check-in was never opened can be closed too, after its people were recorded by hand.

    Raises:
        Refused: the lesson was cancelled, or has not come yet.
        Conflict: closed already.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    _check_not_ahead(lesson)
    window = db.session.get(CheckInWindow, lesson_id)
    now = clock.now()
    if window is None:
        window = new_window(lesson, state="closed", now=now)
        db.session.add(window)
    elif window.state == "closed":
        raise Conflict(N_("The attendance of this lesson is closed."), code="closed")
    window.state = "closed"
    window.closed_at = now
    db.session.flush()
    end_calls(lesson_id)
    note_oddities(lesson)
    _judge_leaving(lesson, now=now)
    marked = _mark_missing_absent(lesson, now=now)
    if lesson.state == "planned":
        set_lesson_state(lesson_id, "held")
    counts = lesson_counts([lesson_id])[lesson_id]
    publish(
        LessonClosed(
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            present=counts.attended,
            absent=counts.absent,
            on_leave=counts.on_leave,
        )
    )
    return Closing(counts, marked)


def _mark_missing_absent(lesson: LessonInfo, *, now: datetime) -> int:
    recorded = set(
        db.session.scalars(select(AttendanceRecord.enrollment_id).where(AttendanceRecord.lesson_id == lesson.id))
    )
    everybody = list_enrollments(lesson.class_id, statuses=None)
    missing = [
        m.person.id for m in members_of(lesson, everybody, recorded, closed=False) if m.person.id not in recorded
    ]
    if not missing:
        return 0
    granted = leave_granted(lesson.id)
    away = {each: granted[each] for each in missing if each in granted}
    # A scan may commit between the look above and this insert: the constraint then keeps the scan's record.
    marked = 0
    for people, method in (
        (away, "leave"),
        (dict.fromkeys((m for m in missing if m not in away), "absent"), "closing"),
    ):
        if people:
            rows = [
                {"lesson_id": lesson.id, "enrollment_id": i, "status": s, "recorded_at": now, "method": method}
                for i, s in people.items()
            ]
            stored = len(db.session.execute(insert_record(), rows).all())
            marked += stored if method == "closing" else 0
    return marked


def _judge_leaving(lesson: LessonInfo, *, now: datetime) -> None:
    """Apply the class's rules about leaving to those who scanned; what the record said before is kept."""
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    scanned = db.session.scalars(to_be_judged(lesson.id, laid_down).execution_options(populate_existing=True)).all()
    for record in scanned:
        status = rules.judge_leaving(
            status=record.status,
            scanned=True,
            check_out_at=record.check_out_at,
            ends_at=lesson.ends_at,
            laid_down=laid_down,
        )
        if status != record.status:
            why = _ABOUT_LEAVING[record.check_out_at is None]
            db.session.add(
                AttendanceCorrection(
                    record_id=record.id,
                    at=now,
                    account_id=current_actor().account_id,
                    old_status=record.status,
                    new_status=status,
                    reason=why,
                )
            )
            record.status, record.reason, record.recorded_at = status, why, now
    db.session.flush()


def _unjudge_leaving(lesson_id: int) -> None:
    """Take back what closing made of those who had not checked out: they still can, and closing judges anew."""
    change = table_of(AttendanceCorrection)
    any_change = change.alias()
    latest = (
        select(func.max(any_change.c.id))
        .where(any_change.c.record_id == AttendanceRecord.id)
        .correlate(AttendanceRecord)
        .scalar_subquery()
    )
    judged = db.session.execute(
        select(AttendanceRecord, change.c.old_status)
        .join(change, change.c.id == latest)
        .where(
            AttendanceRecord.lesson_id == lesson_id,
            AttendanceRecord.method == "scan",
            AttendanceRecord.status == "left_early",
            change.c.reason.in_(_ABOUT_LEAVING),
        )
        .execution_options(populate_existing=True)
    ).all()
    now, account_id = clock.now(), current_actor().account_id
    for record, before in judged:
        db.session.add(
            AttendanceCorrection(
                record_id=record.id,
                at=now,
                account_id=account_id,
                old_status=record.status,
                new_status=before,
                reason="reopened",
            )
        )
        record.status, record.reason, record.recorded_at = before, "", now
    db.session.flush()


def insert_record() -> Insert:
    """Give the insert that leaves an existing record of the same person and lesson as it is, and tells the new id."""
    return _INSERTS[db.session.get_bind().dialect.name]


_table = table_of(AttendanceRecord)
_INSERTS: dict[str, Insert] = {
    name: dialect.insert(_table)
    .on_conflict_do_nothing(index_elements=["lesson_id", "enrollment_id"])
    .returning(_table.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@command
def reopen_check_in(lesson_id: int, *, reason: str) -> WindowInfo:
    """Take a closing back; the absences it had written go, what people or staff recorded stays.

    Raises:
        Conflict: not closed.
        InvalidInput: no reason.
        Refused: the lesson is of another day; single records are corrected instead.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    reason = reason.strip()
    if not rules.reason_is_enough(reason):
        raise InvalidInput(fields={"reason": N_("Please give the reason in at least four characters.")})
    lesson = get_lesson(lesson_id)
    _check_day(lesson)
    window = db.session.get(CheckInWindow, lesson_id)
    if window is None or window.state != "closed":
        raise Conflict(N_("The attendance of this lesson is not closed."), code="not_closed")
    by_closing = select(AttendanceRecord.id).where(
        AttendanceRecord.lesson_id == lesson_id,
        AttendanceRecord.method == "closing",
        AttendanceRecord.id.not_in(select(AttendanceCorrection.record_id)),
        AttendanceRecord.id.not_in(select(AttendanceFlag.record_id)),
    )
    withdrawn = db.session.execute(delete(AttendanceRecord).where(AttendanceRecord.id.in_(by_closing)))
    _unjudge_leaving(lesson_id)
    window.state = "open"  # closed_at stays: what changes from here on is a correction
    window.opened_at = clock.now()
    db.session.flush()
    publish(
        CheckInReopened(
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            reason=reason,
            absences_withdrawn=int(withdrawn.rowcount),  # type: ignore[attr-defined]
        )
    )
    return _info(lesson_id)


@command
def count_heads(lesson_id: int, seen: int) -> Counts:
    """Keep the number of people staff see in the room, to be compared with the records.

    Raises:
        NotFound: check-in was never opened.
        InvalidInput: not a number of people.

    """
    window = db.session.get(CheckInWindow, lesson_id)
    if window is None:
        raise NotFound
    if not 0 <= seen <= MOST_HEADS:
        raise InvalidInput(fields={"seen": N_("Please enter the number of people in the room.")})
    window.head_count = seen
    db.session.flush()
    counts = lesson_counts([lesson_id])[lesson_id]
    db.session.add(
        HeadCount(
            lesson_id=lesson_id,
            at=clock.now(),
            account_id=current_actor().account_id,
            seen=seen,
            recorded=counts.attended,
        )
    )
    db.session.flush()
    publish(HeadCounted(lesson_id=lesson_id, seen=seen, recorded=counts.attended))
    return counts


def _info(lesson_id: int) -> WindowInfo:
    window = find_window(lesson_id)
    if window is None:
        raise NotFound
    return window


def _check_day(lesson: LessonInfo) -> None:
    _check_not_ahead(lesson)
    if last_day_of(lesson) < clock.today():
        raise Refused(
            N_("This lesson was on another day. Record people by hand, or correct single records."), code="lesson_over"
        )


def _check_not_ahead(lesson: LessonInfo) -> None:
    if lesson.state == "cancelled":
        raise Refused(N_("This lesson was cancelled."), code="lesson_cancelled")
    if lesson.day > clock.today():
        raise Refused(N_("This lesson has not come yet."), code="too_early")
