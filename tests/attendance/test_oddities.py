"""Bursts and overlaps, noted when a lesson is closed, on both databases."""

from __future__ import annotations

import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests.attendance_hall import Hall, build_hall
from training_app.accounts.api import hash_of
from training_app.attendance import rules
from training_app.attendance.models import AttendanceFlag, AttendanceRecord
from training_app.attendance.queries.people import open_flags
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, windows
from training_app.attendance.services.judging import Who
from training_app.classes.models import Enrollment
from training_app.core import clock
from training_app.core.db import db, unit_of_work


def flags(hall: Hall) -> dict[int, str]:
    """Doubts noted at closing, by person."""
    db.session.rollback()
    rows = db.session.execute(
        select(AttendanceRecord.enrollment_id, AttendanceFlag.code, AttendanceFlag.rule_version)
        .join(AttendanceFlag, AttendanceFlag.record_id == AttendanceRecord.id)
        .where(AttendanceRecord.lesson_id == hall.lesson_id, AttendanceFlag.code.in_(("burst", "overlap")))
    ).all()
    assert {version for _person, _code, version in rows} <= {rules.FLAG_VERSION}
    return {hall.enrollments.index(person): code for person, code, _version in rows}


def scan(hall: Hall, person: int, browser: str = "WeChat") -> None:
    who = Who(hall.accounts[person], hash_of(f"phone {hall.class_id} {person}"), browser)
    assert scanning.check_in(who, code=hall.code()).outcome == "accepted"


def test_five_at_once_with_one_kind_of_browser_are_noted_and_stay_what_they_are(app: Flask) -> None:
    hall = build_hall(people=8)
    windows.open_check_in(hall.lesson_id)
    now = clock.now()
    with time_machine.travel(now, tick=False) as traveller:
        for person in range(5):
            scan(hall, person)
        scan(hall, 5, browser="Firefox")
        traveller.shift(40)
        scan(hall, 6)
        staff.mark(hall.lesson_id, hall.enrollments[7], status="present", reason="no_phone")
        windows.close_check_in(hall.lesson_id)

    assert flags(hall) == dict.fromkeys(range(5), "burst")
    assert [hall.status(person) for person in range(8)] == ["present"] * 8
    assert open_flags([hall.class_id]) == []  # only noted: nobody has to look at it

    windows.reopen_check_in(hall.lesson_id, reason="closed too early")
    windows.close_check_in(hall.lesson_id)
    assert flags(hall) == dict.fromkeys(range(5), "burst")


def test_one_person_in_two_lessons_at_once_waits_for_the_class_teacher(app: Flask) -> None:
    hall = build_hall(people=2)
    other = build_hall(people=2, code="OV2")
    with unit_of_work() as session:  # the first person of both is one and the same
        cadre = session.scalar(select(Enrollment.cadre_id).where(Enrollment.id == hall.enrollments[0]))
        session.execute(update(Enrollment).where(Enrollment.id == other.enrollments[0]).values(cadre_id=cadre))
    for each in (hall, other):
        windows.open_check_in(each.lesson_id)
        for person in range(2):
            staff.mark(each.lesson_id, each.enrollments[person], status="present", reason="no_phone")

    windows.close_check_in(hall.lesson_id)

    assert flags(hall) == {0: "overlap"}
    assert [each.code for each in open_flags([hall.class_id])] == ["overlap"]
    assert hall.status(0) == "present"
    windows.close_check_in(other.lesson_id)
    assert flags(other) == {0: "overlap"}


def test_who_was_absent_elsewhere_overlaps_with_nothing(app: Flask) -> None:
    hall, other = build_hall(people=1), build_hall(people=1, code="OV3")
    with unit_of_work() as session:
        cadre = session.scalar(select(Enrollment.cadre_id).where(Enrollment.id == hall.enrollments[0]))
        session.execute(update(Enrollment).where(Enrollment.id == other.enrollments[0]).values(cadre_id=cadre))
    windows.close_check_in(other.lesson_id)
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")

    windows.close_check_in(hall.lesson_id)

    assert flags(hall) == {}
