"""What somebody may in a class hangs on the duty they have there, and unit and class do not add up to more."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import update

from tests.attendance_hall import Hall, build_hall, staff_of, teacher
from training_app.accounts.models import Unit
from training_app.accounts.services import people
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.judging import Who
from training_app.classes.models import ClassStaff, Enrollment
from training_app.core.db import unit_of_work


@dataclass(frozen=True)
class Two:
    """One's own class, and another in which two people of two units raised a doubt."""

    own: Hall
    other: Hall
    unit_id: int


@pytest.fixture
def two(sqlite_app: Flask) -> Two:
    own, other = build_hall(people=2, code="ZJ1"), build_hall(people=2, code="BJ2")
    with unit_of_work() as session:
        units = [Unit(name="甲局", code="U1"), Unit(name="乙局", code="U2")]
        session.add_all(units)
        session.flush()
        for unit, enrollment in zip(units, other.enrollments, strict=True):
            unit.path = f"/{unit.id}/"
            session.execute(
                update(Enrollment)
                .where(Enrollment.id == enrollment)
                .values(unit_id=unit.id, unit_name=unit.name, name=f"{unit.name}的人")
            )
        unit_id = units[0].id
    windows.open_check_in(other.lesson_id)
    for account in other.accounts:  # with one phone: a doubt about the second, of 乙局
        scanning.check_in(Who(account, "one phone"), code=other.code(), nonce=f"n{account}")
    return Two(own, other, unit_id)


def test_who_runs_one_class_and_teaches_in_another_sees_it_and_no_more(sqlite_app, two, sign_in):
    account = teacher(two.own.class_id)
    with unit_of_work() as session:
        session.add(ClassStaff(class_id=two.other.class_id, account_id=account, duty="instructor"))
    browser, lesson, person = sign_in(sqlite_app, account_id=account), two.other.lesson_id, two.other.enrollments[0]

    assert browser.get(f"/lessons/{lesson}/attendance").status_code == 200
    assert browser.get(f"/api/v1/lessons/{lesson}/code").status_code == 404
    entry = {"enrollment_id": person, "nonce": "n", "reason": "no_phone"}
    for path, body in ((f"{lesson}/check-in/close", {}), (f"{lesson}/check-ins", {"entries": [entry]})):
        assert browser.post(f"/api/v1/lessons/{path}", json=body).status_code == 404
    assert browser.get(f"/classes/{two.other.class_id}/bulletins/preview?kind=daily&day=2026-12-01").status_code == 404
    assert browser.post(f"/api/v1/lessons/{two.own.lesson_id}/check-in/open", json={}).status_code == 201


def test_a_unit_s_officer_reads_no_doubt_about_other_units(sqlite_app, two, sign_in):
    officer = sign_in(sqlite_app, "unit_officer", unit_id=two.unit_id)

    for url in ("/attendance?list=doubts&format=csv", f"/lessons/{two.other.lesson_id}/attendance?show=all"):
        answer = officer.get(url)
        assert answer.status_code == 200
        assert "乙局的人" not in answer.get_data(as_text=True)
    planner = sign_in(sqlite_app, "planner")
    assert "乙局的人" in planner.get("/attendance?list=doubts&format=csv").get_data(as_text=True)


def test_running_a_class_does_not_widen_what_one_sees_as_a_unit_s_officer(sqlite_app, two, sign_in):
    account = people.create_account(
        username="both", display_name="双岗", roles=["class_teacher", "unit_officer"], unit_id=two.unit_id
    )
    staff_of(two.own.class_id, account)
    windows.close_check_in(two.other.lesson_id)
    browser = sign_in(sqlite_app, account_id=account)

    for url in ("/presence/records?format=csv", "/presence/records"):
        said = browser.get(url).get_data(as_text=True)
        assert "甲局的人" in said
        assert "乙局的人" not in said
    day = windows.get_lesson(two.other.lesson_id).day
    planner_url = f"/classes/{two.other.class_id}/bulletins/preview?kind=daily&day={day}"
    planner = sign_in(sqlite_app, "planner")
    assert planner.post(planner_url).status_code == 303
    issued = browser.get("/bulletins/1").get_data(as_text=True)
    assert "甲局的人" in issued
    assert "乙局的人" not in issued
