"""The world of the access tests: a small demonstration county with objects of the actor's own and of others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import PASSWORD, Browser, settings_for
from training_app import create_app
from training_app.accounts.models import Account, AccountSession
from training_app.accounts.services import people, sessions
from training_app.archives.models import ArchiveItem, ArchivePackage
from training_app.attendance.models import AttendanceRecord, RollCall
from training_app.cadres.models import Cadre
from training_app.classes.models import ClassStaff, Enrollment, Lesson, PlanLine, Room, TrainingClass
from training_app.core import clock, crypto
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.courses.models import Course, TeachingRoute, TeachingSite
from training_app.demo import services as demo
from training_app.discipline.models import Bulletin, Leave, LeavePaper
from training_app.exams.models import Exam
from training_app.results.models import CompletionCertificate
from training_app.teachers.models import Teacher

ROLES = (
    "trainee", "instructor", "class_teacher", "exam_officer", "unit_officer", "planner", "org_dept", "leader",
    "sysadmin", "secadmin", "auditor",
)  # fmt: skip
A_MORNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # a Friday, half past nine in the county
VISITORS = ("anonymous", "bad_cookie", "expired", "disabled")


@dataclass(frozen=True)
class World:
    """The application, everybody's browser, and ids by argument name and relation (own, other, missing)."""

    app: Flask
    browsers: dict[str, Any]
    ids: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demonstration county depends on the day it is made, the reviewed table does not: the time stands still."""
    with time_machine.travel(A_MORNING, tick=True):
        yield make_world(sqlite_template, tmp_path_factory)


def make_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    shutil.copyfile(sqlite_template, folder / "world.db")
    app = create_app(settings_for(f"sqlite:///{folder / 'world.db'}", folder, demo_password=PASSWORD))
    with app.app_context(), acting_as(system("test")):
        demo.load(cadres=200, seed=3, password=PASSWORD)
        accounts = {a.username: a.id for a in db.session.scalars(select(Account))}
        browsers: dict[str, Any] = {role: Browser(app, accounts[role]) for role in ROLES}
        browsers |= visitors(app)
        ids = objects(accounts)
    return World(app, browsers, ids)


def visitors(app: Flask) -> dict[str, Any]:
    """Browsers that nobody has signed in with, or nobody any more."""
    gone = people.create_account(username="gone", display_name="gone", roles=["org_dept"], password=PASSWORD)
    old = people.create_account(username="old", display_name="old", roles=["org_dept"], password=PASSWORD)
    found = {"disabled": Browser(app, gone), "expired": Browser(app, old), "bad_cookie": app.test_client()}
    found["bad_cookie"].set_cookie("sid", "0" * 43)
    cookie = sessions.open_session(old)
    found["expired"].client.set_cookie("sid", cookie)
    with unit_of_work() as session:
        session.execute(
            update(AccountSession)
            .where(AccountSession.id_hash == crypto.digest(cookie))
            .values(expires_at=clock.now() - timedelta(minutes=1))
        )
        session.execute(update(Account).where(Account.id == gone).values(disabled_at=clock.now()))
    return found | {"anonymous": app.test_client()}


def objects(accounts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Real objects: of the running class that the trainee is in and the class teacher runs, and of another class."""
    scalar, scalars = db.session.scalar, db.session.scalars
    mine = set(scalars(select(ClassStaff.class_id).where(ClassStaff.account_id == accounts["class_teacher"])))
    own = scalar(
        select(Enrollment.class_id).where(Enrollment.account_id == accounts["trainee"], Enrollment.class_id.in_(mine))
    )
    taught = set(scalars(select(ClassStaff.class_id).where(ClassStaff.account_id == accounts["instructor"])))
    attended = set(scalars(select(Enrollment.class_id).where(Enrollment.account_id == accounts["trainee"])))
    unit = scalar(select(Account.unit_id).where(Account.id == accounts["unit_officer"]))
    strangers = select(Enrollment.class_id).where(Enrollment.unit_id == unit)
    other = scalar(
        select(TrainingClass.id)
        .where(TrainingClass.id.not_in(mine | taught | attended), TrainingClass.id.not_in(strangers))
        .order_by(TrainingClass.id)
    ) or scalar(select(TrainingClass.id).where(TrainingClass.id.not_in(mine | taught | attended)))
    trainee = scalar(select(Cadre.id).where(Cadre.account_id == accounts["trainee"]))
    elsewhere = scalar(select(Cadre.id).where(Cadre.account_id.is_(None), Cadre.unit_id != unit, Cadre.in_register))

    def of_class(model: Any, class_id: int) -> Any:
        return scalar(select(model.id).where(model.class_id == class_id).order_by(model.id))

    lesson = {"own": of_class(Lesson, own), "other": of_class(Lesson, other)}
    first = scalar(select(Course.id).order_by(Course.id))
    found: dict[str, dict[str, Any]] = {
        "class_id": {"own": own, "other": other},
        "lesson_id": lesson,
        "enrollment_id": {
            "own": scalar(select(Enrollment.id).where(Enrollment.class_id == own, Enrollment.cadre_id == trainee)),
            "other": of_class(Enrollment, other),
        },
        "exam_id": {"own": of_class(Exam, own) or of_class(Exam, other), "other": of_class(Exam, other)},
        "record_id": {
            "own": scalar(select(AttendanceRecord.id).where(AttendanceRecord.lesson_id == lesson["own"])) or 999_999,
            "other": scalar(select(AttendanceRecord.id).where(AttendanceRecord.lesson_id == lesson["other"])),
        },
        "roll_call_id": {
            name: scalar(select(RollCall.id).where(RollCall.lesson_id == lesson[name])) or 999_999 for name in lesson
        },
        "cadre_id": {"own": trainee, "other": elsewhere},
        "plan_line_id": {
            "own": scalar(select(TrainingClass.plan_line_id).where(TrainingClass.id == own)),
            "other": scalar(select(PlanLine.id).order_by(PlanLine.id.desc())),
        },
        "teacher_id": {
            "own": scalar(select(Teacher.id).where(Teacher.account_id == accounts["instructor"])),
            "other": scalar(select(Teacher.id).where(Teacher.account_id.is_(None))),
        },
        "course_id": {"own": first, "other": first},
        "site_id": {"own": scalar(select(TeachingSite.id)), "other": scalar(select(TeachingSite.id))},
        "route_id": {"own": scalar(select(TeachingRoute.id)), "other": scalar(select(TeachingRoute.id))},
        "room_id": {"own": scalar(select(Room.id)), "other": scalar(select(Room.id))},
        "unit_id": {"own": unit, "other": scalar(select(Cadre.unit_id).where(Cadre.id == elsewhere))},
        "account_id": {"own": accounts["trainee"], "other": accounts["planner"]},
        "certificate_id": {
            "own": scalar(select(CompletionCertificate.id)),
            "other": scalar(select(CompletionCertificate.id)),
        },
        "package_id": {"own": scalar(select(ArchivePackage.id)), "other": scalar(select(ArchivePackage.id))},
        "leave_id": {
            "own": scalar(select(LeavePaper.leave_id).join(Leave).where(Leave.class_id == own)),
            "other": of_class(Leave, other),
        },
        "bulletin_id": {"own": of_class(Bulletin, own), "other": of_class(Bulletin, other)},
        "paper_id": {"own": scalar(select(LeavePaper.id).join(Leave).where(Leave.class_id == own)), "other": None},
        "item_id": {"own": scalar(select(ArchiveItem.id)), "other": scalar(select(ArchiveItem.id))},
    }
    for values in found.values():
        values["missing"] = 999_999
    return found
