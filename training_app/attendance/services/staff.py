"""What staff record by hand: presence of people without a phone, leave, corrections, settled doubts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from training_app.attendance import evidence_rules, rules
from training_app.attendance.events import AttendanceCorrected, FlagSettled, MarkedByStaff
from training_app.attendance.lesson_times import is_on
from training_app.attendance.models import (
    AttendanceCorrection,
    AttendanceFlag,
    AttendanceRecord,
    CheckInWindow,
    MarkBefore,
    MarkTakenBack,
)
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.queries.roster import member_of
from training_app.attendance.roster_rules import may_be_marked
from training_app.attendance.services.oneself import not_oneself
from training_app.attendance.services.records import locked_record
from training_app.classes.api import ACTIVE, EnrollmentInfo, LessonInfo, get_enrollment, get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

_CLOCKS_DIFFER = timedelta(minutes=2)
LONGEST_REASON = 300
_DAY_AFTER = N_(
    "A day after the lesson nobody marks alone. Key in a signed list, or close it and ask for a correction."
)


@dataclass(frozen=True)
class Marked:
    """What a mark by staff came to; ``was``: what the record said before, when it was another mark."""

    outcome: str
    status: str
    at: datetime | None
    was: str = ""


@command
def mark(
    lesson_id: int,
    enrollment_id: int,
    *,
    status: str,
    reason: str,
    at: datetime | None = None,
    nonce: str = "",
    timed: bool = True,
    over_late: bool = False,
    only_seen: bool = False,
) -> Marked:
    """Record a person's presence, leave or absence by hand, before the lesson is closed.

    Without ``at`` the person is seen now; not ``timed``: nobody noted when, as on a paper list without times.

    Somebody already recorded as having come keeps the first record when ticked again, unless ``over_late`` says that
    the person was in time after all. ``only_seen``: this says no more than that somebody was seen, as a badge scanned
    does; whoever came already keeps what is recorded, also when they are seen again later or left early since.

    Raises:
        NotFound: the person is not of this lesson's class.
        InvalidInput: unknown status, no reason, or a time that cannot be.
        Refused: no longer enrolled, presence in a lesson that has not come, or a mark sent again that was taken back.
        Conflict: the lesson is closed, or over for a day without a time on paper: correct the record instead.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    seen = status in rules.ATTENDED_STATUSES
    person = person_in(lesson, enrollment_id, seen=(at or clock.now()) if seen and (timed or at) else None)
    reason = _check(status, reason)
    if seen and lesson.day > clock.today():
        raise Refused(N_("This lesson has not come yet."), code="too_early")
    record = locked_record(lesson_id, enrollment_id)
    if record is not None and nonce and record.nonce == nonce:
        return Marked("accepted", record.status, record.check_in_at)
    if record is not None and record.status in _kept_by(status, over_late=over_late, only_seen=only_seen):
        return Marked("repeated", record.status, record.check_in_at)
    if nonce and _was_taken_back(lesson_id, enrollment_id, nonce):
        raise Refused(N_("This mark was taken back in the meantime."), code="taken_back")
    window = db.session.get(CheckInWindow, lesson_id)
    if window is not None and window.state == "closed":
        raise Conflict(N_("The attendance of this lesson is closed. Correct the record instead."), code="closed")
    if timed and at is None and not evidence_rules.corrects_alone(ends_at=lesson.ends_at, now=clock.now()):
        raise Conflict(_DAY_AFTER, code="second_person")
    when, was = seen_at(lesson, at) if seen and (timed or at) else None, record.status if record is not None else ""
    if record is None:
        record = _new(lesson_id, enrollment_id, status=status, reason=reason, at=when, nonce=nonce)
    else:
        old = _change(record, status=status, reason=reason, at=when, nonce=nonce, as_mark=True)
        if window is not None and window.closed_at is not None:
            _say_corrected(lesson, person, old=old, record=record)
    publish(
        MarkedByStaff(
            lesson_id=lesson_id, class_id=lesson.class_id, enrollment_id=enrollment_id, status=status, reason=reason
        )
    )
    return Marked("accepted", status, record.check_in_at, was)


def _kept_by(status: str, *, over_late: bool, only_seen: bool) -> Collection[str]:
    if only_seen:
        return rules.ATTENDED_STATUSES
    return (status,) if over_late or status != "present" else rules.PRESENT_STATUSES


