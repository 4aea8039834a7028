"""Sign-ins for the people of a class who have none yet, so that their phones can check in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import func, select

from training_app.accounts.api import create_account, find_account_by_username, hash_password
from training_app.cadres.api import get_cadre, link_account
from training_app.classes.events import SignInsOpened
from training_app.classes.models import Enrollment, TrainingClass
from training_app.classes.values import ACTIVE
from training_app.core.db import command, db
from training_app.core.errors import NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for one another on paper
_GROUPS, _GROUP = 3, 4


@dataclass(frozen=True)
class NewSignIn:
    """A sign-in as it is told once: the first password must be changed at the first sign-in."""

    name: str
    unit_name: str
    group_name: str
    username: str
    password: str


@dataclass(frozen=True)
class ClassWithoutSignIns:
    """A class and how many of its people cannot sign in yet."""

    class_id: int
    code: str
    name: str
    people: int
    without: int


def list_classes_without_sign_ins() -> list[ClassWithoutSignIns]:
    """Classes that are enrolling or running, those that begin first on top."""
    missing = func.count().filter(Enrollment.account_id.is_(None))
    rows = db.session.execute(
        select(TrainingClass.id, TrainingClass.code, TrainingClass.name, func.count(), missing)
        .join(Enrollment, Enrollment.class_id == TrainingClass.id)
        .where(TrainingClass.state.in_(("enrolling", "running")), Enrollment.status.in_(ACTIVE))
        .group_by(TrainingClass.id, TrainingClass.code, TrainingClass.name, TrainingClass.starts_on)
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    )
    return [ClassWithoutSignIns(*row) for row in rows]


def open_sign_ins(class_id: int) -> list[NewSignIn]:
    """Give everybody in the class who has none a sign-in with a random first password.

    The costly hashes are made before the unit of work begins, so that nobody else waits for them.

    Raises:
        NotFound: there is no such class.
        Refused: everybody has a sign-in already.
    """
    count = len(_without(class_id))
    if not count:
        raise Refused(N_("Everybody in this class can sign in already."), code="nobody_without")
    passwords = ["-".join(_random_group() for _ in range(_GROUPS)) for _ in range(count)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        hashes = list(pool.map(hash_password, passwords))
    return _store(class_id, list(zip(passwords, hashes, strict=True)))


@command
def _store(class_id: int, passwords: Sequence[tuple[str, str]]) -> list[NewSignIn]:
    made = []
    for enrollment, (password, hashed) in zip(_without(class_id), passwords, strict=False):
        username = _free_username(get_cadre(enrollment.cadre_id).pinyin)
        account_id = create_account(
            username=username,
            display_name=enrollment.name,
            roles=("trainee",),
            unit_id=enrollment.unit_id,
            password_hash=hashed,
            must_change_password=True,
        )
        link_account(enrollment.cadre_id, account_id)
        made.append(NewSignIn(enrollment.name, enrollment.unit_name, enrollment.group_name, username, password))
    publish(SignInsOpened(class_id=class_id, count=len(made)))
    return made


def _without(class_id: int) -> list[Enrollment]:
    if db.session.get(TrainingClass, class_id) is None:
        raise NotFound
    return list(
        db.session.scalars(
            select(Enrollment)
            .where(Enrollment.class_id == class_id, Enrollment.status.in_(ACTIVE), Enrollment.account_id.is_(None))
            .order_by(Enrollment.group_name, Enrollment.id)
        )
    )


def _free_username(pinyin: str) -> str:
    """The name's pinyin, with a number behind it when somebody has it already."""
    base = (pinyin.split() or ["trainee"])[0][:40]
    number = 1
    while find_account_by_username(name := base if number == 1 and len(base) > 1 else f"{base}{number}") is not None:
        number += 1
    return name


def _random_group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_GROUP))
