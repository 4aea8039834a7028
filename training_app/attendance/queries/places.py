"""Where lessons are held, and what is kept of where phones were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import column, select, table
from sqlalchemy.types import Float, Integer

from training_app.attendance.models import AttendancePlace, AttendanceRecord
from training_app.attendance.place_rules import Point
from training_app.attendance.queries.class_rules import rules_for
from training_app.classes.api import get_lesson
from training_app.core.db import db

_sites = table("courses_teaching_site", column("id", Integer), column("latitude", Float), column("longitude", Float))


@dataclass(frozen=True)
class PlaceSaid:
    """Whether a phone was where the lesson was (inside, outside, unknown); ``accuracy``: within so many metres."""

    verdict: str
    accuracy: int | None


@dataclass(frozen=True)
class Asked:
    """A lesson that asks phones where they are: where it is held, and how far away still counts as there."""

    point: Point
    radius: int


def place_asked(lesson_id: int) -> Asked | None:
    """Where a lesson's phones should be; None when its class does not ask, or the place has no coordinates."""
    lesson = get_lesson(lesson_id)
    if lesson.site_id is None:
        return None
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    if not laid_down.location_asked:
        return None
    row = db.session.execute(select(_sites.c.latitude, _sites.c.longitude).where(_sites.c.id == lesson.site_id)).first()
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return Asked(Point(row.latitude, row.longitude), laid_down.location_radius)


def places_of(record_ids: Collection[int]) -> dict[int, PlaceSaid]:
    """What is kept of where phones were, by record."""
    rows = db.session.execute(
        select(AttendancePlace.record_id, AttendancePlace.verdict, AttendancePlace.accuracy).where(
            AttendancePlace.record_id.in_(tuple(record_ids))
        )
    )
    return {row.record_id: PlaceSaid(row.verdict, row.accuracy) for row in rows}


def place_of_person(lesson_id: int, enrollment_id: int) -> PlaceSaid | None:
    """What is kept of where one person's phone was."""
    row = db.session.execute(
        select(AttendancePlace.verdict, AttendancePlace.accuracy)
        .join(AttendanceRecord, AttendanceRecord.id == AttendancePlace.record_id)
        .where(AttendanceRecord.lesson_id == lesson_id, AttendanceRecord.enrollment_id == enrollment_id)
    ).first()
    return PlaceSaid(row.verdict, row.accuracy) if row is not None else None
