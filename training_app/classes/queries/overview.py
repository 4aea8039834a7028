"""What a class stands at, in numbers: for the next step and for what starting or finishing will do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from training_app.classes.models import Enrollment, Lesson
from training_app.classes.rules import TAKING_PART
from training_app.core import clock
from training_app.core.db import db


@dataclass(frozen=True)
class Consequences:
    """The numbers that decide whether a class can start, finish or be called off."""

    taken_in: int
    """People approved or studying (or completed)."""
    approved: int
    waiting: int
    """Nominations not decided."""
    lessons: int
    """Lessons not cancelled."""
    held: int
    to_come: int
    """Planned lessons that have not ended yet."""
    unclosed: int
    """Planned lessons that have ended."""


def consequences(class_id: int) -> Consequences:
    """Count people by status and lessons by state."""
    people = dict(
        db.session.execute(
            select(Enrollment.status, func.count()).where(Enrollment.class_id == class_id).group_by(Enrollment.status)
        ).all()
    )
    now = clock.now()
    lessons = db.session.execute(
        select(Lesson.state, Lesson.ends_at).where(Lesson.class_id == class_id, Lesson.state != "cancelled")
    ).all()
    return Consequences(
        taken_in=sum(people.get(status, 0) for status in TAKING_PART),
        approved=people.get("approved", 0),
        waiting=people.get("nominated", 0),
        lessons=len(lessons),
        held=sum(each.state == "held" for each in lessons),
        to_come=sum(each.state == "planned" and each.ends_at > now for each in lessons),
        unclosed=sum(each.state == "planned" and each.ends_at <= now for each in lessons),
    )
