"""Calls within a lesson: a second, unannounced code shows who has gone; the code for leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.attendance.call_rules import Call, call_at, is_expected
from training_app.attendance.models import AttendanceFlag, AttendanceRecord, RollCall, RollCallAnswer
from training_app.attendance.queries.calls import get_call, list_calls
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.queries.sheets import lessons_of_day
from training_app.attendance.services import calls, tickets, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.class_rules import lay_down_rules
from training_app.attendance.services.judging import Who
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput

_NINE = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
_moments = st.integers(0, 600).map(lambda second: _NINE + timedelta(seconds=second))
_calls = st.lists(
    st.builds(
        lambda number, start, lasts: Call(number, "mid", start, None if lasts is None else start + timedelta(0, lasts)),
        st.integers(1, 1000),
        _moments,
        st.none() | st.integers(0, 300),
    ),
    max_size=5,
)


@given(found=_calls, moment=_moments)
def test_a_scan_answers_a_call_that_covers_its_moment_and_no_other(found: list[Call], moment: datetime) -> None:
    answered = call_at(found, moment)
    covering = [each for each in found if each.started_at <= moment and (each.until is None or moment < each.until)]

    assert (answered is None) == (not covering)
    assert answered is None or (answered in covering and all(c.started_at <= answered.started_at for c in covering))


@pytest.mark.parametrize(
    ("status", "minute", "expected"),
    [
        ("present", -10, True),
        ("late", -1, True),
        ("left_early", -1, True),
        ("present", None, True),  # keyed in without a time
        ("late", 0, False),  # came while the call ran: has just been seen
        ("late", 5, False),
        ("absent", None, False),
        ("leave_sick", None, False),
        ("exempt", -10, False),
    ],
)
def test_who_came_before_a_call_is_expected_to_answer(status: str, minute: int | None, expected: bool) -> None:
    came = None if minute is None else _NINE + timedelta(minutes=minute)

    assert is_expected(Call(1, "mid", _NINE), status=status, check_in_at=came) is expected


def _scan(hall: Hall, person: int, **more: Any) -> Any:
    return scanning.check_in(Who(hall.accounts[person], more.pop("device", "")), code=hall.code(), **more)


def _flags(code: str = "missed_call") -> list[AttendanceFlag]:
    db.session.rollback()
    return list(db.session.scalars(select(AttendanceFlag).where(AttendanceFlag.code == code)))


def test_an_answer_counts_once_and_the_check_in_stays_as_it_was(hall: Hall) -> None:
    came = _scan(hall, 0)
    call = calls.start_call(hall.lesson_id, "mid")

    first = _scan(hall, 0, kind="mid", nonce="n1")
    retry = _scan(hall, 0, kind="mid", nonce="n1")
    again = _scan(hall, 0, kind="mid", nonce="n2")

    assert (first.outcome, first.slot) == ("accepted", "mid")
    assert retry == first
    assert (again.outcome, again.at) == ("repeated", first.at)
    assert _scan(hall, 0).at == came.at
    assert list(get_call(hall.lesson_id, call.id).answers) == [hall.enrollments[0]]
    with pytest.raises(Exception, match="only grows"):
        db.session.execute(text("DELETE FROM attendance_roll_call_answer"))
    db.session.rollback()


def test_who_does_not_answer_keeps_the_record_and_gets_a_doubt(hall: Hall) -> None:
    _scan(hall, 0)
    _scan(hall, 1)
    calls.start_call(hall.lesson_id, "mid")
    _scan(hall, 0, kind="mid")
    late = _scan(hall, 2, kind="")  # comes only now: checked in, and seen

    assert (late.outcome, late.slot) == ("accepted", "in")
    assert calls.end_calls(hall.lesson_id) == 1
    assert calls.end_calls(hall.lesson_id) == 0
    assert [hall.status(person) for person in range(3)] == ["present"] * 3
    (flag,) = _flags()
    record = db.session.get_one(AttendanceRecord, flag.record_id)
    assert (record.enrollment_id, flag.settled_at) == (hall.enrollments[1], None)


def test_a_call_ends_by_itself_and_its_doubts_are_noted(app: Flask) -> None:
    hall = build_hall(people=2)
    windows.open_check_in(hall.lesson_id)
    lesson = get_lesson(hall.lesson_id)
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    lay_down_rules(hall.class_id, replace(laid_down, surprise_minutes=3), from_lesson_id=hall.lesson_id)
    now = clock.now()
    with time_machine.travel(now, tick=False) as machine:
        _scan(hall, 0)
        machine.shift(60)
        call = calls.start_call(hall.lesson_id, "mid")
        assert call.until == clock.now() + timedelta(minutes=3)
        machine.shift(179)
        assert calls.settle_lapsed() == 0
        machine.shift(1)
        refused = _scan(hall, 0, kind="mid")
        assert calls.settle_lapsed() == 1
        assert calls.settle_lapsed() == 0

    assert refused.outcome == "no_call"
    assert len(_flags()) == 1


def test_a_scan_made_in_time_counts_even_if_it_is_confirmed_after_the_call(app: Flask) -> None:
    hall = build_hall(people=1)
    windows.open_check_in(hall.lesson_id)
    with time_machine.travel(clock.now(), tick=False) as machine:
        _scan(hall, 0, device="d1")
        machine.shift(30)
        calls.start_call(hall.lesson_id, "mid")
        ticket = tickets.scan(hall.code(), account_id=hall.accounts[0], device="d1")[1]
        machine.shift(40)
        calls.end_calls(hall.lesson_id)
        assert [flag.settled_at for flag in _flags()] == [None]
        who = Who(hall.accounts[0], "d1")
        looked = scanning.look(who, ticket)
        answered = scanning.check_in(who, ticket=ticket, kind="mid")

    assert looked is not None
    assert (looked.outcome, looked.slot) == ("ready", "mid")
    assert answered.outcome == "accepted"
    assert [flag.settlement for flag in _flags()] == ["answered_in_time"]


def test_one_phone_that_answers_for_two_is_a_doubt_to_look_at(hall: Hall) -> None:
    _scan(hall, 0, device="mine")
    _scan(hall, 1, device="yours")
    calls.start_call(hall.lesson_id, "mid")
    _scan(hall, 0, device="mine", kind="mid")
    _scan(hall, 1, device="mine", kind="mid")

    of = {db.session.get_one(AttendanceRecord, flag.record_id).enrollment_id for flag in _flags("shared_device")}
    assert of == {hall.enrollments[0], hall.enrollments[1]}, "the first one is pointed to as well"
    assert db.session.scalar(select(func.count()).select_from(RollCallAnswer)) == 2


def test_staff_answer_for_somebody_they_see_and_the_doubt_is_settled(hall: Hall) -> None:
    _scan(hall, 0)
    call = calls.start_call(hall.lesson_id, "mid")
    calls.end_calls(hall.lesson_id)

    with pytest.raises(InvalidInput):
        calls.note_answer(hall.lesson_id, call.id, hall.enrollments[0], reason="  ")
    with pytest.raises(Conflict):
        calls.note_answer(hall.lesson_id, call.id, hall.enrollments[1], reason="no_phone")
    assert calls.note_answer(hall.lesson_id, call.id, hall.enrollments[0], reason="flat_battery")
    assert not calls.note_answer(hall.lesson_id, call.id, hall.enrollments[0], reason="flat_battery")
    assert [flag.settlement for flag in _flags()] == ["seen_in_room"]


def test_the_code_for_leaving_records_it_once_and_staff_note_the_others(hall: Hall) -> None:
    _scan(hall, 0)
    _scan(hall, 1)
    call = calls.start_call(hall.lesson_id, "out")
    left = _scan(hall, 0, kind="")
    again = _scan(hall, 0, kind="")

    assert (left.outcome, left.slot, again.outcome, again.at) == ("accepted", "out", "repeated", left.at)
    assert calls.note_answer(hall.lesson_id, call.id, hall.enrollments[1], reason="no_phone")
    info = get_call(hall.lesson_id, call.id)
    assert (sorted(info.answers), info.missed) == (sorted(hall.enrollments[:2]), ())
    assert hall.status(1) == "present"


def test_one_call_runs_at_a_time_and_closing_ends_it(hall: Hall) -> None:
    _scan(hall, 0)
    first = calls.start_call(hall.lesson_id, "mid")
    assert calls.start_call(hall.lesson_id, "mid") == first
    calls.start_call(hall.lesson_id, "out")
    assert [each.running for each in list_calls(hall.lesson_id)] == [True, False]
    assert len(_flags()) == 1

    windows.close_check_in(hall.lesson_id)
    assert [each.running for each in list_calls(hall.lesson_id)] == [False, False]
    assert db.session.scalar(select(func.count()).select_from(RollCall).where(RollCall.until.is_(None))) == 0
    with pytest.raises(Conflict):
        calls.start_call(hall.lesson_id, "mid")


def test_a_lesson_whose_check_in_never_opened_has_no_call(app: Flask) -> None:
    hall = build_hall(people=1)
    with pytest.raises(Conflict):
        calls.start_call(hall.lesson_id, "mid")


def test_screen_phone_and_list_speak_of_the_call(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=2)
    windows.open_check_in(hall.lesson_id)
    _scan(hall, 0)
    _scan(hall, 1)
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    assert staff.post(f"/lessons/{hall.lesson_id}/calls", {"slot": "mid"}).status_code == 303
    told = staff.get(f"/api/v1/lessons/{hall.lesson_id}/code").json["call"]
    assert (told["slot"], told["title"], told["answered"], told["expected"]) == ("mid", "课中点名", 0, 2)
    assert "课中点名" in staff.get(f"/lessons/{hall.lesson_id}/projector").text

    phone = sign_in(sqlite_app, account_id=hall.accounts[0])
    phone.get(f"/c/{hall.code()}")
    page = phone.get("/check-in")
    assert "课中点名" in page.text
    assert 'data-kind="mid"' in page.text
    done = phone.post("/check-in", {"nonce": "n"})
    assert done.headers["Location"] == f"/check-in/lessons/{hall.lesson_id}?slot=mid"
    assert "点名已应答" in phone.get(done.headers["Location"]).text

    (call,) = list_calls(hall.lesson_id)
    base = f"/lessons/{hall.lesson_id}/calls/{call.call.id}"
    listed = staff.get(base)
    assert "学员2" in listed.text
    assert "学员1" not in listed.text
    noted = staff.post(f"{base}/people/{hall.enrollments[1]}", {"reason": "no_phone", "show": "missed"})
    assert noted.status_code == 303
    assert "学员2" in staff.get(f"{base}?show=answered").text
    assert staff.get(f"{base}?show=all&format=csv").text.count("学员") == 2
    assert staff.post(f"/lessons/{hall.lesson_id}/calls/end").status_code == 303
    with time_machine.travel(clock.now() + timedelta(seconds=2)):  # what screens show of people may be a second old
        assert staff.get(f"/api/v1/lessons/{hall.lesson_id}/code").json["call"] is None


def test_a_press_for_a_call_by_the_interface(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=1)
    windows.open_check_in(hall.lesson_id)
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])

    def press(kind: str) -> Any:
        return phone.post("/api/v1/check-ins", json={"nonce": kind, "code": hall.code(), "kind": kind})

    assert press("in").status_code == 201
    refused = press("mid")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "no_call")
    calls.start_call(hall.lesson_id, "mid")
    assert "checked_in_at" in press("in").json
    answered = press("mid")
    assert (answered.status_code, "answered_at" in answered.json) == (201, True)
    assert press("out").json["checked_out_at"]


def test_the_rules_of_a_class_ask_for_calls_at_their_time(app: Flask) -> None:
    with time_machine.travel(clock.now(), tick=False) as machine:
        hall = build_hall(people=1)
        windows.open_check_in(hall.lesson_id)
        lesson = get_lesson(hall.lesson_id)  # three hours, from in five minutes on
        laid_down = rules_for(lesson.class_id, lesson.starts_at)
        wanted = replace(laid_down, surprise_wanted=True, check_out_needed=True, early_minutes=10)
        lay_down_rules(hall.class_id, wanted, from_lesson_id=hall.lesson_id)

        def asked() -> tuple[str, str]:
            (row,) = lessons_of_day(lesson.day, [hall.class_id])
            return row.wants, row.wants_call

        assert asked() == ("watch", "")
        machine.shift(timedelta(minutes=5 + 61))
        assert asked() == ("watch", "mid")
        calls.start_call(hall.lesson_id, "mid")
        assert asked() == ("watch", "")
        machine.shift(timedelta(minutes=110))
        assert asked() == ("watch", "out")
        calls.start_call(hall.lesson_id, "out")
        machine.shift(timedelta(minutes=15))
        assert asked() == ("close", "")
