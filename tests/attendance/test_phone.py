"""The own phone at check-in: no doubt after a change, a sentence under the ✔, a panel for the class teacher."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.attendance_hall import Hall, build_hall, teacher, within_one_step
from training_app.accounts.models import Account
from training_app.accounts.services import devices, passwords, phones
from training_app.attendance.models import AttendanceFlag
from training_app.attendance.queries.devices import last_used
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.judging import Who
from training_app.core.db import db, unit_of_work

OLD, NEW = devices.hash_of("old"), devices.hash_of("new")


def _flags() -> list[str]:
    return list(db.session.scalars(select(AttendanceFlag.code).order_by(AttendanceFlag.id)))


def _scan(hall: Hall, device: str, person: int = 0) -> None:
    with within_one_step():
        outcome = scanning.check_in(Who(hall.accounts[person], device, "Chrome Android"), code=hall.code())
    assert outcome.outcome == "accepted"


def test_another_phone_raises_a_doubt(hall: Hall) -> None:
    devices.remember_device(OLD, account_id=hall.accounts[0])

    _scan(hall, NEW)

    assert _flags() == ["new_device"]


def test_after_the_change_the_new_phone_raises_none(hall: Hall) -> None:
    devices.remember_device(OLD, account_id=hall.accounts[0])
    phones.change_own_phone(hall.accounts[0], key_hash=NEW, browser="Chrome Android")

    _scan(hall, NEW)

    assert _flags() == []
    assert last_used(hall.accounts[0]).keys() == {NEW}


def test_after_the_change_the_old_phone_is_the_other_one(hall: Hall) -> None:
    devices.remember_device(OLD, account_id=hall.accounts[0])
    phones.change_own_phone(hall.accounts[0], key_hash=NEW, browser="")

    _scan(hall, OLD)

    assert _flags() == ["new_device"]


def test_after_a_release_the_next_phone_is_bound_without_a_doubt(hall: Hall) -> None:
    devices.remember_device(OLD, account_id=hall.accounts[0])
    phones.release_phone(hall.accounts[0], reason="手机丢失")

    _scan(hall, NEW)

    assert _flags() == []
    assert [each.key_hash for each in devices.list_devices_of(hall.accounts[0])] == [NEW]


@pytest.fixture
def room(sqlite_app: Flask) -> Hall:
    made = build_hall(people=2)
    windows.open_check_in(made.lesson_id)
    return made


def test_under_the_tick_one_sentence_leads_to_the_change(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    with unit_of_work():
        db.session.get(Account, room.accounts[0]).password_hash = passwords.hash_password("a long passphrase")  # type: ignore[union-attr]
    devices.remember_device(OLD, account_id=room.accounts[0], browser="WeChat Android")
    browser = sign_in(sqlite_app, account_id=room.accounts[0])
    browser.client.set_cookie("dk", "new")
    _scan(room, NEW)
    page = f"/check-in/lessons/{room.lesson_id}"

    assert "/settings/phone" in browser.get(page).text
    assert browser.post("/settings/phone", {"password": "not this one"}).status_code == 422
    assert "/settings/phone" in browser.get(page).text

    assert browser.post("/settings/phone", {"password": "a long passphrase"}).status_code == 303
    assert "/settings/phone" not in browser.get(page).text
    assert "/settings/phone/read" in browser.get("/me").text
    assert browser.post("/settings/phone/read", {"next": "/me"}).location == "/me"
    assert "/settings/phone/read" not in browser.get("/me").text


def test_a_browser_without_a_key_gets_one_with_the_change(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    with unit_of_work():
        db.session.get(Account, room.accounts[0]).password_hash = passwords.hash_password("a long passphrase")  # type: ignore[union-attr]
    devices.remember_device(OLD, account_id=room.accounts[0])
    browser = sign_in(sqlite_app, account_id=room.accounts[0])

    browser.post("/settings/phone", {"password": "a long passphrase"})

    key = browser.client.get_cookie("dk").value
    assert devices.find_device(devices.hash_of(key)).account_id == room.accounts[0]  # type: ignore[union-attr]


def test_somebody_elses_phone_is_explained_and_not_offered(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    devices.remember_device(OLD, account_id=room.accounts[0])
    devices.remember_device(NEW, account_id=room.accounts[1])
    browser = sign_in(sqlite_app, account_id=room.accounts[0])
    browser.client.set_cookie("dk", "new")

    page = browser.get("/settings/phone").text

    assert "zx-notice is-warn" in page
    assert 'name="password"' not in page


def test_the_class_teacher_releases_phones_of_the_own_class_only(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    other = build_hall(people=1, code="BC2")
    for account_id in (room.accounts[0], other.accounts[0]):
        devices.remember_device(devices.hash_of(str(account_id)), account_id=account_id, browser="Chrome Android")
    browser = sign_in(sqlite_app, account_id=teacher(room.class_id))
    person = f"/lessons/{room.lesson_id}/people/{room.enrollments[0]}"

    assert f"{person}/device" in browser.get(person).text
    assert browser.get(f"{person}/device").status_code == 200
    assert browser.post(f"{person}/device", {"reason": "换"}).status_code == 422
    assert browser.post(f"{person}/device", {"reason": "手机已丢失"}).status_code == 303
    assert "手机已丢失" in browser.get(person).text
    assert devices.list_devices_of(room.accounts[0]) == []

    for lesson_id in (other.lesson_id, room.lesson_id):
        url = f"/lessons/{lesson_id}/people/{other.enrollments[0]}/device"
        assert browser.post(url, {"reason": "手机已丢失"}).status_code == 404
    assert len(devices.list_devices_of(other.accounts[0])) == 1


def test_the_account_administrator_releases_and_everybody_else_does_not(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    devices.remember_device(OLD, account_id=room.accounts[0], browser="Chrome Android")
    url = f"/accounts/{room.accounts[0]}/phone/release"

    assert sign_in(sqlite_app, "planner").post(url, {"reason": "手机已丢失"}).status_code == 403
    administrator = sign_in(sqlite_app, "sysadmin")
    assert url in administrator.get(f"/accounts/{room.accounts[0]}").text
    assert administrator.post(url, {"reason": ""}).status_code == 422
    assert administrator.post(url, {"reason": "手机已丢失"}).status_code == 303
    assert devices.list_devices_of(room.accounts[0]) == []
