"""A class of three days with people, for the tests of leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from tests.attendance_hall import Hall, build_hall, staff_of
from training_app.accounts.api import create_account
from training_app.accounts.services import sessions
from training_app.attendance.api import records_of_lesson
from training_app.classes.api import NewLesson, add_lessons
from training_app.core import clock
from training_app.core.actor import Actor, acting_as, system
from training_app.core.db import db
from training_app.discipline import rules
from training_app.discipline.services.leave import Request


@dataclass(frozen=True)
class School:
    """A class with six half-days of lessons (4 hours each), and the people who decide."""

    hall: Hall
    lessons: tuple[int, ...]
    first: date
    teacher: Actor
    academic: Actor
    organisation: Actor

    def half(self, number: int) -> rules.Half:
        """A half-day of the class, from 0."""
        return rules.Half(self.first + timedelta(days=number // 2), number % 2)

    def request(self, first: int, last: int, kind: str = "leave_sick", **more: object) -> Request:
        """A request from one half-day to another."""
        return Request(kind, rules.Period(self.half(first), self.half(last)), "发烧就医", **more)  # type: ignore[arg-type]

    def trainee(self, number: int = 0) -> Actor:
        """A trainee as an actor."""
        return actor_of(self.hall.accounts[number])

    def statuses(self, person: int = 0) -> list[str]:
        """What the six lessons say of a person."""
        db.session.rollback()
        found = []
        for lesson in self.lessons:
            own = [r.status for r in records_of_lesson(lesson) if r.enrollment_id == self.hall.enrollments[person]]
            found.append(own[0] if own else "")
        return found


def actor_of(account_id: int) -> Actor:
    """Somebody as signed in."""
    with acting_as(system("test")):
        found = sessions.find_session(sessions.open_session(account_id))
    assert found is not None
    return found.actor


def build_school(code: str = "QJ1", *, days_ago: int = 2) -> School:
    """Three days, the last of them today by default."""
    first = clock.today() - timedelta(days=days_ago)
    hall = build_hall(people=3, code=code, starts_at=clock.at_local(first + timedelta(days=40), 9))
    from sqlalchemy import update

    from training_app.classes.models import Lesson, TrainingClass
    from training_app.core.db import unit_of_work

    with unit_of_work() as session:
        session.execute(update(Lesson).where(Lesson.class_id == hall.class_id).values(state="cancelled"))
        session.execute(
            update(TrainingClass)
            .where(TrainingClass.id == hall.class_id)
            .values(starts_on=first, ends_on=first + timedelta(days=2))
        )
    starts: list[datetime] = [clock.at_local(first + timedelta(days=day), hour) for day in range(3) for hour in (9, 14)]
    lessons = add_lessons(
        hall.class_id,
        [NewLesson(at, at + timedelta(hours=2), f"第{n}课", Decimal(4)) for n, at in enumerate(starts, 1)],
    )
    made = []
    for role, name in (("class_teacher", "班主任"), ("planner", "教务"), ("org_dept", "组织部")):
        account = create_account(username=f"{code}-{role}".lower(), display_name=name, roles=(role,))
        if role == "class_teacher":
            staff_of(hall.class_id, account)
        made.append(actor_of(account))
    return School(hall, tuple(lessons), first, *made)


@pytest.fixture
def school(app: Flask) -> School:
    """The class, on both databases."""
    return build_school()
