"""A hall for the benchmark: one class, so many signed-in trainees, a lesson for each round; made without HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import insert, select, text

from training_app.accounts.api import hash_of
from training_app.accounts.models import Account, AccountSession, Device, RoleGrant
from training_app.attendance import code_rules
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.queries.windows import unwrap
from training_app.attendance.services.windows import open_check_in
from training_app.cadres.models import Cadre
from training_app.classes.models import Enrollment, Lesson, PlanLine, Program, TrainingClass
from training_app.core import clock, crypto
from training_app.core.actor import acting_as, system
from training_app.core.db import db, insert_many, unit_of_work
from training_app.web import cookies, csrf

PAST_LESSONS = 20


@dataclass(frozen=True)
class Hall:
    """Lessons with check-in open, their keys, and one (cookie header, token) per trainee."""

    lessons: tuple[int, ...]
    keys: tuple[bytes, ...]
    people: tuple[tuple[str, str], ...]
    accounts: tuple[int, ...]

    def code(self, round_no: int) -> str:
        """The code that the projector shows now."""
        return code_rules.make_code(self.keys[round_no], self.lessons[round_no], code_rules.step_at(clock.unix(), 5))


def build(app: Flask, *, people: int, rounds: int, code: str = "BENCH", past: int = PAST_LESSONS) -> Hall:
    """Store the hall in a migrated, empty database."""
    with app.app_context(), acting_as(system("bench")):
        with unit_of_work():
            lessons = _class(rounds, code)
            accounts = _accounts(people, code)
            _enroll(lessons[0], accounts)
            _bind_devices(accounts)
            _attended_before(lessons[0], accounts, past)
            sessions = _sign_in(accounts)
        ids = tuple(lesson.id for lesson in lessons)
        for lesson_id in ids:
            open_check_in(lesson_id)
        with unit_of_work() as session:
            session.execute(text("ANALYZE"))
        keys = {
            row.lesson_id: unwrap(row.key_encrypted)
            for row in db.session.execute(
                select(CheckInWindow.lesson_id, CheckInWindow.key_encrypted).where(CheckInWindow.lesson_id.in_(ids))
            )
        }
        db.session.remove()
        db.engine.dispose()
        return Hall(ids, tuple(keys[i] for i in ids), tuple(sessions), tuple(accounts))


def stored(app: Flask, lesson_id: int) -> int:
    """How many records a lesson has."""
    with app.app_context():
        found = len(
            list(db.session.scalars(select(AttendanceRecord.id).where(AttendanceRecord.lesson_id == lesson_id)))
        )
        db.session.remove()
        db.engine.dispose()
        return found


def _class(rounds: int, code: str) -> list[Lesson]:
    now = clock.now()
    day = clock.today()
    program = Program(name=code)
    db.session.add(program)
    db.session.flush()
    line = PlanLine(
        year=day.year,
        code=code,
        name="bench",
        program_id=program.id,
        seats=1,
        days=1,
        credit_hours=Decimal(4),
        starts_on=day,
        ends_on=day,
    )
    db.session.add(line)
    db.session.flush()
    klass = TrainingClass(
        code=code,
        name="bench",
        plan_line_id=line.id,
        program_id=program.id,
        starts_on=day,
        ends_on=day,
        state="running",
        opened_at=now,
    )
    db.session.add(klass)
    db.session.flush()
    lessons = [
        Lesson(
            class_id=klass.id,
            day=day,
            half_day="afternoon",
            starts_at=now + timedelta(seconds=number),
            ends_at=now + timedelta(hours=3),
            title="bench",
            credit_hours=Decimal(4),
        )
        for number in range(rounds)
    ]
    db.session.add_all(lessons)
    db.session.flush()
    return lessons


def _accounts(count: int, code: str) -> list[int]:
    now = clock.now()
    rows = [
        {"username": f"{code.lower()}{n}", "display_name": f"学员{n}", "family": "business", "created_at": now}
        for n in range(count)
    ]
    ids = list(db.session.execute(insert(Account).returning(Account.id, sort_by_parameter_order=True), rows).scalars())
    db.session.execute(
        insert(RoleGrant), [{"account_id": i, "role": "trainee", "family": "business", "granted_at": now} for i in ids]
    )
    return ids


def _enroll(lesson: Lesson, accounts: list[int]) -> None:
    now = clock.now()
    cadres = db.session.execute(
        insert(Cadre).returning(Cadre.id, sort_by_parameter_order=True),
        [{"account_id": i, "name": f"学员{i}", "created_at": now, "updated_at": now} for i in accounts],
    ).scalars()
    db.session.execute(
        insert(Enrollment),
        [
            {
                "class_id": lesson.class_id,
                "cadre_id": cadre,
                "account_id": account,
                "name": f"学员{account}",
                "status": "studying",
                "created_at": now,
            }
            for cadre, account in zip(cadres, accounts, strict=True)
        ],
    )


def _attended_before(lesson: Lesson, accounts: list[int], past_lessons: int) -> None:
    """Records of earlier lessons: a county's database is not empty, and plans are made for what it holds."""
    enrolled = db.session.scalars(select(Enrollment.id).where(Enrollment.class_id == lesson.class_id)).all()
    for days in range(1, past_lessons + 1):
        past = Lesson(
            class_id=lesson.class_id,
            day=lesson.day - timedelta(days=days),
            half_day="afternoon",
            starts_at=lesson.starts_at - timedelta(days=days),
            ends_at=lesson.ends_at - timedelta(days=days),
            title="bench",
            credit_hours=Decimal(4),
            state="held",
        )
        db.session.add(past)
        db.session.flush()
        insert_many(
            AttendanceRecord,
            [
                {
                    "lesson_id": past.id,
                    "enrollment_id": enrollment,
                    "status": "present",
                    "check_in_at": past.starts_at,
                    "recorded_at": past.starts_at,
                    "method": "scan",
                    "device_hash": hash_of(_device(account)),
                }
                for enrollment, account in zip(enrolled, accounts, strict=True)
            ],
        )


def _sign_in(accounts: list[int]) -> list[tuple[str, str]]:
    now = clock.now()
    values = [f"bench-session-{i}-{crypto.digest(str(i))}" for i in accounts]
    db.session.execute(
        insert(AccountSession),
        [
            {
                "id_hash": crypto.digest(value),
                "account_id": account,
                "created_at": now,
                "last_seen_at": now,
                "expires_at": now + timedelta(hours=12),
                "confirmed_at": now,
                "browser": "bench",
            }
            for value, account in zip(values, accounts, strict=True)
        ],
    )
    return [
        (
            "; ".join(
                cookies.header(name, kept, is_https=False)
                for name, kept in ((cookies.SESSION, value), (cookies.DEVICE, _device(account)))
            ),
            csrf.token_for(crypto.digest(value)),
        )
        for value, account in zip(values, accounts, strict=True)
    ]


def _device(account: int) -> str:
    """A phone's own key, known to the server from an earlier lesson."""
    return crypto.digest(f"bench-device-{account}")


def _bind_devices(accounts: list[int]) -> None:
    now = clock.now()
    db.session.execute(
        insert(Device),
        [
            {
                "key_hash": hash_of(_device(i)),
                "account_id": i,
                "bound_at": now,
                "first_seen_at": now,
                "browser": "WeChat",
            }
            for i in accounts
        ],
    )