@command
def correct(lesson_id: int, enrollment_id: int, *, status: str, reason: str) -> None:
    """Change what a closed lesson says of a person, with a reason; what it said before is kept.

    Raises:
        NotFound: the person is not of this lesson's class.
        InvalidInput: unknown status or no reason.
        Conflict: the lesson is not closed yet, says so already, or it takes a second person by now (corrections.py).

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson, _old = look_at(lesson_id, enrollment_id, status=status, reason=reason)
    if not evidence_rules.corrects_alone(ends_at=lesson.ends_at, now=clock.now()):
        raise Conflict(
            N_("A day after the lesson a correction takes a second person. Ask for it instead."), code="second_person"
        )
    apply_correction(lesson, enrollment_id, status=status, reason=reason.strip())


def look_at(lesson_id: int, enrollment_id: int, *, status: str, reason: str) -> tuple[LessonInfo, str]:
    """Check a correction before it is made or asked for: the lesson, and what its record says now.

    Somebody enrolled after the lesson was closed has no record; they count as absent.

    Raises:
        NotFound: the person is not of this lesson's class.
        InvalidInput: unknown status or no reason.
        Conflict: the lesson is not closed, or says so already.

    """
    lesson = get_lesson(lesson_id)
    person_in(lesson, enrollment_id, active=False)
    reason = reason.strip()
    if not rules.reason_is_enough(reason):
        raise InvalidInput(fields={"reason": N_("Please give the reason in at least four characters.")})
    _check(status, reason)
    window = db.session.get(CheckInWindow, lesson_id)
    if window is None or window.state != "closed":
        raise Conflict(N_("The attendance of this lesson is not closed."), code="not_closed")
    record = locked_record(lesson_id, enrollment_id)
    if record is not None and record.status == status:
        raise Conflict(N_("The record already says this."), code="unchanged")
    return lesson, "absent" if record is None else record.status


def apply_correction(lesson: LessonInfo, enrollment_id: int, *, status: str, reason: str) -> None:
    """Change the record of a closed lesson, keep what it said, and tell those who follow. For services only."""
    record = locked_record(lesson.id, enrollment_id)
    if record is None:
        record = _new(lesson.id, enrollment_id, status="absent", reason=reason, at=None, nonce="")
    old = _change(record, status=status, reason=reason, at=record.check_in_at, nonce="")
    _say_corrected(lesson, get_enrollment(enrollment_id), old=old, record=record)


@command
def settle_flag(flag_id: int, settlement: str) -> None:
    """Say how a doubt was resolved. The status stays; a wrong one is corrected by itself.

    Raises:
        NotFound: no such flag.
        Refused: it is about oneself.
        Conflict: settled already.
        InvalidInput: nothing said.

    """
    settlement = settlement.strip()[:LONGEST_REASON]
    if settlement not in rules.SETTLEMENTS and not rules.reason_is_enough(settlement):
        raise InvalidInput(fields={"settlement": N_("Please say in at least four characters how it was settled.")})
    flag = db.session.get(AttendanceFlag, flag_id, with_for_update=True)
    if flag is None:
        raise NotFound
    if flag.settled_at is not None:
        raise Conflict(N_("This doubt is settled already."), code="settled")
    record = db.session.get_one(AttendanceRecord, flag.record_id)
    not_oneself(get_enrollment(record.enrollment_id))
    flag.settled_at = clock.now()
    flag.settled_by_id = current_actor().account_id
    flag.settlement = settlement
    publish(
        FlagSettled(
            record_id=record.id,
            lesson_id=record.lesson_id,
            enrollment_id=record.enrollment_id,
            code=flag.code,
            settlement=settlement,
        )
    )


def person_in(
    lesson: LessonInfo, enrollment_id: int, *, active: bool = True, seen: datetime | None = None
) -> EnrollmentInfo:
    """The person whom staff mean, of this lesson's class and not themselves.

    Who left the class after the lesson began was still due at it: noted as ``seen`` before they left, or on a list
    without times (None), they may be marked.

    Raises:
        NotFound: of another class.
        Refused: oneself, or, where ``active`` is asked, no longer enrolled.
    """
    person = get_enrollment(enrollment_id)
    if person.class_id != lesson.class_id:
        raise NotFound
    not_oneself(person)
    if active and person.status not in ACTIVE and not _was_due(lesson, person, seen):
        code = "withdrawn" if person.status in ("withdrawn", "absent_no_show") else "not_enrolled"
        raise Refused(N_("This person is not enrolled in the class."), code=code)
    return person


def _was_due(lesson: LessonInfo, person: EnrollmentInfo, seen: datetime | None) -> bool:
    member = member_of(lesson, person)
    return member is not None and may_be_marked(member.standing, left_at=member.left_at, seen_at=seen)


def _check(status: str, reason: str) -> str:
    if status not in rules.STATUSES:
        raise InvalidInput(fields={"status": N_("Please choose one of the marks.")})
    reason = reason.strip()[:LONGEST_REASON]
    if status not in rules.LEAVE_STATUSES and reason != "badge" and not rules.reason_is_enough(reason):
        raise InvalidInput(
            N_("Please give the reason in at least four characters."),
            code="reason_needed",
            fields={"reason": N_("Please give the reason in at least four characters.")},
        )
    return reason


def seen_at(lesson: LessonInfo, at: datetime | None) -> datetime:
    """When staff saw the person: their device's time if it can be true, else now."""
    now = clock.now()
    if at is None:
        return now
    if at > now + _CLOCKS_DIFFER or not is_on(lesson, at):
        raise InvalidInput(
            N_("The time given lies outside the lesson's day."),
            code="bad_time",
            fields={"at": N_("The time given lies outside the lesson's day.")},
        )
    return min(at, now)


