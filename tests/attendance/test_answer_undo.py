"""Staff's answers to a call can be taken back while the lesson is open, and the trace stays; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from tests.attendance_hall import Hall, build_hall
from training_app.attendance.call_rules import answer_undo_fault
from training_app.attendance.models import AnswerTakenBack, AttendanceFlag, RollCallAnswer
from training_app.attendance.queries.calls import check_out_of, get_call
from training_app.attendance.services import calls, tablet, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.answer_undo import take_answer_back
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.core.db import db
from training_app.core.errors import Conflict, NotFound


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Noon in the county, standing still until the test moves it."""
    with time_machine.travel(datetime(2026, 11, 27, 4, tzinfo=UTC), tick=False) as machine:
        yield machine


@pytest.fixture
def room(noon: time_machine.Traveller, app: Flask) -> Hall:
    """Three people of whom two have come; check-in is open."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    for person in (0, 1):
        assert scanning.check_in(Who(made.accounts[person]), code=made.code()).outcome == "accepted"
    noon.shift(60)
    return made


def _open_doubts() -> int:
    db.session.rollback()
    return db.session.scalar(
        select(func.count())
        .select_from(AttendanceFlag)
        .where(AttendanceFlag.code == "missed_call", AttendanceFlag.settled_at.is_(None))
    )


def _no_undo(lesson_id: int, call_id: int, person: int) -> str:
    with pytest.raises(Conflict) as caught:
        take_answer_back(lesson_id, call_id, person)
    return caught.value.code


@pytest.mark.parametrize(
    ("answered", "by_staff", "closed", "fault"),
    [
        (True, True, False, ""),
        (True, True, True, "closed"),
        (False, False, False, "nothing"),
        (True, False, False, "not_by_hand"),
    ],
)
def test_only_staff_s_own_word_is_taken_back_and_only_before_closing(
    answered: bool, by_staff: bool, closed: bool, fault: str
) -> None:
    assert answer_undo_fault(answered=answered, by_staff=by_staff, closed=closed) == fault


def test_an_answer_taken_back_is_asked_again_and_leaves_a_trace(room: Hall, noon: time_machine.Traveller) -> None:
    call, person = calls.start_call(room.lesson_id, "mid"), room.enrollments[0]
    calls.note_answer(room.lesson_id, call.id, person, reason="flat_battery")
    assert get_call(room.lesson_id, call.id).answers[person].noted

    noon.shift(5)
    take_answer_back(room.lesson_id, call.id, person)

    assert person in get_call(room.lesson_id, call.id).missed
    trace = db.session.scalars(select(AnswerTakenBack)).one()
    assert (trace.enrollment_id, trace.reason, (trace.at - trace.recorded_at).seconds) == (person, "flat_battery", 5)
    body = db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "attendance.AnswerWithdrawn"))
    assert (body["enrollment_id"], body["slot"]) == (person, "mid")
    assert _no_undo(room.lesson_id, call.id, person) == "no_undo"
    scanned = scanning.check_in(Who(room.accounts[0]), code=room.code(), kind="mid")
    assert scanned.outcome == "accepted", "who was taken back can answer after all"
    assert _no_undo(room.lesson_id, call.id, person) == "no_undo", "a scan is the trainee's own"
    assert room.status(0) == "present"


def test_the_doubt_that_the_answer_settled_comes_back(room: Hall, noon: time_machine.Traveller) -> None:
    call = calls.start_call(room.lesson_id, "mid")
    calls.end_calls(room.lesson_id)
    assert _open_doubts() == 2
    noon.shift(10)
    calls.note_answer(room.lesson_id, call.id, room.enrollments[0], reason="no_phone")
    assert _open_doubts() == 1

    take_answer_back(room.lesson_id, call.id, room.enrollments[0])

    assert _open_doubts() == 2


def test_taken_back_after_the_call_ended_it_becomes_the_doubt_it_would_have_been(room: Hall) -> None:
    call = calls.start_call(room.lesson_id, "mid")
    calls.note_answer(room.lesson_id, call.id, room.enrollments[0], reason="no_phone")
    calls.end_calls(room.lesson_id)
    assert _open_doubts() == 1

    take_answer_back(room.lesson_id, call.id, room.enrollments[0])

    assert _open_doubts() == 2


def test_a_leaving_taken_back_is_no_leaving(room: Hall) -> None:
    call, person = calls.start_call(room.lesson_id, "out"), room.enrollments[0]
    calls.note_answer(room.lesson_id, call.id, person, reason="no_phone")
    assert check_out_of(room.lesson_id, person) is not None

    take_answer_back(room.lesson_id, call.id, person)

    assert check_out_of(room.lesson_id, person) is None
    assert scanning.check_in(Who(room.accounts[0]), code=room.code(), kind="out").outcome == "accepted"
    assert _no_undo(room.lesson_id, call.id, person) == "no_undo"


def test_a_tablet_that_sends_it_once_more_does_not_bring_it_back(room: Hall) -> None:
    call, person = calls.start_call(room.lesson_id, "mid"), room.enrollments[0]
    entry = tablet.Entry("n1", enrollment_id=person, reason="no_phone", kind="mid")
    assert tablet.record_entries(room.lesson_id, [entry])[0].outcome == "accepted"
    take_answer_back(room.lesson_id, call.id, person)

    (again,) = tablet.record_entries(room.lesson_id, [entry])
    (anew,) = tablet.record_entries(
        room.lesson_id, [tablet.Entry("n2", enrollment_id=person, reason="no_phone", kind="mid")]
    )

    assert (again.outcome, again.code) == ("refused", "taken_back")
    assert anew.outcome == "accepted"


def test_closed_another_call_another_lesson_nothing_is_taken_back(room: Hall) -> None:
    call, person = calls.start_call(room.lesson_id, "mid"), room.enrollments[0]
    calls.note_answer(room.lesson_id, call.id, person, reason="no_phone")
    with pytest.raises(NotFound):
        take_answer_back(room.tomorrow_id, call.id, person)
    with pytest.raises(NotFound):
        take_answer_back(room.lesson_id, call.id + 1, person)
    windows.close_check_in(room.lesson_id)
    assert _no_undo(room.lesson_id, call.id, person) == "closed"


def test_the_database_lets_no_answer_go_that_is_not_kept(room: Hall) -> None:
    call = calls.start_call(room.lesson_id, "mid")
    calls.note_answer(room.lesson_id, call.id, room.enrollments[0], reason="no_phone")
    scanning.check_in(Who(room.accounts[1]), code=room.code(), kind="mid")
    with pytest.raises(DBAPIError, match="only grows"):
        db.session.execute(delete(RollCallAnswer))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RollCallAnswer)) == 2
