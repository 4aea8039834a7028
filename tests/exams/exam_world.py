"""A class with people and staff, and an exam that has just been sat, for tests of exams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select

from training_app.accounts.models import Account, RoleGrant
from training_app.cadres.models import Cadre
from training_app.classes.models import ClassStaff, Enrollment, PlanLine, Program, TrainingClass
from training_app.core import clock
from training_app.core.actor import Actor, acting_as
from training_app.core.db import db, unit_of_work
from training_app.exams.models import Exam
from training_app.exams.services.entering import store_cells, submit_entry, take_entry
from training_app.exams.services.publishing import publish_scores
from training_app.exams.services.scheduling import Schedule, schedule_exam

NAMES = ("岩温", "玉香", "刀建国", "李云", "普学珍", "沙玛阿依")


@dataclass
class World:
    """A class, its people, and accounts that do something with its scores."""

    class_id: int
    enrollments: tuple[int, ...]
    trainees: tuple[int, ...]
    accounts: dict[str, int] = field(default_factory=dict)
    exam_id: int = 0

    def acting(self, name: str) -> Actor:
        """Act as one of the accounts: ``first``, ``second``, ``third``, ``fourth``."""
        return Actor(account_id=self.accounts[name], name=name)

    def exam(self) -> Exam:
        """The exam as it is stored now."""
        db.session.expire_all()
        return db.session.get_one(Exam, self.exam_id)

    def enter(self, name: str, entry_no: int, texts: tuple[str, ...], *, hand_in: bool = True) -> None:
        """Take an entry, type, and hand it in."""
        with acting_as(self.acting(name)):
            take_entry(self.exam_id, entry_no)
            store_cells(self.exam_id, entry_no, list(zip(self.enrollments, texts, strict=False)))
            if hand_in:
                submit_entry(self.exam_id, entry_no)

    def publish(self, *texts: str) -> None:
        """Enter the same scores twice and publish them."""
        self.enter("first", 1, texts)
        self.enter("second", 2, texts)
        with acting_as(self.acting("third")):
            publish_scores(self.exam_id)


def build_world(*, people: int = 4, code: str = "KS1", begun: bool = True) -> World:
    """Store a class, its staff, and an exam that began an hour ago (or begins in an hour)."""
    now = clock.now()
    with unit_of_work() as session:
        class_id = _class(code, now)
        trainees = _accounts([f"{code}-t{n}".lower() for n in range(people)], "trainee")
        cadres = _cadres(trainees, now)
        rows = [
            {
                "class_id": class_id,
                "cadre_id": cadre,
                "account_id": account,
                "name": NAMES[n % len(NAMES)],
                "unit_name": "县财政局",
                "status": "studying",
                "created_at": now,
                "group_name": f"{n // 3 + 1}组",
            }
            for n, (cadre, account) in enumerate(zip(cadres, trainees, strict=True))
        ]
        statement = insert(Enrollment).returning(Enrollment.id, sort_by_parameter_order=True)
        enrollments = tuple(session.execute(statement, rows).scalars())
        staff = ("first", "second", "third", "fourth")
        ids = _accounts([f"{code}-{name}".lower() for name in staff], "exam_officer")
    exam_id = schedule_exam(
        class_id=class_id,
        attempt_no=1,
        schedule=schedule_at(now + timedelta(hours=-1 if begun else 1)),
    )
    return World(class_id, enrollments, tuple(trainees), dict(zip(staff, ids, strict=True)), exam_id)


def schedule_at(starts_at: datetime, **changes: object) -> Schedule:
    """A closed-book exam of 100 marks."""
    values = {
        "title": "结业考试",
        "starts_at": starts_at,
        "duration_minutes": 90,
        "place": "县委党校报告厅",
        "full_marks": Decimal(100),
        "pass_mark": Decimal(60),
        **changes,
    }
    return Schedule(**values)


def staff_of(class_id: int, account_id: int, duty: str) -> None:
    """Give an account a duty in a class."""
    with unit_of_work() as session:
        session.add(ClassStaff(class_id=class_id, account_id=account_id, duty=duty))


def _class(code: str, now: datetime) -> int:
    day = clock.local(now).date()
    program = db.session.scalar(select(Program).where(Program.name == "共富学堂")) or Program(name="共富学堂")
    db.session.add(program)
    db.session.flush()
    line = PlanLine(
        year=day.year,
        code=f"P-{code}",
        name=f"共富学堂{code}",
        program_id=program.id,
        seats=60,
        days=2,
        credit_hours=Decimal(16),
        starts_on=day - timedelta(days=2),
        ends_on=day,
    )
    db.session.add(line)
    db.session.flush()
    klass = TrainingClass(
        code=code,
        name=f"共富学堂{code}",
        plan_line_id=line.id,
        program_id=program.id,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        state="running",
        opened_at=now,
    )
    db.session.add(klass)
    db.session.flush()
    return klass.id


def _accounts(usernames: list[str], role: str) -> list[int]:
    now = clock.now()
    rows = [{"username": each, "display_name": each, "family": "business", "created_at": now} for each in usernames]
    ids = list(db.session.execute(insert(Account).returning(Account.id, sort_by_parameter_order=True), rows).scalars())
    grants = [{"account_id": each, "role": role, "family": "business", "granted_at": now} for each in ids]
    db.session.execute(insert(RoleGrant), grants)
    return ids


def _cadres(accounts: list[int], now: datetime) -> list[int]:
    rows = [
        {"account_id": account, "name": NAMES[n % len(NAMES)], "created_at": now, "updated_at": now}
        for n, account in enumerate(accounts)
    ]
    return list(db.session.execute(insert(Cadre).returning(Cadre.id, sort_by_parameter_order=True), rows).scalars())
