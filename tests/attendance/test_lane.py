"""The short lane gives the ordinary answer, only faster; what is not plainly in order goes the ordinary way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.exc import IntegrityError

from tests.attendance_hall import Hall, build_hall, within_one_step
from tests.conftest import Browser
from training_app.accounts.api import hash_of
from training_app.accounts.models import Account, AccountSession, Device
from training_app.attendance import code_rules, rules
from training_app.attendance.models import AttendanceFlag, AttendanceRecord, ScanTicket
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.presses import Press
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import tickets, together, windows
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.audit.services import number_all_entries, verify_chain
from training_app.core import clock, crypto
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work

OWN = ATTENDANCE["own"]


def opened(people: int = 3) -> Hall:
    hall = build_hall(people=people)
    windows.open_check_in(hall.lesson_id)
    db.session.remove()
    return hall


def count(what: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(what)) or 0


@pytest.fixture
def ordinary(app: Flask) -> list[str]:
    """The requests that went the ordinary way."""
    seen: list[str] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append("request"))
    return seen


def press(browser: Browser, **body: Any) -> Any:
    return browser.post("/api/v1/check-ins", json={"nonce": str(uuid.uuid4()), "kind": "in", **body})


def session_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("sid")
    assert cookie is not None
    return crypto.digest(cookie.value)


def pressed(app: Flask, hall: Hall, person: int, **more: Any) -> Press:
    code = code_rules.parse_code(hall.code())
    db.session.remove()
    return Press(session_of(Browser(app, hall.accounts[person])), "", "", f"nonce {person}", **{"code": code, **more})


def do_together(app: Flask, presses: list[Press]) -> list[str | None]:
    with app.app_context():
        return [each and each.outcome for each in together.check_in_together(presses, OWN)]


def test_a_plain_press_never_reaches_flask_and_its_answer_is_the_ordinary_one(app: Flask, ordinary: list[str]) -> None:
    hall = opened()
    quick = press(Browser(app, hall.accounts[0]), code=hall.code())
    assert (quick.status_code, ordinary) == (201, [])

    # A blank after the type is enough to leave the lane.
    browser = Browser(app, hall.accounts[2])
    slow = browser.post(
        "/api/v1/check-ins",
        data=f'{{"nonce": "x", "code": "{hall.code()}"}}',
        content_type="application/json; charset=utf-8",
    )
    assert ordinary == ["request"]
    assert slow.status_code == 201
    assert sorted(slow.headers.keys()) == sorted(quick.headers.keys())
    differing = {name for name in slow.headers.keys() if slow.headers[name] != quick.headers[name]}  # noqa: SIM118
    assert differing <= {"Content-Length"}
    assert slow.json.keys() == quick.json.keys()
    assert slow.json["lesson"] == quick.json["lesson"]
    assert quick.json["name"] == "学员1"


def test_every_acceptance_has_its_record_its_audit_entry_and_its_place_in_the_chain(app: Flask) -> None:
    hall = opened(5)
    done = do_together(app, [pressed(app, hall, n) for n in range(5)])
    assert done == ["accepted"] * 5
    assert count(AttendanceRecord) == 5
    entries = db.session.execute(
        select(AuditEntry.account_id, AuditEntry.actor_name, AuditEntry.subject_id).where(
            AuditEntry.kind == "attendance.CheckedIn"
        )
    ).all()
    assert {tuple(each) for each in entries} == {
        (account, f"学员{n}", str(enrollment))
        for n, (account, enrollment) in enumerate(zip(hall.accounts, hall.enrollments, strict=True), 1)
    }
    number_all_entries()
    assert verify_chain().broken_at is None


def test_a_ticket_is_used_by_one_person_and_its_cookie_taken_away(app: Flask, ordinary: list[str]) -> None:
    hall = opened()
    browser = Browser(app, hall.accounts[0])
    browser.get(f"/c/{hall.code()}")
    ordinary.clear()
    answer = press(browser)
    assert (answer.status_code, ordinary) == (201, [])
    assert browser.client.get_cookie("ticket") is None
    db.session.rollback()
    assert db.session.scalar(select(ScanTicket.used_by_id)) == hall.accounts[0]
    device = db.session.execute(select(Device.account_id, Device.key_hash)).one()
    cookie = browser.client.get_cookie("dk")
    assert cookie is not None
    assert tuple(device) == (hall.accounts[0], hash_of(cookie.value))


@contextmanager
def between_reading_and_storing(app: Flask, act: Callable[[], object]) -> Iterator[None]:
    """Somebody else's act, by a thread and a connection of its own, after the lane has read and before it stores."""
    done: list[Any] = []

    def come_between(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "attendance_scan_ticket" in statement and statement.startswith("SELECT") and not done:
            done.append(True)
            other = threading.Thread(target=inside)
            other.start()
            other.join(timeout=30)

    def inside() -> None:
        with app.app_context(), acting_as(system("somebody else")):
            done.append(act())
            db.session.remove()

    event.listen(Engine, "after_cursor_execute", come_between)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", come_between)
    assert len(done) == 2


def test_a_ticket_that_somebody_used_since_it_was_read_counts_for_nobody_else(app: Flask) -> None:
    hall = opened()
    _outcome, ticket = tickets.scan(hall.code(), account_id=None, device="")
    both = [pressed(app, hall, 0, code=None, ticket=crypto.digest(ticket)), pressed(app, hall, 2)]
    db.session.remove()
    first = lambda: scanning.check_in(Who(hall.accounts[1]), ticket=ticket, nonce="first")  # noqa: E731
    with (
        between_reading_and_storing(app, first),
        pytest.raises((IntegrityError, psycopg.IntegrityError), match=r"(?i)foreign key"),
    ):
        do_together(app, both)
    assert [hall.status(n) for n in range(3)] == [None, "present", None]
    assert count(select(AuditEntry).where(AuditEntry.kind == "attendance.CheckedIn").subquery()) == 1
    db.session.remove()
    assert do_together(app, both) == [None, "accepted"]


def test_a_race_that_is_lost_stores_nothing_twice_and_is_answered_by_the_ordinary_way(
    app: Flask, ordinary: list[str]
) -> None:
    hall = opened()
    code = hall.code()
    browser = Browser(app, hall.accounts[0])
    db.session.remove()
    with between_reading_and_storing(app, lambda: scanning.check_in(Who(hall.accounts[0]), code=code, nonce="first")):
        again = press(browser, code=code, nonce="first")
    assert (again.status_code, again.json["outcome"], ordinary) == (201, "accepted", ["request"])
    other = press(browser, code=hall.code(), nonce="second")
    assert (other.status_code, other.json["outcome"]) == (200, "repeated")
    assert count(AttendanceRecord) == 1
    assert count(select(AuditEntry).where(AuditEntry.kind == "attendance.CheckedIn").subquery()) == 1


def test_a_lesson_closed_since_it_was_read_stays_closed(app: Flask) -> None:
    hall = opened()
    code = hall.code()
    browser = Browser(app, hall.accounts[0])
    db.session.remove()
    with between_reading_and_storing(app, lambda: windows.close_check_in(hall.lesson_id)):
        answer = press(browser, code=code)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "closed")
    assert [hall.status(n) for n in range(3)] == ["absent"] * 3


