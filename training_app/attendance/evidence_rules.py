"""The rules of evidence: what may be taken back, who corrects alone, when heads agree, what is odd once all is in.

Nothing here asks the time or the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALONE_AFTER_END = timedelta(hours=24)
"""For so long after a lesson one person corrects alone; later it takes a second one (SECURITY.md 2.3, override)."""

CONTEST_AFTER_CLOSING = timedelta(days=7)
"""For so long after the closing a trainee may contest: a week holds each weekday once, so that whoever is away on duty
or ill for some days still comes to it, and memories (and the class) are still there to be asked."""

BURST_PEOPLE = 5
BURST_WITHIN = timedelta(seconds=3)
BURST_AROUND = timedelta(seconds=30)


# --- taking a mark back ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandMark:
    """What is known of a record that somebody wants to take the last mark back from."""

    method: str
    changed: bool  # it said something else before this mark, or before another change
    kept_before: bool  # the last change is a mark by staff, and what was before is kept
    doubts: bool = False
    followed: bool = False  # the person has answered a call or checked out since


def undo_fault(mark: HandMark | None, *, closed: bool) -> str:
    """Why the last mark cannot be taken back: closed, nothing, not_by_hand, followed; '' when it can.

    A record of the trainee's own scan is theirs: it is corrected, never taken back. A record that doubts or later scans
    hang on stays, too, when taking it back would leave nothing to hang on.
    """
    if closed:
        return "closed"
    if mark is None:
        return "nothing"
    if mark.method != "staff" or (mark.changed and not mark.kept_before):
        return "not_by_hand"
    return "followed" if not mark.changed and (mark.doubts or mark.followed) else ""


# --- correcting -----------------------------------------------------------------------------------------------


def corrects_alone(*, ends_at: datetime, now: datetime) -> bool:
    """Whether one person may still correct a record of a lesson without a second one."""
    return now <= ends_at + ALONE_AFTER_END


def way_after_closing(*, same_day: bool, ends_at: datetime, now: datetime) -> str:
    """How what a closed lesson says is put right: reopen (all of it, on its day), alone, second (a second person)."""
    if not corrects_alone(ends_at=ends_at, now=now):
        return "second"
    return "reopen" if same_day else "alone"


@dataclass(frozen=True)
class Someone:
    """Who acts or is meant: an account, and the people it is known to belong to.

    One person may have two accounts, as a trainee and as a teacher of the pool: the cadre register, the pool and the
    class lists say so.
    """

    account_id: int | None
    people: frozenset[int] = frozenset()

    def is_also(self, other: Someone) -> bool:
        """Whether both are one person, as far as is known."""
        same_account = self.account_id is not None and self.account_id == other.account_id
        return same_account or not self.people.isdisjoint(other.people)


def may_decide(decider: Someone, *, asked_by: Someone, about: Someone) -> bool:
    """Whether somebody may be the second person: never for their own request, never about themselves.

    With another account of theirs neither.
    """
    return decider.account_id is not None and not decider.is_also(asked_by) and not decider.is_also(about)


# --- contesting -----------------------------------------------------------------------------------------------


def contest_fault(*, recorded: bool, waiting: bool, closed_at: datetime | None, now: datetime) -> str:
    """Why a record cannot be contested: nothing, waiting, too_late; '' when it can.

    A lesson that is not closed yet has no end of that time.
    """
    if not recorded:
        return "nothing"
    if waiting:
        return "waiting"
    return "too_late" if closed_at is not None and now > closed_at + CONTEST_AFTER_CLOSING else ""


# --- heads ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heads:
    """The last count of heads: how many were seen, how many recorded then, and the note that explains a difference."""

    seen: int
    recorded: int
    note: str = ""


def heads_state(heads: Heads | None, *, attended: int) -> str:
    """How heads and records stand: '' (not counted), agree, noted, differ.

    A count that agreed when it was made stays so: who comes later adds to both. One that differed is at rest when a
    note explains it, when a later count agrees, or when the records have since been brought to it.
    """
    if heads is None:
        return ""
    if heads.seen == heads.recorded or (not heads.note and heads.seen == attended):
        return "agree"
    return "noted" if heads.note else "differ"


# --- doubts that show when all is in --------------------------------------------------------------------------


@dataclass(frozen=True)
class Scan:
    """A check-in by scan: whose record, when it arrived, with which kind of browser."""

    record_id: int
    at: datetime
    browser: str


def bursts(scans: Iterable[Scan]) -> frozenset[int]:
    """Records of check-ins that came by fives or more within three seconds from one kind of browser.

    A hall that opens its doors is one long rush, and nothing odd: only a burst that stands out counts, one that holds
    more check-ins than the thirty seconds before and after it together.
    """
    by_browser: dict[str, list[Scan]] = {}
    for each in scans:
        if each.browser:
            by_browser.setdefault(each.browser, []).append(each)
    found: set[int] = set()
    for same in by_browser.values():
        found |= _bursts_of(sorted(same, key=lambda scan: (scan.at, scan.record_id)))
    return frozenset(found)


def _bursts_of(scans: Sequence[Scan]) -> set[int]:
    found: set[int] = set()
    before = end = after = 0
    for start, first in enumerate(scans):
        while end < len(scans) and scans[end].at <= first.at + BURST_WITHIN:
            end += 1
        held = end - start
        while scans[before].at < first.at - BURST_AROUND:
            before += 1
        while after < len(scans) and scans[after].at <= scans[end - 1].at + BURST_AROUND:
            after += 1
        if held >= BURST_PEOPLE and held > (start - before) + (after - end):
            found.update(each.record_id for each in scans[start:end])
    return found


@dataclass(frozen=True)
class Stay:
    """A person's check-in to a lesson with the lesson's time."""

    record_id: int
    person: int
    lesson_id: int
    starts_at: datetime
    ends_at: datetime


def overlaps(here: Iterable[Stay], elsewhere: Iterable[Stay]) -> frozenset[int]:
    """Records of people who are also checked in to another lesson that goes on at the same time."""
    others: dict[int, list[Stay]] = {}
    for stay in elsewhere:
        others.setdefault(stay.person, []).append(stay)
    return frozenset(
        stay.record_id
        for stay in here
        for other in others.get(stay.person, ())
        if other.lesson_id != stay.lesson_id and other.starts_at < stay.ends_at and stay.starts_at < other.ends_at
    )
