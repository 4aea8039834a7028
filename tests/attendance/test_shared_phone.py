"""Two people on one phone: the doubt stands beside both, and neither learns who the other is; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.accounts.api import hash_of, new_key
from training_app.attendance.models import AttendanceFlag, AttendanceRecord
from training_app.attendance.queries.shared_phone import same_phone
from training_app.attendance.services import calls, staff, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.core.db import db


def _doubted() -> list[int]:
    db.session.rollback()
    return sorted(
        db.session.scalars(
            select(AttendanceRecord.enrollment_id)
            .join(AttendanceFlag, AttendanceFlag.record_id == AttendanceRecord.id)
            .where(AttendanceFlag.code == "shared_device")
        )
    )


def _scan(hall: Hall, person: int, device: str, kind: str = "in") -> None:
    outcome = scanning.check_in(Who(hall.accounts[person], hash_of(device)), code=hall.code(), kind=kind)
    assert outcome.outcome == "accepted"


def test_first_and_second_are_pointed_at_and_nobody_s_status_changes(hall: Hall) -> None:
    one, two, three = hall.enrollments
    _scan(hall, 0, "one phone")
    assert _doubted() == [], "nothing is odd about the first one yet"
    _scan(hall, 1, "one phone")
    assert _doubted() == [one, two]
    _scan(hall, 2, "one phone")
    assert _doubted() == [one, two, three], "one doubt each, however many follow"
    assert [hall.status(person) for person in range(3)] == ["present"] * 3
    assert [other.name for other in same_phone(hall.lesson_id, one)] == ["学员2", "学员3"]


def test_a_settled_doubt_is_not_raised_again(hall: Hall) -> None:
    _scan(hall, 0, "one phone")
    _scan(hall, 1, "one phone")
    flag = db.session.scalar(
        select(AttendanceFlag.id)
        .join(AttendanceRecord, AttendanceRecord.id == AttendanceFlag.record_id)
        .where(AttendanceFlag.code == "shared_device", AttendanceRecord.enrollment_id == hall.enrollments[0])
    )
    staff.settle_flag(flag, "lent_phone")
    _scan(hall, 2, "one phone")

    assert len(_doubted()) == 3
    settled = db.session.scalars(
        select(AttendanceFlag.id).where(AttendanceFlag.code == "shared_device", AttendanceFlag.settled_at.is_not(None))
    ).all()
    assert settled == [flag]


def test_who_borrows_a_phone_to_answer_a_call_or_to_leave_is_found_with_its_owner(hall: Hall) -> None:
    one, two, _three = hall.enrollments
    _scan(hall, 0, "mine")
    _scan(hall, 1, "yours")
    calls.start_call(hall.lesson_id, "mid")
    _scan(hall, 1, "mine", kind="mid")
    assert _doubted() == [one, two]
    assert [other.name for other in same_phone(hall.lesson_id, two)] == ["学员1"]


def test_who_leaves_by_another_s_phone_is_found_with_its_owner(hall: Hall) -> None:
    _scan(hall, 0, "mine")
    _scan(hall, 1, "yours")
    calls.start_call(hall.lesson_id, "out")
    _scan(hall, 1, "mine", kind="out")
    assert _doubted() == list(hall.enrollments[:2])


def test_a_phone_known_as_somebody_else_s_who_is_not_here_points_at_nobody(hall: Hall) -> None:
    other = build_hall(people=1, code="BC2")
    windows.open_check_in(other.lesson_id)
    scanning.check_in(Who(other.accounts[0], hash_of("mine")), code=other.code())
    _scan(hall, 0, "mine")
    assert _doubted() == [hall.enrollments[0]]


def test_staff_read_the_other_name_and_trainees_never(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=2)
    windows.open_check_in(hall.lesson_id)
    device = new_key()
    for person in (0, 1):
        _scan(hall, person, device)
    one, two = hall.enrollments
    staff_side = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = staff_side.get(f"/lessons/{hall.lesson_id}/people/{one}").text
    assert "学员2" in page
    assert (
        f"/lessons/{hall.lesson_id}/people/{two}"
        in staff_side.get(f"/lessons/{hall.lesson_id}/attendance?show=doubt").text
    )
    for person, other in ((0, "学员2"), (1, "学员1")):
        own = sign_in(sqlite_app, account_id=hall.accounts[person])
        for path in ("/me/attendance", f"/me/attendance/{hall.lesson_id}"):
            page = own.get(path).text
            assert "同一部手机" in page, path
            assert other not in page, path