def test_the_code_before_is_noted_as_a_doubt(app: Flask, ordinary: list[str]) -> None:
    hall = opened()
    with within_one_step():
        answer = press(Browser(app, hall.accounts[0]), code=hall.code(steps_ago=1))
    assert (answer.status_code, ordinary) == (201, [])
    db.session.rollback()
    found = db.session.execute(
        select(AttendanceFlag.code, AttendanceFlag.rule_version, AttendanceRecord.enrollment_id).join(
            AttendanceRecord, AttendanceRecord.id == AttendanceFlag.record_id
        )
    ).all()
    assert [tuple(each) for each in found] == [("stale_step", rules.FLAG_VERSION, hall.enrollments[0])]


def test_presses_that_bear_on_each_other_are_left_to_the_ordinary_way(app: Flask) -> None:
    hall = opened(4)
    one, two, three, four = (pressed(app, hall, n) for n in range(4))
    shared = [replace(two, device="d"), replace(three, device="d")]
    done = do_together(app, [one, replace(one, nonce="again"), *shared, four])
    assert done == ["accepted", None, "accepted", None, "accepted"]


@pytest.mark.parametrize(
    "change",
    [
        {"must_change_password": True},
        {"disabled": True},
        {"expired": True},
        {"stale": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_sessions_that_are_not_plainly_in_order_are_left_to_the_ordinary_way(
    app: Flask, change: dict[str, bool]
) -> None:
    hall = opened()
    made = pressed(app, hall, 0)
    now = clock.now()
    with unit_of_work():
        if "must_change_password" in change:
            db.session.execute(update(Account).values(must_change_password=True))
        if "disabled" in change:
            db.session.execute(update(Account).values(disabled_at=now))
        if "expired" in change:
            db.session.execute(update(AccountSession).values(expires_at=now))
        if "stale" in change:
            db.session.execute(update(AccountSession).values(last_seen_at=now - timedelta(minutes=6)))
    db.session.remove()
    assert do_together(app, [made]) == [None]
    assert count(AttendanceRecord) == 0


def test_without_the_right_token_the_lane_is_shut(app: Flask, ordinary: list[str]) -> None:
    hall = opened()
    browser = Browser(app, hall.accounts[0])
    answer = browser.post("/api/v1/check-ins", json={"nonce": "n", "code": hall.code()}, headers={"X-CSRFToken": "no"})
    assert (answer.status_code, ordinary) == (400, ["request"])
    assert count(AttendanceRecord) == 0


def test_somebody_whose_roles_do_not_include_it_is_refused(app: Flask, sign_in: Any, ordinary: list[str]) -> None:
    hall = opened()
    answer = press(sign_in(app, "planner"), code=hall.code())
    assert answer.status_code == 403
    assert ordinary == ["request"]
