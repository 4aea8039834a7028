"""A trainee's scan, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall, within_one_step
from training_app.accounts.api import hash_of, new_key
from training_app.attendance.models import AttendanceFlag, AttendanceRecord, WrongCode
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.queries.windows import current_code
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, tickets, windows
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.classes.models import Enrollment
from training_app.core import clock
from training_app.core.db import db, unit_of_work


def test_a_scan_counts_once_and_is_answered_alike_afterwards(hall: Hall) -> None:
    first = scanning.check_in(Who(hall.accounts[0]), code=hall.code(), nonce="n1")
    retry = scanning.check_in(Who(hall.accounts[0]), code=hall.code(), nonce="n1")
    again = scanning.check_in(Who(hall.accounts[0]), code=hall.code(), nonce="n2")

    assert (first.outcome, first.status) == ("accepted", "present")
    assert retry == first
    assert (again.outcome, again.at) == ("repeated", first.at)
    assert db.session.scalar(select(func.count()).select_from(AttendanceRecord)) == 1
    kinds = list(db.session.scalars(select(AuditEntry.kind).where(AuditEntry.kind.startswith("attendance."))))
    assert kinds.count("attendance.CheckedIn") == 1


def test_the_code_before_still_counts_and_the_one_before_that_does_not(hall: Hall) -> None:
    with within_one_step():
        assert scanning.check_in(Who(hall.accounts[0]), code=hall.code(steps_ago=1)).outcome == "accepted"
        stale = scanning.check_in(Who(hall.accounts[1]), code=hall.code(steps_ago=2))

    assert stale.outcome == "expired_code"
    assert stale.shown_at is not None
    assert hall.status(1) is None


def test_a_code_of_the_next_step_is_refused(hall: Hall) -> None:
    with within_one_step():
        assert scanning.check_in(Who(hall.accounts[0]), code=hall.code(steps_ago=-1)).outcome == "expired_code"


def test_a_code_of_another_class_is_refused(hall: Hall) -> None:
    other = build_hall(people=1, code="BC2")
    windows.open_check_in(other.lesson_id)

    foreign = scanning.check_in(Who(hall.accounts[0]), code=other.code())
    forged = scanning.check_in(Who(hall.accounts[0]), code=other.code(lesson_id=hall.lesson_id))

    assert foreign.outcome == "not_enrolled"
    assert forged.outcome == "bad_code"


def test_a_lesson_never_opened_says_so(app: Flask) -> None:
    hall = build_hall()

    outcome = scanning.check_in(Who(hall.accounts[0]), code=f"1.{hall.lesson_id}.5.{'A' * 26}")

    assert outcome.outcome == "not_open"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("withdrawn", "withdrawn"), ("nominated", "not_enrolled"), ("declined", "not_enrolled"), ("approved", "accepted")],
)
def test_the_enrollment_decides_who_may(hall: Hall, status: str, outcome: str) -> None:
    with unit_of_work() as session:
        session.get_one(Enrollment, hall.enrollments[0]).status = status

    assert scanning.check_in(Who(hall.accounts[0]), code=hall.code()).outcome == outcome


def test_late_from_ten_minutes_and_closed_after_thirty(app: Flask) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    start = clock.now() + timedelta(minutes=5)

    with time_machine.travel(start + timedelta(minutes=9), tick=False):
        assert scanning.check_in(Who(hall.accounts[0]), code=hall.code()).status == "present"
    with time_machine.travel(start + timedelta(minutes=11), tick=False):
        assert scanning.check_in(Who(hall.accounts[1]), code=hall.code()).status == "late"
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        assert scanning.check_in(Who(hall.accounts[2]), code=hall.code()).outcome == "closed"


def test_five_wrong_codes_in_a_minute_stop_even_the_right_one(hall: Hall) -> None:
    wrong = hall.code()[:-1] + ("A" if hall.code()[-1] != "A" else "B")
    for _try in range(5):
        assert scanning.check_in(Who(hall.accounts[0]), code=wrong).outcome == "bad_code"

    assert scanning.check_in(Who(hall.accounts[0]), code=hall.code()).outcome == "too_many_attempts"
    assert scanning.check_in(Who(hall.accounts[1]), code=hall.code()).outcome == "accepted"
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert scanning.check_in(Who(hall.accounts[0]), code=hall.code()).outcome == "accepted"


def test_ten_wrong_codes_stop_a_browser_whoever_uses_it(hall: Hall) -> None:
    device = hash_of(new_key())
    for number in range(10):
        scanning.check_in(Who(hall.accounts[number // 5], device), code="1.1.1." + "A" * 26)

    assert scanning.check_in(Who(hall.accounts[2], device), code=hall.code()).outcome == "too_many_attempts"
    assert db.session.scalar(select(func.count()).select_from(WrongCode)) == 10


def test_a_ticket_keeps_the_time_of_the_scan_through_the_sign_in(hall: Hall) -> None:
    device = hash_of(new_key())
    seen, ticket = tickets.scan(hall.code(), account_id=None, device=device)
    scanned_at = clock.now()

    with time_machine.travel(scanned_at + timedelta(seconds=100)):
        looked = scanning.look(Who(hall.accounts[0], device), ticket)
        outcome = scanning.check_in(Who(hall.accounts[0], device), ticket=ticket)

    assert seen.outcome == "ready"
    assert looked is not None
    assert looked.outcome == "ready"
    assert outcome.outcome == "accepted"
    assert outcome.at is not None
    assert abs(outcome.at - scanned_at) < timedelta(seconds=2)
    codes = set(db.session.scalars(select(AttendanceFlag.code)))
    assert "late_confirm" in codes


def test_a_ticket_is_good_for_120_seconds_one_person_and_one_browser(hall: Hall) -> None:
    device = hash_of(new_key())
    _seen, ticket = tickets.scan(hall.code(), account_id=None, device=device)

    assert scanning.check_in(Who(hall.accounts[0], hash_of(new_key())), ticket=ticket).outcome == "expired_code"
    assert scanning.check_in(Who(hall.accounts[0], device), ticket=ticket).outcome == "accepted"
    assert scanning.check_in(Who(hall.accounts[1], device), ticket=ticket).outcome == "expired_code"
    _seen, late = tickets.scan(hall.code(), account_id=None, device=device)
    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        assert scanning.check_in(Who(hall.accounts[1], device), ticket=late).outcome == "expired_code"


def test_a_stale_or_forged_code_buys_no_ticket(hall: Hall) -> None:
    assert tickets.scan(hall.code(steps_ago=2), account_id=None, device="")[0].outcome == "expired_code"
    assert tickets.scan("1.1.1." + "A" * 26, account_id=None, device="")[1] == ""
    assert tickets.scan("", account_id=None, device="")[0].outcome == "bad_code"


def test_doubts_are_noted_and_never_refuse(hall: Hall) -> None:
    own, lent = hash_of(new_key()), hash_of(new_key())
    scanning.check_in(Who(hall.accounts[0], own), code=hall.code())
    shared = scanning.check_in(Who(hall.accounts[1], own), code=hall.code())
    scanning.check_in(Who(hall.accounts[2], lent), code=hall.code())

    assert shared.outcome == "accepted"
    flags = db.session.execute(
        select(AttendanceRecord.enrollment_id, AttendanceFlag.code)
        .join(AttendanceRecord, AttendanceRecord.id == AttendanceFlag.record_id)
        .where(AttendanceFlag.code != "stale_step")
    ).all()
    assert sorted(tuple(flag) for flag in flags) == [
        (hall.enrollments[0], "shared_device"),
        (hall.enrollments[1], "shared_device"),
    ]


def test_a_known_person_with_another_browser_is_noted(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0], hash_of("first phone")), code=hall.code())
    with time_machine.travel(clock.now() + timedelta(days=1)):
        windows.open_check_in(hall.tomorrow_id)
        row = Hall(hall.class_id, hall.tomorrow_id, hall.lesson_id, hall.enrollments, hall.accounts)
        outcome = scanning.check_in(Who(hall.accounts[0], hash_of("second phone")), code=row.code())

    assert outcome.outcome == "accepted"
    assert "new_device" in set(db.session.scalars(select(AttendanceFlag.code)))


def test_a_typed_code_lives_thirty_to_sixty_seconds(hall: Hall) -> None:
    typed = windows_code(hall)

    assert scanning.check_in(Who(hall.accounts[0]), code=typed.lower()).outcome == "accepted"
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert scanning.check_in(Who(hall.accounts[1]), code=typed).outcome == "bad_code"


def test_somebody_on_leave_who_comes_is_present(hall: Hall) -> None:
    staff.mark(hall.lesson_id, hall.enrollments[0], status="leave_sick", reason="")

    outcome = scanning.check_in(Who(hall.accounts[0]), code=hall.code())

    assert (outcome.outcome, hall.status(0)) == ("accepted", "present")


def test_leaving_is_recorded_once(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())

    first = scanning.check_in(Who(hall.accounts[0]), code=hall.code(), kind="out")
    again = scanning.check_in(Who(hall.accounts[0]), code=hall.code(), kind="out")
    without = scanning.check_in(Who(hall.accounts[1]), code=hall.code(), kind="out")

    assert (first.outcome, again.outcome, without.outcome) == ("accepted", "repeated", "not_checked_in")
    assert again.at == first.at


def test_after_closing_a_scan_comes_too_late(hall: Hall) -> None:
    code = hall.code()
    windows.close_check_in(hall.lesson_id)

    assert scanning.check_in(Who(hall.accounts[0]), code=code).outcome == "closed"
    assert hall.status(0) == "absent"
    assert lesson_counts([hall.lesson_id])[hall.lesson_id].absent == 3


def windows_code(hall: Hall) -> str:
    """The code for typing that is shown now."""
    return current_code(hall.lesson_id).typed