def late_time(lesson: LessonInfo) -> datetime:
    """From when one is late; by the class's rules alone while check-in was never opened, as in a hall cut off."""
    found = db.session.scalar(select(CheckInWindow.late_from).where(CheckInWindow.lesson_id == lesson.id))
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    return found or lesson.starts_at + timedelta(minutes=laid_down.late_after_minutes)


def _was_taken_back(lesson_id: int, enrollment_id: int, nonce: str) -> bool:
    known = select(MarkTakenBack.id).where(
        MarkTakenBack.lesson_id == lesson_id,
        MarkTakenBack.enrollment_id == enrollment_id,
        MarkTakenBack.nonce == nonce,
    )
    return db.session.scalar(known.limit(1)) is not None


def _new(
    lesson_id: int, enrollment_id: int, *, status: str, reason: str, at: datetime | None, nonce: str
) -> AttendanceRecord:
    record = AttendanceRecord(
        lesson_id=lesson_id,
        enrollment_id=enrollment_id,
        status=status,
        check_in_at=at,
        recorded_at=clock.now(),
        method="leave" if status in rules.LEAVE_STATUSES else "staff",
        nonce=nonce,
        operator_id=current_actor().account_id,
        reason=reason,
    )
    db.session.add(record)
    db.session.flush()
    return record


def _change(
    record: AttendanceRecord, *, status: str, reason: str, at: datetime | None, nonce: str, as_mark: bool = False
) -> str:
    old = record.status
    actor = current_actor()
    correction = AttendanceCorrection(
        record_id=record.id,
        at=clock.now(),
        account_id=actor.account_id,
        old_status=old,
        new_status=status,
        reason=reason,
    )
    db.session.add(correction)
    if as_mark:  # can be taken back while the lesson is not closed (services/undo.py)
        db.session.flush()
        db.session.add(
            MarkBefore(
                correction_id=correction.id,
                method=record.method,
                reason=record.reason,
                operator_id=record.operator_id,
                check_in_at=record.check_in_at,
            )
        )
    record.status = status
    record.method = "leave" if status in rules.LEAVE_STATUSES else "staff"
    record.check_in_at = record.check_in_at or at
    record.operator_id = actor.account_id
    record.reason = reason
    record.nonce = nonce or record.nonce
    record.recorded_at = clock.now()
    db.session.flush()
    return old


def _say_corrected(lesson: LessonInfo, person: EnrollmentInfo, *, old: str, record: AttendanceRecord) -> None:
    publish(
        AttendanceCorrected(
            lesson_id=lesson.id,
            class_id=lesson.class_id,
            enrollment_id=person.id,
            old_status=old,
            new_status=record.status,
            reason=record.reason,
        )
    )
