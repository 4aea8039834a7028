"""Keying in a list that was signed on paper, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from training_app.attendance import rules
from training_app.attendance.events import PaperKeyedIn
from training_app.attendance.services.staff import late_time, mark
from training_app.classes.api import get_lesson
from training_app.core.db import command, serialise
from training_app.core.errors import InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_


@dataclass(frozen=True)
class PaperLine:
    """One person on the paper: the mark, and the time of signing where it was noted."""

    enrollment_id: int
    status: str
    signed_at: datetime | None = None


@command
def key_in(lesson_id: int, lines: Sequence[PaperLine], *, reason: str) -> int:
    """Record a signed list; the time of signing and the time of keying in are both kept. How many were recorded.

    Raises:
        NotFound: somebody is not of this lesson's class.
        InvalidInput: no line, no reason, an unknown mark or a time that cannot be.
        Refused: the lesson has not come yet.
        Conflict: the lesson is closed; records are corrected one by one then.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    if not lines:
        raise InvalidInput(N_("Everybody of this list is recorded already."), code="nothing_to_do")
    late_from = late_time(lesson)
    stored = 0
    for line in lines:
        status = line.status
        if status == "present" and line.signed_at is not None:
            status = rules.staff_status(at=line.signed_at, late_from=late_from)
        done = mark(
            lesson_id,
            line.enrollment_id,
            status=status,
            reason=reason,
            at=line.signed_at,
            timed=False,
            only_seen=line.status == "present",
        )
        stored += done.outcome == "accepted"
    publish(PaperKeyedIn(lesson_id=lesson_id, class_id=lesson.class_id, people=stored, reason=reason))
    return stored
