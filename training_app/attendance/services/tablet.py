"""What a tablet sends: badges it scanned and names that were ticked on it, perhaps noted without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from training_app.attendance import rules
from training_app.attendance.services.badges import read_badge
from training_app.attendance.services.seen import note_seen
from training_app.attendance.services.staff import LONGEST_REASON, late_time, mark, person_in, seen_at
from training_app.classes.api import LessonInfo, get_lesson
from training_app.core import clock
from training_app.core.db import command, serialise
from training_app.core.errors import DomainError, InvalidInput, Refused
from training_app.core.text import N_


@dataclass(frozen=True)
class Entry:
    """One line staff send: a person by enrollment or badge, when they saw that person, and for what (in, mid, out)."""

    nonce: str
    enrollment_id: int | None = None
    badge: str = ""
    at: datetime | None = None
    reason: str = ""
    kind: str = "in"


@dataclass(frozen=True)
class EntryOutcome:
    """What became of one line: accepted, repeated, or refused with a code; ``was``: the mark it took the place of.

    ``kind``: what it counts as. Who is seen during a call and had not come yet has arrived (in).
    """

    nonce: str
    outcome: str
    enrollment_id: int | None = None
    status: str = ""
    at: datetime | None = None
    code: str = ""
    message: str = ""
    was: str = ""
    kind: str = "in"


@command
def record_entries(lesson_id: int, entries: Sequence[Entry]) -> list[EntryOutcome]:
    """Record scanned badges and ticked names, perhaps noted without a network; each line by itself.

    Raises:
        NotFound: no such lesson.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    return [_record_entry(lesson, entry) for entry in entries]


def _record_entry(lesson: LessonInfo, entry: Entry) -> EntryOutcome:
    enrollment_id = entry.enrollment_id if entry.enrollment_id is not None else read_badge(entry.badge)
    try:
        if enrollment_id is None:
            raise Refused(N_("This is not one of our badges."), code="bad_badge")
        if entry.enrollment_id is not None and not rules.reason_is_enough(entry.reason.strip()):
            raise InvalidInput(N_("Please give the reason in at least four characters."), code="reason_needed")
        if entry.kind != "in" and (answered := _answer(lesson, enrollment_id, entry)) is not None:
            return answered
        late_from = late_time(lesson)
        status = rules.staff_status(at=entry.at, late_from=late_from)
        marked = mark(
            lesson.id,
            enrollment_id,
            status=status,
            reason=entry.reason or "badge",
            at=entry.at,
            nonce=entry.nonce,
            only_seen=True,
        )
    except DomainError as error:
        return EntryOutcome(entry.nonce, "refused", enrollment_id, code=error.code, message=error.message)
    return EntryOutcome(entry.nonce, marked.outcome, enrollment_id, marked.status, marked.at, was=marked.was)


def _answer(lesson: LessonInfo, enrollment_id: int, entry: Entry) -> EntryOutcome | None:
    person_in(lesson, enrollment_id, seen=entry.at or clock.now())
    reason, at = entry.reason.strip()[:LONGEST_REASON] or "badge", seen_at(lesson, entry.at)
    seen = note_seen(lesson, enrollment_id, slot=entry.kind, at=at, reason=reason, nonce=entry.nonce)
    if seen is None:
        return None
    return EntryOutcome(entry.nonce, seen.outcome, enrollment_id, seen.status, seen.at, kind=entry.kind)
