"""Loading the demonstration county, and signed-in sessions for load tests."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from sqlalchemy import delete, func, select, update

from training_app.accounts.api import create_account, open_session
from training_app.accounts.models import Account, AccountSession, Unit
from training_app.accounts.services.passwords import hash_password
from training_app.cadres.models import Cadre
from training_app.classes import api as classes
from training_app.classes.models import Enrollment, TrainingClass
from training_app.core import clock
from training_app.core.db import command, db
from training_app.core.errors import NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.demo import (
    appointment_forms,
    catalogue,
    finishing,
    leave,
    people,
    questions,
    records,
    signins,
    training,
)
from training_app.demo.events import DemoCountyLoaded, DemoPasswordSet, DemoSessionsMade

USUAL_SIZE = 1200
SMALLEST, LARGEST = 80, 60_000


@dataclass(frozen=True)
class Loaded:
    """What was written; the password is told here once and stored nowhere in clear."""

    password: str
    counts: Mapping[str, int]
    running_class: str


def state() -> str:
    """Whose data the database holds: ``empty``, ``demo`` or ``real``."""
    accounts = dict(db.session.execute(select(Account.is_demo, func.count()).group_by(Account.is_demo)).all())
    if accounts.get(False):
        return "real"
    if accounts.get(True):
        return "demo"
    holds = any(db.session.scalar(select(model.id).limit(1)) is not None for model in (Cadre, Unit, TrainingClass))
    return "real" if holds else "empty"


def load(*, cadres: int = USUAL_SIZE, seed: int = 1, password: str = "", base_url: str = "") -> Loaded:
    """Write the demonstration county into an empty database, then seal its oldest class files.

    Raises:
        Refused: the database holds data already, or the size is out of range.
    """
    loaded, year, made = _write(cadres=cadres, seed=seed, password=password or secrets.token_urlsafe(9))
    # Sealing sets pages; each file is a transaction of its own, as it is when two people do it.
    finishing.seal(year, made, base_url=base_url or "http://127.0.0.1:5000")
    return loaded


@command
def _write(*, cadres: int, seed: int, password: str) -> tuple[Loaded, training.Year, signins.SignIns]:
    """Write everything but the sealed files, in one transaction.

    Raises:
        Refused: the database holds data already, or the size is out of range.
    """
    if state() != "empty":
        raise Refused(
            N_("This database holds data already; the demonstration county goes into an empty one only."),
            code="not_empty",
        )
    if not SMALLEST <= cadres <= LARGEST:
        raise Refused(
            N_("A demonstration county has between %(least)s and %(most)s cadres."),
            code="size",
            least=SMALLEST,
            most=LARGEST,
        )
    random, session, now = Random(seed), db.session(), clock.now()  # noqa: S311 - invented data, not secrets
    population = people.settle(session, random, cadres=cadres, today=clock.local(now).date(), now=now)
    made = signins.write_staff(random, population, hash_password(password))
    stock = catalogue.stock(session, random, population, now)
    planner = training.Planner(session, random, population=population, catalogue=stock, now=now)
    planner.busy.update(made.people)
    year = planner.write(staff=made.staff, scale=cadres / USUAL_SIZE)
    operator, exam_officer = made.staff["class_teacher"][0], made.staff["exam_officer"][0]
    records.Recorder(session, random, now=now, operator=operator, typists=(operator, exam_officer)).write(year)
    records.write_hours_from_elsewhere(session, random, population, now)
    signins.write_instructors(session, made, year, population)
    for course in year.running():
        signins.write_trainees(session, made, [seat.person for seat in course.seats])
    session.flush()
    finishing.finish(year, made, population)
    leave.write(year, made)
    forms = appointment_forms.write(seed, population, made)
    bank = questions.fill_bank(random)
    running = year.running()[0]
    publish(
        DemoCountyLoaded(
            seed=seed, units=len(population.units), cadres=len(population.cadres), classes=len(year.classes)
        )
    )
    counts = {
        "units": len(population.units),
        "cadres": len(population.cadres),
        "teachers": len(stock.lecturers),
        "courses": len(stock.subjects),
        "classes": len(year.classes),
        "accounts": len(made.accounts),
        "questions": bank,
        "appointment forms": forms,
    }
    return Loaded(password, counts, running.code), year, made


@command
def set_password(password: str = "") -> str:
    """Give every demonstration account the same new password, random unless one is given, and end their sessions.

    Raises:
        Refused: the database is not a demonstration.
    """
    if state() != "demo":
        raise Refused(N_("Only demonstration accounts get a common password."), code="not_demo")
    password = password or secrets.token_urlsafe(9)
    changed = db.session.execute(
        update(Account).where(Account.is_demo).values(password_hash=hash_password(password), must_change_password=False)
    )
    db.session.execute(delete(AccountSession))
    publish(DemoPasswordSet(accounts=changed.rowcount))  # type: ignore[attr-defined]
    return password


@dataclass(frozen=True)
class TraineeSession:
    """A signed-in trainee for a load test."""

    enrollment_id: int
    cookie: str


@command
def make_sessions(class_code: str) -> list[TraineeSession]:
    """Sign in every trainee of a class, giving those an account who have none.

    Raises:
        Refused: the database is not a demonstration.
        NotFound: there is no such class.
    """
    if state() != "demo":
        raise Refused(N_("Sessions are made in demonstration databases only."), code="not_demo")
    found = classes.find_class_by_code(class_code)
    if found is None:
        raise NotFound
    made = []
    for trainee in classes.list_enrollments(found.id):
        account_id = trainee.account_id
        if account_id is None:
            account_id = create_account(
                username=f"demo-{trainee.cadre_id}",
                display_name=trainee.name,
                roles=("trainee",),
                unit_id=trainee.unit_id,
                is_demo=True,
            )
            _link(trainee.cadre_id, account_id)
        made.append(TraineeSession(trainee.id, open_session(account_id, browser="load test")))
    publish(DemoSessionsMade(class_id=found.id, class_code=found.code, count=len(made)))
    return made


def _link(cadre_id: int, account_id: int) -> None:
    db.session.execute(update(Cadre).where(Cadre.id == cadre_id).values(account_id=account_id))
    db.session.execute(update(Enrollment).where(Enrollment.cadre_id == cadre_id).values(account_id=account_id))
