"""The staff's tablet answers calls: badges and names seen while a call ran count, whenever they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall, teacher
from tests.discipline.conftest import actor_of
from training_app.attendance.call_rules import TABLETS_LAG, Call, call_seen
from training_app.attendance.models import AttendanceFlag, AttendanceRecord, RollCallAnswer
from training_app.attendance.queries.calls import check_out_of, get_call
from training_app.attendance.services import badges, calls, staff, tablet, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.attendance.services.undo import take_back
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict

_NINE = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
_moments = st.integers(0, 600).map(lambda second: _NINE + timedelta(seconds=second))
_calls = st.lists(
    st.builds(
        lambda number, slot, start, lasts: Call(
            number, slot, start, None if lasts is None else start + timedelta(0, lasts)
        ),
        st.integers(1, 1000),
        st.sampled_from(["mid", "out"]),
        _moments,
        st.none() | st.integers(0, 300),
    ),
    max_size=5,
)


@given(found=_calls, slot=st.sampled_from(["mid", "out"]), moment=_moments)
def test_what_staff_saw_answers_a_call_of_its_kind_that_ran_or_says_why_not(
    found: list[Call], slot: str, moment: datetime
) -> None:
    asked = [each for each in found if each.slot == slot]
    answered = call_seen(found, slot, moment)

    if isinstance(answered, Call):
        assert answered in asked
        assert answered.covers(moment) or answered.covers(moment + TABLETS_LAG)
    else:
        assert not any(each.covers(moment) or each.covers(moment + TABLETS_LAG) for each in asked)
        assert (answered == "call_over") == any(each.until is not None and each.until <= moment for each in asked)


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


def _badge(hall: Hall, person: int, nonce: str, kind: str, at: datetime | None = None) -> tablet.Entry:
    return tablet.Entry(nonce, badge=badges.make_badge(hall.enrollments[person]), at=at, kind=kind)


def _flags(hall: Hall) -> list[tuple[int, str]]:
    db.session.rollback()
    return [
        (row.enrollment_id, row.settlement)
        for row in db.session.execute(
            select(AttendanceRecord.enrollment_id, AttendanceFlag.settlement)
            .join(AttendanceFlag, AttendanceFlag.record_id == AttendanceRecord.id)
            .where(AttendanceFlag.code == "missed_call", AttendanceRecord.lesson_id == hall.lesson_id)
            .order_by(AttendanceFlag.id)
        )
    ]


def test_a_badge_and_a_name_answer_the_call_once(room: Hall, noon: time_machine.Traveller) -> None:
    call = calls.start_call(room.lesson_id, "mid")
    noon.shift(30)
    named = tablet.Entry("n2", enrollment_id=room.enrollments[1], reason="flat_battery", kind="mid")

    scanned, ticked = tablet.record_entries(room.lesson_id, [_badge(room, 0, "n1", "mid"), named])
    noon.shift(30)
    retried, again = tablet.record_entries(
        room.lesson_id, [_badge(room, 0, "n1", "mid"), _badge(room, 0, "other", "mid")]
    )

    assert (scanned.outcome, scanned.kind, scanned.at) == ("accepted", "mid", call.started_at + timedelta(seconds=30))
    assert (ticked.outcome, ticked.status) == ("accepted", "present")
    assert (retried.outcome, retried.at) == ("accepted", scanned.at)
    assert (again.outcome, again.at) == ("repeated", scanned.at)
    answers = get_call(room.lesson_id, call.id).answers
    assert {person: answer.reason for person, answer in answers.items()} == {
        room.enrollments[0]: "badge",
        room.enrollments[1]: "flat_battery",
    }
    assert calls.end_calls(room.lesson_id) == 0
    assert [room.status(person) for person in (0, 1)] == ["present", "present"]


def test_what_was_seen_in_time_and_sent_after_the_call_settles_the_doubt(
    room: Hall, noon: time_machine.Traveller
) -> None:
    calls.start_call(room.lesson_id, "mid")
    noon.shift(20)
    seen = clock.now()
    noon.shift(100)
    calls.end_calls(room.lesson_id)
    assert _flags(room) == [(room.enrollments[0], ""), (room.enrollments[1], "")]
    noon.shift(600)

    in_time, too_late = tablet.record_entries(
        room.lesson_id, [_badge(room, 0, "n1", "mid", at=seen), _badge(room, 1, "n2", "mid")]
    )

    assert (in_time.outcome, in_time.at) == ("accepted", seen)
    assert (too_late.outcome, too_late.code, too_late.kind) == ("refused", "call_over", "in")
    assert _flags(room) == [(room.enrollments[0], "answered_in_time"), (room.enrollments[1], "")]
    kept = db.session.execute(select(RollCallAnswer.answered_at, RollCallAnswer.recorded_at)).one()
    assert kept.recorded_at - kept.answered_at == timedelta(seconds=700)


def test_what_nobody_asked_for_is_said_in_words(room: Hall) -> None:
    entries = [_badge(room, 0, "n1", "mid"), _badge(room, 0, "n2", "out"), _badge(room, 0, "n3", "in")]

    mid, out, arrived = tablet.record_entries(room.lesson_id, entries)

    assert (mid.code, out.code, arrived.outcome) == ("no_call", "no_call", "repeated")
    assert mid.message != out.message
    assert db.session.scalar(select(func.count()).select_from(RollCallAnswer)) == 0


def test_who_comes_during_a_call_has_arrived(room: Hall, noon: time_machine.Traveller) -> None:
    call = calls.start_call(room.lesson_id, "mid")
    noon.shift(timedelta(minutes=20))  # the lesson began five minutes after the room was made: late by now
    calls.end_calls(room.lesson_id)
    call = calls.start_call(room.lesson_id, "mid")

    (come,) = tablet.record_entries(room.lesson_id, [_badge(room, 2, "n1", "mid", at=clock.now())])
    (resent,) = tablet.record_entries(room.lesson_id, [_badge(room, 2, "n1", "mid", at=clock.now())])
    calls.start_call(room.lesson_id, "out")
    staff.mark(room.lesson_id, room.enrollments[1], status="exempt", reason="sent elsewhere")
    (exempt,) = tablet.record_entries(room.lesson_id, [_badge(room, 1, "n2", "out")])

    assert (come.outcome, come.kind, come.status) == ("accepted", "in", "late")
    assert (resent.outcome, resent.kind) == ("accepted", "in")
    assert room.enrollments[2] not in get_call(room.lesson_id, call.id).answers
    assert (exempt.code, room.status(1)) == ("not_checked_in", "exempt")


def test_leaving_by_badge_is_noted_once_with_its_own_time(room: Hall, noon: time_machine.Traveller) -> None:
    calls.start_call(room.lesson_id, "out")
    noon.shift(5)
    seen = clock.now()
    scanning.check_in(Who(room.accounts[1]), code=room.code(), kind="out")
    noon.shift(900)

    left, by_phone, never_came = tablet.record_entries(
        room.lesson_id,
        [_badge(room, 0, "n1", "out", at=seen), _badge(room, 1, "n2", "out"), _badge(room, 2, "n3", "out")],
    )
    (retried,) = tablet.record_entries(room.lesson_id, [_badge(room, 0, "n1", "out", at=seen)])

    assert (left.outcome, left.kind, left.at) == ("accepted", "out", seen)
    assert (by_phone.outcome, by_phone.at) == ("repeated", seen)
    assert (never_came.code, room.status(2)) == ("not_checked_in", None)
    assert (retried.outcome, retried.at) == ("accepted", seen)
    assert check_out_of(room.lesson_id, room.enrollments[0]) == seen
    with pytest.raises(Conflict):  # something hangs on the record: it is corrected, not undone
        take_back(room.lesson_id, room.enrollments[0])


def test_a_closed_lesson_takes_no_answers_but_repeats_those_it_has(room: Hall, noon: time_machine.Traveller) -> None:
    calls.start_call(room.lesson_id, "mid")
    seen = clock.now()
    tablet.record_entries(room.lesson_id, [_badge(room, 0, "n1", "mid")])
    noon.shift(60)
    windows.close_check_in(room.lesson_id)

    again, other = tablet.record_entries(
        room.lesson_id, [_badge(room, 0, "n1", "mid", at=seen), _badge(room, 1, "n2", "mid", at=seen)]
    )

    assert (again.outcome, again.at) == ("accepted", seen)
    assert other.code == "closed"


def test_another_class_and_times_that_cannot_be_answer_nothing(room: Hall, noon: time_machine.Traveller) -> None:
    calls.start_call(room.lesson_id, "mid")
    stranger = build_hall(people=1, code="BC2")
    tomorrow = clock.now() + timedelta(days=1)

    done = tablet.record_entries(
        room.lesson_id,
        [
            _badge(stranger, 0, "n1", "mid"),
            _badge(room, 0, "n2", "mid", at=tomorrow),
            tablet.Entry("n3", enrollment_id=room.enrollments[0], reason=" ", kind="mid"),
            tablet.Entry("n4", badge=badges.make_badge(room.enrollments[0])[:-1] + "2", kind="mid"),
        ],
    )

    assert [each.code for each in done] == ["not_found", "bad_time", "reason_needed", "bad_badge"]


def test_who_answered_for_whom_is_in_the_audit_trail(room: Hall) -> None:
    account_id = teacher(room.class_id)
    calls.start_call(room.lesson_id, "mid")
    with acting_as(actor_of(account_id)):
        tablet.record_entries(room.lesson_id, [_badge(room, 0, "n1", "mid")])

    entry = db.session.execute(
        select(AuditEntry.account_id, AuditEntry.subject_id).where(AuditEntry.kind == "attendance.AnsweredByStaff")
    ).one()
    assert tuple(entry) == (account_id, str(room.enrollments[0]))


def test_the_interface_and_the_roster_speak_of_the_call(
    sqlite_app: Flask, noon: time_machine.Traveller, sign_in: Callable[..., Any]
) -> None:
    hall = build_hall(people=2)
    windows.open_check_in(hall.lesson_id)
    for account in hall.accounts:
        scanning.check_in(Who(account), code=hall.code())
    noon.shift(60)
    call = calls.start_call(hall.lesson_id, "mid")
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    send = f"/api/v1/lessons/{hall.lesson_id}/check-ins"
    codes = [badges.make_badge(each) for each in hall.enrollments]

    def roster() -> Any:
        return browser.get(f"/scan/{hall.lesson_id}/roster").json

    before = roster()
    answered, out = browser.post(
        send,
        json={
            "entries": [
                {"nonce": "n1", "badge": codes[0], "kind": "mid"},
                {"nonce": "n2", "badge": codes[1], "kind": "out"},
            ]
        },
    ).json["entries"]
    after = roster()

    assert before["calls"] == [
        {"id": call.id, "slot": "mid", "started_at": call.started_at.isoformat(), "until": call.until.isoformat()}  # type: ignore[union-attr]
    ]
    assert [(each["asked"], each["answered"]) for each in before["people"]] == [(["mid"], {}), (["mid"], {})]
    assert (answered["outcome"], answered["kind"], bool(answered["answered_at"])) == ("accepted", "mid", True)
    assert (out["outcome"], out["error"]) == (
        "refused",
        {"code": "no_call", "message": "当时尚未开始签退。"},
    )
    assert [(each["asked"], list(each["answered"])) for each in after["people"]] == [([], ["mid"]), (["mid"], [])]
    assert browser.post(send, json={"entries": [{"nonce": "n", "badge": codes[0], "kind": "x"}]}).status_code == 422


def test_an_arrival_is_answered_as_before(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    there = build_hall(people=1, code="BC3")
    browser = sign_in(sqlite_app, account_id=teacher(there.class_id))

    (said,) = browser.post(
        f"/api/v1/lessons/{there.lesson_id}/check-ins",
        json={"entries": [{"nonce": "n1", "badge": badges.make_badge(there.enrollments[0])}]},
    ).json["entries"]

    assert set(said) == {"nonce", "outcome", "enrollment_id", "status", "checked_in_at", "received_at", "was"}
