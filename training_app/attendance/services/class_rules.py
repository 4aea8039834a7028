"""Laying down the rules of a class."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from training_app.attendance import rules
from training_app.attendance.events import ClassRulesChanged
from training_app.attendance.models import AttendanceRule
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.queries.records import lesson_counts
from training_app.classes.api import get_class, get_lesson, list_lessons
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

FAULTS = {
    "range": N_("This number is out of range."),
    "closes_before_late": N_("Check-in must not end before one is late."),
    "every_late": N_("Two or more; 0 when lateness never adds up to an absence."),
    "chain_order": N_("Must not be fewer than for academic affairs."),
    "half_days": N_("Whole or half days."),
}


@command
def lay_down_rules(class_id: int, laid_down: rules.ClassRules, *, from_lesson_id: int) -> bool:
    """Let these rules count from a lesson on; what earlier lessons recorded stays. False: they count already.

    Raises:
        NotFound: the lesson is of another class.
        Refused: the class is closed for good, or a lesson they would count for has been closed.
        InvalidInput: a number is out of range, or two do not fit together.
    """
    serialise(f"attendance.rules:{class_id}")
    klass = get_class(class_id)
    lesson = get_lesson(from_lesson_id)
    if lesson.class_id != class_id:
        raise NotFound
    if klass.state in ("archived", "cancelled"):
        raise Refused(N_("This class is closed; its rules stay as they are."), code="class_closed")
    faults = rules.faults_of(laid_down)
    if faults:
        raise InvalidInput(fields={name: FAULTS[fault] for name, fault in faults.items()})
    if _has_closed(class_id, since=lesson.starts_at):
        raise Refused(
            N_("A lesson from then on is closed already; what it recorded stays. Choose a later lesson."),
            code="lesson_closed",
        )
    before = rules_for(class_id, lesson.starts_at)
    if before == laid_down:
        return False
    db.session.add(
        AttendanceRule(
            class_id=class_id,
            from_lesson_id=lesson.id,
            counts_from=lesson.starts_at,
            at=clock.now(),
            account_id=current_actor().account_id,
            **asdict(laid_down),
        )
    )
    db.session.flush()
    changed = [f.name for f in fields(laid_down) if getattr(before, f.name) != getattr(laid_down, f.name)]
    publish(
        ClassRulesChanged(
            class_id=class_id,
            lesson_id=lesson.id,
            old="; ".join(f"{name}={getattr(before, name)}" for name in changed),
            new="; ".join(f"{name}={getattr(laid_down, name)}" for name in changed),
        )
    )
    return True


def _has_closed(class_id: int, *, since: datetime) -> bool:
    later = [each.id for each in list_lessons(class_id) if each.starts_at >= since and each.state != "cancelled"]
    return any(counts.state == "closed" for counts in lesson_counts(later).values())
