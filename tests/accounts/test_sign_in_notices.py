"""A sign-in from a browser not known before is told to the trainee where they are known (SECURITY.md 2.2, T4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.concurrency.test_simultaneous_check_ins import at_once
from training_app.accounts import rules
from training_app.accounts.device_words import device_words
from training_app.accounts.models import KnownBrowser
from training_app.accounts.services import browsers, devices, people, sessions
from training_app.audit.models import AuditEntry
from training_app.core.db import Base, db
from training_app.core.errors import NotFound

PASSWORD = "correct horse battery"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; NOH-AN00 Build/HUAWEINOH-AN00; wv) AppleWebKit/537.36 Version/4.0 Chrome/111.0"
    " Mobile Safari/537.36 MicroMessenger/8.0.44.2502(0x28002C51) NetType/WIFI Language/zh_CN"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/119.0 Safari/537.36 Edg/119.0.2151.97"
OWN, NEW, THIRD = (devices.hash_of(name) for name in ("own phone", "new phone", "third phone"))
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
TOLD = "您的账号在一个新设备上登录过"


@pytest.fixture
def account_id(app: Flask) -> int:
    return people.create_account(username="chenyu", display_name="陈宇", roles=["trainee"], password=PASSWORD)


def sign_in(device: str, browser: str = "WeChat Android") -> str:
    """The session's digest."""
    opened = sessions.sign_in("chenyu", PASSWORD, browser=browser, device=device)
    assert opened is not None
    return devices.hash_of(opened.cookie)


def told(account_id: int, device: str) -> list[str]:
    db.session.rollback()
    return [each.browser for each in browsers.notices_for(account_id, device)]


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_only_what_was_not_known_or_is_disowned_is_told(known, disowned, bound, usual):
    found = rules.tells_of_browser(known=known, disowned=disowned, is_bound=bound, has_usual=usual)
    assert found == (disowned or (usual and not known and not bound))


@given(st.integers(0, 40), st.sampled_from(["", "own", "foreign"]))
def test_a_browser_that_is_news_itself_hears_nothing_for_a_week(days, verdict):
    told_at = NOW - timedelta(days=days)
    hears = rules.hears_of_browsers(known=True, told_at=told_at, verdict=verdict, is_bound=True, now=NOW)
    assert hears == (verdict == "own" or (verdict == "" and days >= 7))
    assert rules.is_news(told_at, None, NOW) == (days < 30)


def test_the_first_browser_is_the_usual_one_and_another_is_told_there(account_id):
    for _time in range(2):
        sign_in(OWN)
    assert told(account_id, OWN) == []
    sign_in(NEW, "Edge Windows")
    assert told(account_id, OWN) == ["Edge Windows"]
    assert told(account_id, NEW) == []
    assert told(account_id, THIRD) == []
    sign_in(NEW, "Edge Windows")
    assert told(account_id, OWN) == ["Edge Windows"]
    kinds = [row.body["new_browser"] for row in db.session.scalars(select(AuditEntry)) if "SignedIn" in row.kind]
    assert kinds == [False, False, True, False]


def test_the_phone_bound_for_checking_in_is_known_from_before(account_id):
    devices.remember_device(OWN, account_id=account_id, browser="WeChat Android")
    sign_in(NEW)
    assert told(account_id, OWN) == ["WeChat Android"]
    sign_in(OWN)
    assert told(account_id, OWN) == ["WeChat Android"]
    assert told(account_id, NEW) == []


def test_who_was_it_is_asked_until_the_owner_says(account_id):
    sign_in(OWN)
    mine = sign_in(NEW)
    (notice,) = browsers.notices_for(account_id, OWN)
    assert notice.lives
    with pytest.raises(NotFound):
        browsers.settle_notice(account_id, notice.id, own=True, device=NEW)
    browsers.settle_notice(account_id, notice.id, own=True, device=OWN)
    assert told(account_id, OWN) == []
    live = [each.prefix for each in sessions.list_own_sessions(account_id, current_hash="")]
    assert mine[:16] in live
    sign_in(THIRD, "Chrome Android")
    assert told(account_id, NEW) == told(account_id, OWN) == ["Chrome Android"]


def test_a_disowned_sign_in_ends_and_is_told_again_when_it_comes_back(account_id):
    sign_in(OWN)
    foreign = sign_in(NEW)
    (notice,) = browsers.notices_for(account_id, OWN)
    browsers.settle_notice(account_id, notice.id, own=False, device=OWN)
    assert told(account_id, OWN) == []
    live = [each.prefix for each in sessions.list_own_sessions(account_id, current_hash="")]
    assert len(live) == 1
    assert foreign[:16] not in live
    sign_in(NEW)
    assert told(account_id, OWN) == ["WeChat Android"]
    assert told(account_id, NEW) == []


