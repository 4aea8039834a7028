"""One person with two accounts is no second person, and records nothing about themselves; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, update

from tests.attendance_hall import Hall, staff_of, teacher
from tests.discipline.conftest import actor_of
from training_app.accounts.api import create_account
from training_app.attendance.queries.corrections import may_be_second, requests_of
from training_app.attendance.services import staff, tablet, windows
from training_app.attendance.services.corrections import ask_correction, decide_correction
from training_app.cadres.models import Cadre
from training_app.classes.models import Enrollment
from training_app.core import clock
from training_app.core.actor import Actor, acting_as
from training_app.core.db import unit_of_work
from training_app.core.errors import Refused
from training_app.teachers.models import Teacher


def _another_teacher(hall: Hall, name: str) -> int:
    account_id = create_account(username=name, display_name=name, roles=("class_teacher",))
    staff_of(hall.class_id, account_id)
    return account_id


def _is_cadre(account_id: int) -> int:
    """Enter the account's person into the cadre register."""
    now = clock.now()
    with unit_of_work() as session:
        row = {"account_id": account_id, "name": "龙雪梅", "created_at": now, "updated_at": now}
        return session.execute(insert(Cadre).values(row).returning(Cadre.id)).scalar_one()


def _is_of_the_pool(account_id: int, cadre_id: int) -> None:
    now = clock.now()
    with unit_of_work() as session:
        session.add(Teacher(account_id=account_id, cadre_id=cadre_id, name="龙雪梅", created_at=now, updated_at=now))


@pytest.fixture
def asked(hall: Hall) -> Iterator[tuple[Hall, int, int]]:
    """A correction that waits, three days after: the hall, who asked, the request."""
    asker = teacher(hall.class_id)
    windows.close_check_in(hall.lesson_id)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        with acting_as(actor_of(asker)):
            request = ask_correction(hall.lesson_id, hall.enrollments[0], status="present", reason="补交签到表")
        yield hall, asker, request


def _decides(account_id: int, request: int) -> str:
    with acting_as(actor_of(account_id)):
        try:
            decide_correction(request, approved=True)
        except Refused as error:
            return error.code
    return ""


def test_the_asker_s_other_account_is_not_the_second_person(asked: tuple[Hall, int, int]) -> None:
    hall, asker, request = asked
    other, colleague = _another_teacher(hall, "longxuemei2"), _another_teacher(hall, "wang")
    (row,) = requests_of(hall.lesson_id, hall.enrollments[0])
    assert may_be_second(row, other), "two accounts of whom nothing is known are two people"

    _is_of_the_pool(other, _is_cadre(asker))

    assert not may_be_second(row, other)
    assert _decides(other, request) == "own_request"
    assert hall.status(0) == "absent"
    assert _decides(colleague, request) == ""
    assert hall.status(0) == "present"


def test_two_accounts_on_class_lists_as_one_cadre_are_one_person(asked: tuple[Hall, int, int]) -> None:
    hall, asker, request = asked
    other = _another_teacher(hall, "longxuemei2")
    cadre = _is_cadre(asker)
    with unit_of_work() as session:  # once enrolled under the older account
        session.execute(
            update(Enrollment).where(Enrollment.id == hall.enrollments[2]).values(cadre_id=cadre, account_id=other)
        )
    assert _decides(other, request) == "own_request"


@pytest.fixture
def own_class(hall: Hall) -> tuple[Hall, Actor]:
    """A teacher of the class who takes part in it under another account."""
    account_id = teacher(hall.class_id)
    with unit_of_work() as session:
        cadre = session.get_one(Enrollment, hall.enrollments[0]).cadre_id
    _is_of_the_pool(account_id, cadre)
    return hall, actor_of(account_id)


def test_nobody_decides_about_oneself_under_another_account(own_class: tuple[Hall, Actor]) -> None:
    hall, both = own_class
    asker = _another_teacher(hall, "wang")
    windows.close_check_in(hall.lesson_id)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        with acting_as(actor_of(asker)):
            request = ask_correction(hall.lesson_id, hall.enrollments[0], status="present", reason="补交签到表")
        assert _decides(both.account_id or 0, request) == "own_request"


def test_nobody_marks_oneself_under_another_account(own_class: tuple[Hall, Actor]) -> None:
    hall, both = own_class
    with acting_as(both):
        with pytest.raises(Refused) as caught:
            staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
        assert caught.value.code == "own_record"
        own, other = tablet.record_entries(
            hall.lesson_id,
            [tablet.Entry(f"n{each}", enrollment_id=each, reason="no_phone") for each in hall.enrollments[:2]],
        )
    assert (own.outcome, own.code, other.outcome) == ("refused", "own_record", "accepted")
