"""The rules of calls within a lesson: the second, unannounced code (mid) and the code for leaving (out).

The answer to somebody who scanned and went, or was scanned for (SECURITY.md 2.2, T2 and T4): whoever came before such
a call is expected to answer it. Not answering is a doubt for a person to settle and never changes a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from training_app.attendance.rules import ATTENDED_STATUSES

TABLETS_LAG = timedelta(seconds=10)  # a tablet takes the server's time over a slow line: it may be behind by as much


@dataclass(frozen=True)
class Call:
    """What the code on the screen asks for from ``started_at`` until just before ``until`` (None: no end yet)."""

    id: int
    slot: str
    started_at: datetime
    until: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether a scan of that moment answers it."""
        return self.started_at <= moment and (self.until is None or moment < self.until)


def call_at(calls: Iterable[Call], moment: datetime) -> Call | None:
    """The call a scan of that moment falls into: the one begun last, should two overlap."""
    return max(
        (each for each in calls if each.covers(moment)), key=lambda each: (each.started_at, each.id), default=None
    )


def call_seen(calls: Iterable[Call], slot: str, moment: datetime) -> Call | str:
    """The call of one kind that staff's sight of a person answers; else why none: call_over, no_call.

    ``moment`` is the tablet's, so a call that has begun since by no more than its clock may be behind counts, too.
    """
    asked = [each for each in calls if each.slot == slot]
    found = call_at(asked, moment) or call_at(asked, moment + TABLETS_LAG)
    if found is not None:
        return found
    return "call_over" if any(each.until is not None and each.until <= moment for each in asked) else "no_call"


def is_expected(call: Call, *, status: str, check_in_at: datetime | None, in_class: bool = True) -> bool:
    """Whether somebody is to answer: they came, and before the call; who came during it has just been seen.

    Nothing is asked of those who have left the class since.
    """
    return in_class and status in ATTENDED_STATUSES and (check_in_at is None or check_in_at < call.started_at)


def answer_undo_fault(*, answered: bool, by_staff: bool, closed: bool) -> str:
    """Why an answer to a call cannot be taken back: closed, nothing, not_by_hand; '' when it can.

    What staff noted for somebody else they may take back while the lesson is not closed; a scan is the trainee's own.
    """
    if closed:
        return "closed"
    if not answered:
        return "nothing"
    return "" if by_staff else "not_by_hand"
