"""Whose record of which lesson something is about: the same for contests, corrections, doubts, marks by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Join

from training_app.attendance.queries.lower import classes, enrollments, lessons


@dataclass(frozen=True)
class About:
    """The lesson, the class and the person. ``about_id``: the account the person has in the class."""

    lesson_id: int
    lesson_title: str
    starts_at: datetime
    class_id: int
    class_name: str
    enrollment_id: int
    about_id: int | None
    cadre_id: int
    name: str
    unit_name: str


COLUMNS = (
    lessons.c.id.label("lesson_id"),
    lessons.c.title.label("lesson_title"),
    lessons.c.starts_at,
    lessons.c.class_id,
    classes.c.name.label("class_name"),
    enrollments.c.id.label("enrollment_id"),
    enrollments.c.account_id.label("about_id"),
    enrollments.c.cadre_id,
    enrollments.c.name.label("person"),
    enrollments.c.unit_name,
)
"""What to select for an ``About``, in its order."""


def joined(things: FromClause, record: FromClause | None = None) -> Join:
    """Things with what they are about; by the ``record`` they belong to, where they do not name lesson and person."""
    known = things if record is None else record
    return (
        things.join(lessons, lessons.c.id == known.c.lesson_id)
        .join(classes, classes.c.id == lessons.c.class_id)
        .join(enrollments, enrollments.c.id == known.c.enrollment_id)
    )


def in_classes(class_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    """The condition that they are of these classes; none for None, which means all."""
    return [] if class_ids is None else [lessons.c.class_id.in_(class_ids)]
