"""The own phone: changed by oneself once in seven days, released by staff, never taken over from somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from training_app.accounts import rules
from training_app.accounts.models import Device, DeviceChange
from training_app.accounts.phone_story import bound_phone, phone_story, unread_change
from training_app.accounts.services import devices, people, phones, sessions
from training_app.accounts.services.proving import prove_by_password
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.db import db, unit_of_work
from training_app.core.errors import InvalidInput, Refused

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
OLD, NEW, FOREIGN = (devices.hash_of(name) for name in ("old phone", "new phone", "foreign phone"))


@pytest.fixture
def account_id(app: Flask) -> int:
    made = people.create_account(username="chenyu", display_name="陈宇", roles=["trainee"], password=PASSWORD)
    devices.remember_device(OLD, account_id=made, browser="WeChat Android")
    return made


def _change(account_id: int, key_hash: str = NEW) -> rules.PhoneChange:
    return phones.change_own_phone(account_id, key_hash=key_hash, browser="Chrome Android")


@pytest.mark.parametrize(
    ("owner_id", "is_bound", "days_ago", "verdict"),
    [
        (None, True, None, "yes"),
        (None, True, 7, "yes"),
        (None, True, 6.9, "too_soon"),
        (None, False, None, "unbound"),
        (1, True, None, "own"),
        (2, True, None, "taken"),
        (2, False, None, "taken"),
        (2, True, 1, "taken"),
    ],
)
def test_what_a_change_comes_to(owner_id: int | None, is_bound: bool, days_ago: float | None, verdict: str) -> None:
    last = NOW - timedelta(days=days_ago) if days_ago is not None else None

    decision = rules.judge_phone_change(
        account_id=1, owner_id=owner_id, is_bound=is_bound, last_own_change=last, now=NOW
    )

    assert decision.verdict == verdict


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_the_next_day_told_is_the_first_that_is_let_through(age: timedelta) -> None:
    asked: dict[str, Any] = {"account_id": 1, "owner_id": None, "is_bound": True, "last_own_change": NOW - age}

    decision = rules.judge_phone_change(now=NOW, **asked)

    assert (decision.verdict == "yes") == (age >= timedelta(days=7))
    if decision.next_at is not None:
        assert rules.judge_phone_change(now=decision.next_at, **asked).verdict == "yes"
        assert rules.judge_phone_change(now=decision.next_at - timedelta(microseconds=1), **asked).verdict != "yes"


def test_the_new_phone_takes_the_place_of_the_old_one(account_id: int) -> None:
    assert _change(account_id).verdict == "yes"

    bound = bound_phone(account_id)
    assert bound is not None
    assert (bound.key_hash, bound.browser) == (NEW, "Chrome Android")
    assert devices.list_devices_of(account_id) == [devices.DeviceInfo(NEW, account_id, bound.bound_at)]
    (change,) = phone_story(account_id).changes
    assert (change.kind, change.old_browser, change.browser, change.by) == (
        "own",
        "WeChat Android",
        "Chrome Android",
        "陈宇",
    )


def test_a_second_change_within_seven_days_is_refused_and_changes_nothing(account_id: int) -> None:
    _change(account_id)

    with time_machine.travel(clock.now() + timedelta(days=6, hours=23)):
        assert _change(account_id, OLD).verdict == "too_soon"
    assert devices.list_devices_of(account_id)[0].key_hash == NEW
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert _change(account_id, OLD).verdict == "yes"


def test_somebody_elses_phone_stays_theirs(account_id: int) -> None:
    other = people.create_account(username="liulei", display_name="刘磊", roles=["trainee"], password=PASSWORD)
    devices.remember_device(FOREIGN, account_id=other)

    assert _change(account_id, FOREIGN).verdict == "taken"

    assert devices.find_device(FOREIGN).account_id == other  # type: ignore[union-attr]
    assert devices.find_device(OLD).account_id == account_id  # type: ignore[union-attr]


def test_five_wrong_passwords_in_the_middle_of_a_session_lock_the_account(account_id: int) -> None:
    for _ in range(rules.FAILURES_BEFORE_LOCK):
        assert not prove_by_password(account_id, "wrong")

    assert not prove_by_password(account_id, PASSWORD)
    assert sessions.sign_in("chenyu", PASSWORD) is None
    with time_machine.travel(clock.now() + rules.LOCK + timedelta(seconds=1)):
        assert prove_by_password(account_id, PASSWORD)


def test_staff_release_a_phone_and_the_next_one_used_is_bound(account_id: int, sign_in: Callable[..., Any]) -> None:
    phones.release_phone(account_id, reason="手机丢失")

    assert bound_phone(account_id) is None
    devices.remember_device(OLD, account_id=account_id, browser="WeChat Android")
    assert devices.list_devices_of(account_id)[0].key_hash == OLD
    assert _change(account_id).verdict == "yes"  # a release does not use up one's own change


@pytest.mark.parametrize("reason", ["", "  ", "换 机", "abc"])
def test_a_release_needs_a_reason(account_id: int, reason: str) -> None:
    with pytest.raises(InvalidInput):
        phones.release_phone(account_id, reason=reason)


def test_there_has_to_be_something_to_release(account_id: int) -> None:
    phones.release_phone(account_id, reason="手机丢失")

    with pytest.raises(Refused):
        phones.release_phone(account_id, reason="手机丢失")


def test_a_phone_let_go_may_become_anybodys_and_a_bound_one_keeps_its_owner(account_id: int) -> None:
    other = people.create_account(username="liulei", display_name="刘磊", roles=["trainee"], password=PASSWORD)
    devices.remember_device(OLD, account_id=other)
    assert devices.find_device(OLD).account_id == account_id  # type: ignore[union-attr]

    _change(account_id)
    devices.remember_device(OLD, account_id=other)

    assert devices.find_device(OLD).account_id == other  # type: ignore[union-attr]


def test_the_history_only_grows(account_id: int) -> None:
    _change(account_id)

    for statement in ("UPDATE accounts_device_change SET kind = 'seen'", "DELETE FROM accounts_device_change"):
        with pytest.raises(DBAPIError), unit_of_work():
            db.session.execute(db.text(statement))
    assert [row.kind for row in db.session.scalars(select(DeviceChange))] == ["own"]


def test_every_change_is_in_the_audit_trail(account_id: int) -> None:
    _change(account_id)
    phones.release_phone(account_id, reason="手机丢失")
    phones.read_notice(account_id)

    kinds = list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))

    assert [kind.rsplit(".", 1)[-1] for kind in kinds[-3:]] == [
        "DeviceChanged",
        "DeviceReleased",
        "DeviceNoticeRead",
    ]


def test_the_owner_is_told_until_it_is_read(account_id: int) -> None:
    assert unread_change(account_id) is None
    _change(account_id)
    assert unread_change(account_id).kind == "own"  # type: ignore[union-attr]

    phones.read_notice(account_id)
    phones.read_notice(account_id)

    assert unread_change(account_id) is None
    assert db.session.query(DeviceChange).filter_by(kind="seen").count() == 1
    phones.release_phone(account_id, reason="手机丢失")
    assert unread_change(account_id).kind == "staff"  # type: ignore[union-attr]


def test_the_key_itself_is_stored_nowhere(account_id: int) -> None:
    key = devices.new_key()
    _change(account_id, devices.hash_of(key))

    stored = [
        getattr(row, c.key)
        for model in (Device, DeviceChange)
        for row in db.session.scalars(select(model))
        for c in model.__table__.columns
    ]
    assert key not in stored
