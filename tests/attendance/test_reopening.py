"""Reopening takes back what closing made of those who had not checked out, so that they still can."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.attendance_hall import Hall
from training_app.attendance import rules
from training_app.attendance.models import AttendanceCorrection
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, windows
from training_app.attendance.services.class_rules import lay_down_rules
from training_app.attendance.services.judging import Who
from training_app.classes.models import Lesson
from training_app.core import clock
from training_app.core.db import db, unit_of_work


@pytest.fixture
def closed(hall: Hall) -> Hall:
    """A class that wants people to check out; one has come, nobody has left; closed a minute before the end."""
    now = clock.now()
    with unit_of_work() as session:
        session.execute(
            update(Lesson)
            .where(Lesson.id == hall.lesson_id)
            .values(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(minutes=1))
        )
    lay_down_rules(hall.class_id, replace(rules.ClassRules(), check_out_needed=True), from_lesson_id=hall.lesson_id)
    scanning.check_in(Who(hall.accounts[0], "phone"), code=hall.code(), nonce="in")
    windows.close_check_in(hall.lesson_id)
    assert hall.status(0) == "left_early"
    return hall


def test_who_checks_out_after_reopening_was_there_to_the_end(closed: Hall) -> None:
    windows.reopen_check_in(closed.lesson_id, reason="关早了一点")
    assert closed.status(0) == "present"

    scanning.check_in(Who(closed.accounts[0], "phone"), code=closed.code(), nonce="out", kind="out")
    windows.close_check_in(closed.lesson_id)

    assert closed.status(0) == "present"
    said = db.session.query(AttendanceCorrection).order_by(AttendanceCorrection.id)
    assert [(each.old_status, each.new_status, each.reason) for each in said] == [
        ("present", "left_early", "no_check_out"),
        ("left_early", "present", "reopened"),
    ]


def test_who_does_not_is_judged_anew(closed: Hall) -> None:
    windows.reopen_check_in(closed.lesson_id, reason="关早了一点")
    windows.close_check_in(closed.lesson_id)

    assert closed.status(0) == "left_early"


def test_what_a_person_corrected_stays(closed: Hall) -> None:
    staff.correct(closed.lesson_id, closed.enrollments[0], status="absent", reason="只签到未听课")
    windows.reopen_check_in(closed.lesson_id, reason="关早了一点")

    assert closed.status(0) == "absent"
