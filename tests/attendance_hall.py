"""A small class with a lesson in five minutes, for tests of attendance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import time_machine
from sqlalchemy import insert, select

from training_app.accounts.models import Account, RoleGrant
from training_app.accounts.services import people
from training_app.attendance import code_rules
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.queries.windows import unwrap
from training_app.cadres.models import Cadre
from training_app.classes.models import ClassStaff, Enrollment, Lesson, PlanLine, Program, TrainingClass
from training_app.core import clock
from training_app.core.db import db, unit_of_work


@dataclass(frozen=True)
class Hall:
    """A class with people and two lessons: one that starts in five minutes, one tomorrow."""

    class_id: int
    lesson_id: int
    tomorrow_id: int
    enrollments: tuple[int, ...]
    accounts: tuple[int, ...]

    def key(self) -> bytes:
        """The key of the lesson's check-in."""
        row = db.session.execute(
            select(CheckInWindow.key_encrypted).where(CheckInWindow.lesson_id == self.lesson_id)
        ).one()
        return unwrap(row.key_encrypted)

    def code(self, *, steps_ago: int = 0, lesson_id: int | None = None) -> str:
        """The code of now, or of some steps ago."""
        step = code_rules.step_at(clock.unix(), 5) - steps_ago
        return code_rules.make_code(self.key(), lesson_id or self.lesson_id, step)

    def status(self, person: int) -> str | None:
        """What is recorded of the person with this number, now."""
        db.session.rollback()  # a read that is still open would see an older state
        return db.session.scalar(
            select(AttendanceRecord.status).where(
                AttendanceRecord.lesson_id == self.lesson_id,
                AttendanceRecord.enrollment_id == self.enrollments[person],
            )
        )


@contextmanager
def within_one_step() -> Iterator[None]:
    """Time stands still: no code grows a step older between its making and its use."""
    with time_machine.travel(clock.now(), tick=False):
        yield


def build_hall(*, people: int = 3, code: str = "BC1", starts_at: datetime | None = None) -> Hall:
    """Store a class with so many people and two lessons."""
    now = clock.now()
    if starts_at is None:  # in five minutes, but still today: check-in opens on a lesson's own day only
        soon = now + timedelta(minutes=5)
        starts_at = soon if clock.local(soon).date() == clock.local(now).date() else now
    day = clock.local(starts_at).date()
    with unit_of_work() as session:
        program = Program(name=f"知行学堂{code}")
        session.add(program)
        session.flush()
        line = PlanLine(
            year=day.year,
            code=f"P-{code}",
            name=f"知行学堂{code}",
            program_id=program.id,
            seats=people,
            days=1,
            credit_hours=Decimal(8),
            starts_on=day,
            ends_on=day + timedelta(days=1),
        )
        session.add(line)
        session.flush()
        klass = TrainingClass(
            code=code,
            name=f"知行学堂{code}",
            plan_line_id=line.id,
            program_id=program.id,
            starts_on=day,
            ends_on=day + timedelta(days=1),
            state="running",
            opened_at=now,
        )
        session.add(klass)
        session.flush()
        lessons = [
            Lesson(
                class_id=klass.id,
                day=day + timedelta(days=later),
                half_day="afternoon",
                starts_at=starts_at + timedelta(days=later),
                ends_at=starts_at + timedelta(days=later, hours=3),
                title=title,
                place="县委党校报告厅",
                credit_hours=Decimal(4),
            )
            for later, title in ((0, "干部任用条例与干部监督"), (1, "公务员法与职务职级并行"))
        ]
        session.add_all(lessons)
        session.flush()
        accounts = _accounts(code, people, now)
        cadres = _cadres(accounts, now)
        rows = session.execute(
            insert(Enrollment).returning(Enrollment.id, sort_by_parameter_order=True),
            [
                {
                    "class_id": klass.id,
                    "cadre_id": cadre,
                    "account_id": account,
                    "name": f"学员{number}",
                    "unit_name": "县财政局",
                    "status": "studying",
                    "created_at": now,
                }
                for number, (cadre, account) in enumerate(zip(cadres, accounts, strict=True), 1)
            ],
        ).scalars()
        return Hall(klass.id, lessons[0].id, lessons[1].id, tuple(rows), tuple(accounts))


def staff_of(class_id: int, account_id: int) -> None:
    """Make an account the class's teacher."""
    with unit_of_work() as session:
        session.add(ClassStaff(class_id=class_id, account_id=account_id, duty="class_teacher"))


def teacher(class_id: int, name: str = "longxuemei") -> int:
    """A class teacher's account."""
    account_id = people.create_account(
        username=name, display_name="龙雪梅", roles=["class_teacher"], password="a long test passphrase"
    )
    staff_of(class_id, account_id)
    return account_id


def _accounts(code: str, count: int, now: datetime) -> list[int]:
    rows = [
        {"username": f"{code}-{n}".lower(), "display_name": f"学员{n}", "family": "business", "created_at": now}
        for n in range(1, count + 1)
    ]
    ids = list(db.session.execute(insert(Account).returning(Account.id, sort_by_parameter_order=True), rows).scalars())
    db.session.execute(
        insert(RoleGrant), [{"account_id": i, "role": "trainee", "family": "business", "granted_at": now} for i in ids]
    )
    return ids


def _cadres(accounts: list[int], now: datetime) -> list[int]:
    rows = [
        {"account_id": account, "name": f"学员{n}", "created_at": now, "updated_at": now}
        for n, account in enumerate(accounts, 1)
    ]
    return list(db.session.execute(insert(Cadre).returning(Cadre.id, sort_by_parameter_order=True), rows).scalars())
