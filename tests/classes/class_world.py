"""Units, people, teachers, rooms and a plan, for tests of classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from training_app.accounts.models import Unit
from training_app.accounts.services.people import create_account
from training_app.accounts.services.units import store_unit
from training_app.cadres.models import Cadre
from training_app.classes.models import Enrollment
from training_app.classes.permissions import CLASSES, PLANS
from training_app.classes.services.plan import (
    PlanValues,
    allot_seats,
    find_or_create_program,
    open_class_from_plan,
    save_plan_line,
)
from training_app.classes.services.timetable import find_or_create_room
from training_app.classes.values import NewLesson
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.db import db, unit_of_work
from training_app.core.permissions import levels_of
from training_app.teachers.models import Teacher

FIRST_DAY = date(2030, 5, 13)  # a Monday, far enough away that nothing has begun
NAMES = ("岩温", "玉香", "刀建国", "李云", "普学珍", "沙玛阿依", "陶莉", "白鹏", "王强", "何玲香")


@dataclass
class World:
    """What the tests act on."""

    units: dict[str, int] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    cadres: dict[str, list[int]] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    teachers: dict[str, int] = field(default_factory=dict)

    def actor(self, role: str, unit: str = "", account_id: int | None = None) -> Actor:
        """Somebody with one role, in a unit."""
        levels, scopes = levels_of([role], (PLANS, CLASSES))
        if account_id is None:
            account_id = account(role)
        return Actor(
            account_id=account_id,
            name=role,
            roles=frozenset({role}),
            levels=levels,
            scopes=scopes,
            unit_id=self.units.get(unit),
            unit_path=self.paths.get(unit, ""),
        )


def build_world() -> World:
    """Two offices with five people each, a section below one, two rooms, two teachers."""
    world = World()
    for code, name, parent in (
        ("1", "测试县", ""),
        ("11", "县委办公室", "1"),
        ("12", "县财政局", "1"),
        ("121", "预算股", "12"),
    ):
        world.units[name] = store_unit(code=code, name=name, parent_code=parent)
    for name, unit_id in world.units.items():
        world.paths[name] = db.session.get_one(Unit, unit_id).path
    with unit_of_work() as session:
        for number, unit in enumerate(("县委办公室", "县财政局")):
            people = [
                Cadre(
                    name=name,
                    unit_id=world.units[unit],
                    unit_and_post=f"{unit}干部",
                    post_title="干部",
                    post_level="乡科级副职",
                    political_status="中共党员",
                    created_at=clock.now(),
                    updated_at=clock.now(),
                )
                for name in NAMES[number * 5 : number * 5 + 5]
            ]
            session.add_all(people)
            session.flush()
            world.cadres[unit] = [each.id for each in people]
        for name in ("郭正", "陶兴龙"):
            teacher = Teacher(name=name, created_at=clock.now(), updated_at=clock.now())
            session.add(teacher)
            session.flush()
            world.teachers[name] = teacher.id
    world.rooms = {name: find_or_create_room(name) for name in ("报告厅", "201教室")}
    return world


def plan(code: str, *, name: str = "知行学堂第6期", seats: int = 4, start: date = FIRST_DAY, days: int = 2) -> int:
    """A line of the plan."""
    return save_plan_line(
        PlanValues(
            year=start.year,
            code=code,
            name=name,
            program_id=find_or_create_program("知行学堂"),
            seats=seats,
            days=days,
            credit_hours=Decimal(14),
            starts_on=start,
            ends_on=start + timedelta(days=days - 1),
            venue="报告厅",
        )
    )


def open_class(code: str, seats: dict[int, int] | None = None, **values: object) -> int:
    """A class that enrols."""
    line = plan(code, **values)  # type: ignore[arg-type]
    if seats:
        allot_seats(line, seats)
    return open_class_from_plan(line)


def lesson(
    day: date = FIRST_DAY,
    start: int = 8,
    end: int = 11,
    *,
    title: str = "党的二十大精神",
    room: int | None = None,
    teachers: tuple[int, ...] = (),
) -> NewLesson:
    """A lesson to schedule."""
    return NewLesson(
        starts_at=clock.at_local(day, start, 30),
        ends_at=clock.at_local(day, end, 30),
        title=title,
        credit_hours=Decimal(4),
        room_id=room,
        teacher_ids=teachers,
    )


_count = iter(range(10_000))


def account(role: str, unit_id: int | None = None) -> int:
    """An account with a role."""
    return create_account(
        username=f"{role}-w{next(_count)}",
        display_name=role,
        roles=[role],
        unit_id=unit_id,
        password="a long test passphrase",
    )


def enrollment_of(class_id: int, cadre_id: int) -> Enrollment:
    """The stored enrollment, fresh."""
    db.session.expire_all()
    wanted = select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.cadre_id == cadre_id)
    return db.session.scalars(wanted).one()
