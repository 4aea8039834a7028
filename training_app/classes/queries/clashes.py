"""Rooms, teachers and people that are taken: the one conflict function, and what is free instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from training_app.classes.models import (
    Enrollment,
    Lesson,
    Room,
    TeachingAssignment,
    TrainingClass,
)
from training_app.classes.rules import TAKING_PART
from training_app.classes.timetable_rules import HalfDay, Taken, next_free
from training_app.core import clock
from training_app.core.db import db
from training_app.teachers.api import get_teacher


@dataclass(frozen=True)
class Wanted:
    """A lesson as somebody wants to schedule it."""

    class_id: int
    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    teacher_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A room, teacher, person or the class itself that is taken, and by what.

    ``kind``: class, room, teacher, trainee. ``names`` are those of the room, the teacher or the people.
    """

    kind: str
    names: tuple[str, ...]
    people: int
    """How many people are concerned (trainee); else 1."""
    lesson_id: int
    lesson_title: str
    class_id: int
    class_name: str
    starts_at: datetime
    """The part of time in which both want the same."""
    ends_at: datetime


def find_conflicts(wanted: Wanted, *, skip_lesson_id: int | None = None) -> list[Conflict]:
    """Everything that stands in the way of a lesson: used before saving and by the use case itself.

    Cancelled lessons take nothing; a lesson that is moved does not stand in its own way.
    """
    select_ = (
        select(Lesson, TrainingClass.name)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.starts_at < wanted.ends_at, Lesson.ends_at > wanted.starts_at, Lesson.state != "cancelled")
        .order_by(Lesson.starts_at, Lesson.id)
    )
    if skip_lesson_id is not None:
        select_ = select_.where(Lesson.id != skip_lesson_id)
    others = [(lesson, name) for lesson, name in db.session.execute(select_)]
    if not others:
        return []
    teachers = _teachers_among([lesson.id for lesson, _ in others], wanted.teacher_ids)
    people = _people_shared(wanted.class_id, {lesson.class_id for lesson, _ in others} - {wanted.class_id})
    found: list[Conflict] = []
    for lesson, class_name in others:

        def clash(
            kind: str, names: tuple[str, ...], number: int = 1, *, of: Lesson = lesson, name: str = class_name
        ) -> Conflict:
            return Conflict(
                kind=kind,
                names=names,
                people=number,
                lesson_id=of.id,
                lesson_title=of.title,
                class_id=of.class_id,
                class_name=name,
                starts_at=max(of.starts_at, wanted.starts_at),
                ends_at=min(of.ends_at, wanted.ends_at),
            )

        if lesson.class_id == wanted.class_id:
            found.append(clash("class", (class_name,)))
        if wanted.room_id is not None and lesson.room_id == wanted.room_id:
            found.append(clash("room", (db.session.get_one(Room, wanted.room_id).name,)))
        found += [clash("teacher", (get_teacher(teacher_id).name,)) for teacher_id in teachers.get(lesson.id, ())]
        if shared := people.get(lesson.class_id):
            found.append(clash("trainee", tuple(shared), len(shared)))
    return found


