"""Lessons: of a class, a day, a teacher, a trainee."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from training_app.classes.models import Lesson, TeachingAssignment
from training_app.classes.values import LessonInfo
from training_app.core.db import db
from training_app.core.errors import NotFound


def get_lesson(lesson_id: int) -> LessonInfo:
    """One lesson.

    Raises:
        NotFound: there is none with this id.

    """
    found = db.session.get(Lesson, lesson_id)
    if found is None:
        raise NotFound
    return lesson_info(found)


def list_lessons(class_id: int, day: date | None = None) -> list[LessonInfo]:
    """Lessons of a class in order of time, cancelled ones too; of one day when given."""
    conditions: list[ColumnElement[bool]] = [Lesson.class_id == class_id]
    if day is not None:
        conditions.append(Lesson.day == day)
    return _lessons(*conditions)


def list_lessons_of_classes(class_ids: Collection[int]) -> list[LessonInfo]:
    """Lessons of several classes, by class and time."""
    rows = db.session.scalars(
        select(Lesson).where(Lesson.class_id.in_(class_ids)).order_by(Lesson.class_id, Lesson.starts_at)
    )
    return [lesson_info(each) for each in rows]


def list_lessons_of_day(day: date, class_ids: Collection[int] | None = None) -> list[LessonInfo]:
    """Lessons of a day that were not cancelled, of some classes or all."""
    conditions: list[ColumnElement[bool]] = [Lesson.day == day, Lesson.state != "cancelled"]
    if class_ids is not None:
        conditions.append(Lesson.class_id.in_(class_ids))
    return _lessons(*conditions)


def lessons_between(start: datetime, end: datetime, class_ids: Collection[int] | None = None) -> list[LessonInfo]:
    """Lessons that overlap a span of time and were not cancelled."""
    conditions: list[ColumnElement[bool]] = [
        Lesson.starts_at < end,
        Lesson.ends_at > start,
        Lesson.state != "cancelled",
    ]
    if class_ids is not None:
        conditions.append(Lesson.class_id.in_(class_ids))
    return _lessons(*conditions)


def teachers_of_lessons(lesson_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The teachers who give each lesson."""
    found: dict[int, tuple[int, ...]] = {}
    rows = db.session.execute(
        select(TeachingAssignment.lesson_id, TeachingAssignment.teacher_id)
        .where(TeachingAssignment.lesson_id.in_(lesson_ids))
        .order_by(TeachingAssignment.id)
    )
    for lesson_id, teacher_id in rows:
        found[lesson_id] = (*found.get(lesson_id, ()), teacher_id)
    return found


def lessons_of_teacher(teacher_id: int, since: date | None = None) -> list[LessonInfo]:
    """Lessons a teacher gives, in order of time."""
    select_ = (
        select(Lesson)
        .join(TeachingAssignment, TeachingAssignment.lesson_id == Lesson.id)
        .where(TeachingAssignment.teacher_id == teacher_id)
        .order_by(Lesson.starts_at)
    )
    if since is not None:
        select_ = select_.where(Lesson.day >= since)
    return [lesson_info(each) for each in db.session.scalars(select_)]


def lessons_of_course(course_id: int) -> list[LessonInfo]:
    """Lessons in which a course of the catalogue is taught, in order of time."""
    return _lessons(Lesson.course_id == course_id)


def lessons_at_site(site_id: int) -> list[LessonInfo]:
    """Lessons held at a teaching site, in order of time."""
    return _lessons(Lesson.site_id == site_id)


def lesson_info(each: Lesson) -> LessonInfo:
    """The picture of a stored lesson."""
    return LessonInfo(
        id=each.id,
        class_id=each.class_id,
        day=each.day,
        half_day=each.half_day,
        starts_at=each.starts_at,
        ends_at=each.ends_at,
        title=each.title,
        kind=each.kind,
        course_id=each.course_id,
        method=each.method,
        room_id=each.room_id,
        site_id=each.site_id,
        place=each.place,
        teacher_text=each.teacher_text,
        credit_hours=each.credit_hours,
        state=each.state,
    )


def _lessons(*conditions: ColumnElement[bool]) -> list[LessonInfo]:
    rows = db.session.scalars(select(Lesson).where(*conditions).order_by(Lesson.starts_at, Lesson.id))
    return [lesson_info(each) for each in rows]
