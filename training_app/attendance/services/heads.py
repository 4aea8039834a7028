"""Explaining why the heads in the room differ from the records."""

from __future__ import annotations

from training_app.attendance import rules
from training_app.attendance.events import HeadsExplained
from training_app.attendance.models import HeadCount
from training_app.attendance.queries.heads import heads_of_lesson
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.services import windows
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_

LONGEST_NOTE = 300


@command
def explain_heads(lesson_id: int, note: str) -> None:
    """Note why heads and records differ; the lesson no longer waits to be looked at.

    Raises:
        InvalidInput: fewer than four visible characters.
        Conflict: there is no difference to explain.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson = get_lesson(lesson_id)
    note = note.strip()[:LONGEST_NOTE]
    if not rules.reason_is_enough(note):
        raise InvalidInput(fields={"note": N_("Please say in at least four characters why they differ.")})
    counts = lesson_counts([lesson_id])[lesson_id]
    heads = heads_of_lesson(lesson_id, counts)
    if heads.last is None or not heads.differs:
        raise Conflict(N_("Heads and records do not differ, or it has been explained."), code="settled")
    seen = heads.last.seen
    db.session.add(
        HeadCount(
            lesson_id=lesson_id,
            at=clock.now(),
            account_id=current_actor().account_id,
            seen=seen,
            recorded=counts.attended,
            note=note,
        )
    )
    db.session.flush()
    publish(
        HeadsExplained(lesson_id=lesson_id, class_id=lesson.class_id, seen=seen, recorded=counts.attended, note=note)
    )


@command
def close_explained(lesson_id: int, note: str) -> windows.Closing:
    """Note why heads and records differ, and close the lesson, both or neither.

    Raises:
        DomainError: as of both.

    """
    explain_heads(lesson_id, note)
    return windows.close_check_in(lesson_id)
