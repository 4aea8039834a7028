"""Who is of a lesson, and who left the class since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, or_, select

from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.queries.lower import enrollment_steps, enrollments, lessons
from training_app.attendance.roster_rules import Place, counts_in, standing
from training_app.classes.api import ACTIVE, EnrollmentInfo, LessonInfo
from training_app.core.db import db, table_of

_record = table_of(AttendanceRecord)


def _left_at() -> ScalarSelect[datetime]:
    """When an enrollment that is withdrawn was; nothing for a nomination that was never approved."""
    step, earlier = enrollment_steps.alias("left_step"), enrollment_steps.alias("earlier_step")
    nominated = exists().where(earlier.c.enrollment_id == enrollments.c.id, earlier.c.status == "nominated")
    was_in = exists().where(earlier.c.enrollment_id == enrollments.c.id, earlier.c.status.in_(ACTIVE))
    return (
        select(func.max(step.c.at))
        .where(step.c.enrollment_id == enrollments.c.id, step.c.status == "withdrawn", or_(was_in, ~nominated))
        .correlate(enrollments)
        .scalar_subquery()
    )


_IN_CLASS: ColumnElement[bool] = enrollments.c.status.in_(ACTIVE)
_WITHDRAWN: ColumnElement[bool] = enrollments.c.status == "withdrawn"


def left_times(class_id: int) -> dict[int, datetime]:
    """When those who left a class left it, by enrollment."""
    rows = db.session.execute(
        select(enrollments.c.id, _left_at().label("left_at")).where(enrollments.c.class_id == class_id, _WITHDRAWN)
    )
    return {row.id: row.left_at for row in rows if row.left_at is not None}


def expected_in(lesson_ids: Collection[int]) -> dict[int, int]:
    """How many people are of each of these lessons, which are not closed, exemptions included.

    Those of the class are counted by the database; of the few others each is looked at.
    """
    other = case((_IN_CLASS, 0), else_=enrollments.c.id).label("other")
    rows = db.session.execute(
        select(
            lessons.c.id,
            lessons.c.starts_at,
            other,
            func.count().label("people"),
            func.max(case((_WITHDRAWN, _left_at()))).label("left_at"),
            func.max(_record.c.id).label("record_id"),
        )
        .select_from(
            lessons.join(enrollments, enrollments.c.class_id == lessons.c.class_id).outerjoin(
                _record,
                # of those in the class nobody asks
                and_(_record.c.lesson_id == lessons.c.id, _record.c.enrollment_id == enrollments.c.id, ~_IN_CLASS),
            )
        )
        .where(lessons.c.id.in_(tuple(lesson_ids)), or_(_IN_CLASS, _WITHDRAWN, _record.c.id.is_not(None)))
        .group_by(lessons.c.id, lessons.c.starts_at, other)
    )
    found: dict[int, int] = {}
    for row in rows:
        place = Place(row.other == 0, row.record_id is not None, row.left_at)
        if counts_in(standing(place, closed=False, began_at=row.starts_at)):
            found[row.id] = found.get(row.id, 0) + row.people
    return found


@dataclass(frozen=True)
class Member:
    """A person and how they stand to a lesson: of, left, later. ``left_at``: when they left the class."""

    person: EnrollmentInfo
    standing: str
    left_at: datetime | None = None


def members_of(
    lesson: LessonInfo, people: Sequence[EnrollmentInfo], recorded: Collection[int], *, closed: bool
) -> list[Member]:
    """Those of some people of the class (whatever their status) who are of a lesson, or came later, in their order.

    ``recorded``: the enrollments that have a record in it.
    """
    gone = left_times(lesson.class_id) if any(each.status == "withdrawn" for each in people) else {}
    found = []
    for each in people:
        left_at = gone.get(each.id)
        place = Place(each.status in ACTIVE, each.id in recorded, left_at)
        how = standing(place, closed=closed, began_at=lesson.starts_at)
        if how:
            found.append(Member(each, how, left_at))
    return found


def member_of(lesson: LessonInfo, person: EnrollmentInfo) -> Member | None:
    """How one person stands to a lesson."""
    recorded = db.session.scalars(
        select(_record.c.enrollment_id).where(_record.c.lesson_id == lesson.id, _record.c.enrollment_id == person.id)
    ).all()
    return next(iter(members_of(lesson, [person], recorded, closed=is_closed(lesson.id))), None)


def ids_of(lesson_id: int, class_id: int, recorded: Collection[int], *, closed: bool) -> list[Any]:
    """The enrollments that are of a lesson, with what tells who may see them; for the wall."""
    rows = db.session.execute(
        select(
            enrollments.c.id,
            enrollments.c.unit_id,
            enrollments.c.nominated_by_unit_id,
            enrollments.c.account_id,
            _IN_CLASS.label("in_class"),
            case((_WITHDRAWN, _left_at())).label("left_at"),
            lessons.c.starts_at,
        )
        .select_from(enrollments.join(lessons, lessons.c.class_id == enrollments.c.class_id))
        .where(lessons.c.id == lesson_id, enrollments.c.class_id == class_id)
    )
    return [
        row
        for row in rows
        if counts_in(
            standing(Place(bool(row.in_class), row.id in recorded, row.left_at), closed=closed, began_at=row.starts_at)
        )
    ]


def is_closed(lesson_id: int) -> bool:
    """Whether the attendance of a lesson is closed."""
    return db.session.scalar(select(CheckInWindow.state).where(CheckInWindow.lesson_id == lesson_id)) == "closed"