def people_with_clashes(class_id: int, cadre_ids: Collection[int]) -> dict[int, int]:
    """For people who may enter a class: how many of its lessons overlap lessons of other classes they are in."""
    here, there = aliased(Lesson), aliased(Lesson)
    rows = db.session.execute(
        select(Enrollment.cadre_id, func.count(func.distinct(here.id)))
        .join(there, and_(there.class_id == Enrollment.class_id, there.state != "cancelled"))
        .join(
            here,
            and_(
                here.class_id == class_id,
                here.state == "planned",
                here.starts_at < there.ends_at,
                here.ends_at > there.starts_at,
            ),
        )
        .where(Enrollment.cadre_id.in_(cadre_ids), Enrollment.class_id != class_id, Enrollment.status.in_(TAKING_PART))
        .group_by(Enrollment.cadre_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class RoomInfo:
    """A room, and whether it is free at the time asked for."""

    id: int
    name: str
    capacity: int | None
    free: bool = True


@dataclass(frozen=True)
class Alternatives:
    """What is free instead."""

    rooms: tuple[RoomInfo, ...]
    """Rooms free at the wanted time, those big enough first."""
    half_days: tuple[HalfDay, ...]
    """The next half days at which class, people, room and teachers are all free."""


def alternatives(
    wanted: Wanted, *, people: int, last_day: date, skip_lesson_id: int | None = None, limit: int = 3
) -> Alternatives:
    """The nearest free rooms and half days for a lesson that cannot be held as wanted."""
    rooms = [each for each in rooms_at(wanted.starts_at, wanted.ends_at, skip_lesson_id=skip_lesson_id) if each.free]
    rooms.sort(key=lambda each: ((each.capacity or 0) < people, each.capacity or 0, each.name))
    first_day = max(clock.local(wanted.starts_at).date(), clock.today())
    final = max(last_day, first_day + timedelta(days=14))
    taken = _taken(wanted, first_day, final, skip_lesson_id)
    taught = db.session.scalars(
        select(Lesson.day).where(Lesson.class_id == wanted.class_id, Lesson.state != "cancelled").distinct()
    )
    free = next_free(
        first_day,
        final,
        taken,
        not_before=max(clock.now(), wanted.starts_at - timedelta(hours=12)),
        limit=limit,
        weekends=frozenset(taught),
    )
    return Alternatives(tuple(rooms[:6]), tuple(free))


def rooms_at(starts_at: datetime, ends_at: datetime, *, skip_lesson_id: int | None = None) -> list[RoomInfo]:
    """Every room, and whether it is free then."""
    select_ = select(Lesson.room_id).where(
        Lesson.starts_at < ends_at, Lesson.ends_at > starts_at, Lesson.state != "cancelled", Lesson.room_id.is_not(None)
    )
    if skip_lesson_id is not None:
        select_ = select_.where(Lesson.id != skip_lesson_id)
    taken = set(db.session.scalars(select_))
    return [
        RoomInfo(each.id, each.name, each.capacity, each.id not in taken)
        for each in db.session.scalars(select(Room).order_by(Room.name))
    ]


def busy_teacher_ids(starts_at: datetime, ends_at: datetime, *, skip_lesson_id: int | None = None) -> frozenset[int]:
    """Teachers who give a lesson at that time."""
    select_ = (
        select(TeachingAssignment.teacher_id)
        .join(Lesson, Lesson.id == TeachingAssignment.lesson_id)
        .where(Lesson.starts_at < ends_at, Lesson.ends_at > starts_at, Lesson.state != "cancelled")
    )
    if skip_lesson_id is not None:
        select_ = select_.where(Lesson.id != skip_lesson_id)
    return frozenset(db.session.scalars(select_))


def site_is_taken(site_id: int, starts_at: datetime, ends_at: datetime, *, skip_lesson_id: int | None = None) -> str:
    """The name of another class at a teaching site at that time, or ''. A site may hold several; one should know."""
    select_ = (
        select(TrainingClass.name)
        .join(Lesson, Lesson.class_id == TrainingClass.id)
        .where(
            Lesson.site_id == site_id,
            Lesson.starts_at < ends_at,
            Lesson.ends_at > starts_at,
            Lesson.state != "cancelled",
        )
    )
    if skip_lesson_id is not None:
        select_ = select_.where(Lesson.id != skip_lesson_id)
    return db.session.scalar(select_.limit(1)) or ""


def _teachers_among(lesson_ids: Collection[int], teacher_ids: Collection[int]) -> dict[int, list[int]]:
    if not teacher_ids:
        return {}
    found: dict[int, list[int]] = {}
    for lesson_id, teacher_id in db.session.execute(
        select(TeachingAssignment.lesson_id, TeachingAssignment.teacher_id).where(
            TeachingAssignment.lesson_id.in_(lesson_ids), TeachingAssignment.teacher_id.in_(teacher_ids)
        )
    ):
        found.setdefault(lesson_id, []).append(teacher_id)
    return found


def _people_shared(class_id: int, other_ids: Collection[int]) -> dict[int, list[str]]:
    """For each other class, the people who are in this class too."""
    if not other_ids:
        return {}
    here, there = aliased(Enrollment), aliased(Enrollment)
    found: dict[int, list[str]] = {}
    for other_id, name, unit_name in db.session.execute(
        select(there.class_id, here.name, here.unit_name)
        .join(there, there.cadre_id == here.cadre_id)
        .where(
            here.class_id == class_id,
            here.status.in_(TAKING_PART),
            there.class_id.in_(other_ids),
            there.status.in_(TAKING_PART),
        )
        .order_by(here.id)
    ):
        found.setdefault(other_id, []).append(f"{name}（{unit_name}）" if unit_name else name)
    return found


def _taken(wanted: Wanted, first: date, last: date, skip_lesson_id: int | None) -> list[Taken]:
    """When the class, its people, the room or the teachers are taken between two days."""
    here, there = aliased(Enrollment), aliased(Enrollment)
    related = set(
        db.session.scalars(
            select(there.class_id)
            .join(here, here.cadre_id == there.cadre_id)
            .where(here.class_id == wanted.class_id, here.status.in_(TAKING_PART), there.status.in_(TAKING_PART))
            .distinct()
        )
    ) | {wanted.class_id}
    rows = db.session.execute(
        select(Lesson.id, Lesson.class_id, Lesson.room_id, Lesson.starts_at, Lesson.ends_at).where(
            Lesson.day >= first, Lesson.day <= last, Lesson.state != "cancelled", Lesson.id != (skip_lesson_id or 0)
        )
    ).all()
    teaching = _teachers_among([each.id for each in rows], wanted.teacher_ids)
    return [
        Taken(each.starts_at, each.ends_at)
        for each in rows
        if each.class_id in related
        or (wanted.room_id is not None and each.room_id == wanted.room_id)
        or each.id in teaching
    ]