def test_somebody_else_s_notice_does_not_exist(account_id):
    sign_in(OWN)
    sign_in(NEW)
    (notice,) = browsers.notices_for(account_id, OWN)
    other = people.create_account(username="lina", display_name="李娜", roles=["trainee"], password=PASSWORD)
    with pytest.raises(NotFound):
        browsers.settle_notice(other, notice.id, own=False, device=OWN)


def test_after_a_week_a_new_browser_may_be_the_only_one_left(account_id):
    with time_machine.travel(NOW, tick=False):
        sign_in(OWN)
        sign_in(NEW, "Edge Windows")
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        sign_in(THIRD, "Chrome Android")
        assert told(account_id, NEW) == ["Chrome Android"]
        assert told(account_id, OWN) == ["Chrome Android", "Edge Windows"]
        assert told(account_id, THIRD) == []


def test_two_sign_ins_at_once_with_the_same_new_browser_are_one(app, account_id):
    sign_in(OWN)
    db.session.remove()
    done = at_once(app, [lambda: sign_in(NEW), lambda: sign_in(NEW), lambda: sign_in(NEW)])
    assert not any(isinstance(each, Exception) for each in done), done
    assert told(account_id, OWN) == ["WeChat Android"]


def test_browsers_of_staff_are_not_kept_and_old_ones_are_forgotten(app, account_id):
    people.create_account(username="desk", display_name="教务", roles=["planner"], password=PASSWORD)
    assert sessions.sign_in("desk", PASSWORD, browser="Edge Windows", device=NEW).keeps_browser is False
    with time_machine.travel(NOW, tick=False):
        sign_in(OWN)
    assert db.session.scalars(select(KnownBrowser.account_id)).all() == [account_id]
    with time_machine.travel(NOW + timedelta(days=399), tick=False):
        assert browsers.forget_browsers() == 0
    with time_machine.travel(NOW + timedelta(days=401), tick=False):
        assert browsers.forget_browsers() == 1


@pytest.fixture
def trainee(sqlite_app: Flask) -> int:
    return people.create_account(username="chenyu", display_name="陈宇", roles=["trainee"], password=PASSWORD)


def enter(app: Flask, agent: str) -> Any:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0] if 'name="csrf_token"' in page else ""
    answer = client.post("/sign-in", data={"username": "chenyu", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302
    return client


def test_the_owner_is_told_on_the_own_page_and_can_act_on_it(sqlite_app, trainee):
    own, friend = enter(sqlite_app, WECHAT), enter(sqlite_app, EDGE)
    home, other = own.get("/me").text, friend.get("/me").text
    assert TOLD in home
    assert "Windows电脑，Edge" in home
    assert TOLD not in other
    assert TOLD in own.get("/settings").text
    (notice,) = db.session.scalars(select(KnownBrowser.id).where(KnownBrowser.told_at.is_not(None)))
    token = home.split('name="csrf_token" value="')[1].split('"')[0]
    theirs = friend.get("/settings").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert friend.post(f"/settings/sign-ins/{notice}/own", data={"csrf_token": theirs}).status_code == 404
    answer = own.post(f"/settings/sign-ins/{notice}/foreign", data={"csrf_token": token})
    assert answer.location.endswith("/password")
    assert "请马上修改" in own.get("/password").text
    assert friend.get("/me").status_code == 302
    assert TOLD not in own.get("/me").text


def test_no_full_description_of_a_browser_and_no_address_is_kept(sqlite_app, trainee):
    for agent in (WECHAT, EDGE):
        enter(sqlite_app, agent)
    kept = "\n".join(
        str(tuple(row))
        for table in Base.metadata.sorted_tables
        if table.name.startswith("accounts_")
        for row in db.session.execute(select(table))
    )
    assert "WeChat Android" in kept
    for piece in ("Mozilla", "NOH-AN00", "MicroMessenger", "111.0", "0x28002C51", "119.0", "Win64", "127.0.0.1"):
        assert piece not in kept


@pytest.mark.parametrize(
    ("browser", "words"),
    [
        ("WeChat Android", "Android手机，微信"),
        ("Safari iPhone", "iPhone，Safari"),
        ("Edge Windows", "Windows电脑，Edge"),
        ("API", "其他程序"),
        ("", "未知设备"),
    ],
)
def test_devices_are_named_in_words(sqlite_app, browser, words):
    with sqlite_app.test_request_context("/"):
        assert device_words(browser) == words
