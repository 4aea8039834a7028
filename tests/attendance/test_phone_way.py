"""From the link in the code to ✔ on a phone: two answers of the server, one press, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall
from tests.served import PHONE, at_browser, served
from training_app.attendance.models import AttendanceRecord, ScanTicket
from training_app.attendance.services import windows
from training_app.core import clock
from training_app.core.db import db

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def room(sqlite_app: Flask) -> Hall:
    """Three people, check-in open, on SQLite."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made


@pytest.fixture
def phone(sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]) -> Any:
    """The first trainee's phone."""
    return sign_in(sqlite_app, account_id=room.accounts[0])


def records() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count(AttendanceRecord.id))) or 0)


def test_the_link_answers_with_the_page_to_confirm_on_and_the_code_is_nowhere_in_it(room: Hall, phone: Any) -> None:
    code = room.code()

    answer = phone.get(f"/c/{code}", headers=HTML)

    assert answer.status_code == 200
    assert "知行学堂BC1" in answer.text
    assert "干部任用条例与干部监督" in answer.text
    assert "学员1" in answer.text
    assert code not in answer.text.upper()
    assert code.rpartition(".")[2] not in answer.text.upper()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<noscript><meta http-equiv="refresh" content="0;url=/check-in">' in answer.text
    assert "http-equiv" not in phone.get("/check-in", headers=HTML).text


def test_whoever_is_not_yet_to_confirm_is_led_to_the_clean_address(
    sqlite_app: Flask, room: Hall, phone: Any, sign_in: Callable[..., Any]
) -> None:
    other_class = build_hall(people=1, code="BC2")
    stranger = sign_in(sqlite_app, account_id=other_class.accounts[0])
    staff = sign_in(sqlite_app, "planner")

    answers = {
        "a program": phone.get(f"/c/{room.code()}"),
        "a visitor": sqlite_app.test_client().get(f"/c/{room.code()}", headers=HTML),
        "somebody of another class": stranger.get(f"/c/{room.code()}", headers=HTML),
        "somebody who attends nothing": staff.get(f"/c/{room.code()}", headers=HTML),
    }

    said = {who: (answer.status_code, answer.headers["Location"]) for who, answer in answers.items()}
    assert said == dict.fromkeys(answers, (303, "/check-in"))


def test_loading_the_link_again_finds_the_ticket_it_bought_but_only_in_the_browser_that_bought_it(
    sqlite_app: Flask, room: Hall, phone: Any, sign_in: Callable[..., Any]
) -> None:
    code = room.code()
    assert phone.get(f"/c/{code}", headers=HTML).status_code == 200
    ticket = phone.client.get_cookie("ticket").value
    thief = sign_in(sqlite_app, account_id=room.accounts[1])
    thief.client.set_cookie("ticket", ticket)
    bought = db.session.scalar(select(func.count(ScanTicket.id_hash)))

    with time_machine.travel(clock.now() + timedelta(seconds=30), tick=True):
        again = phone.get(f"/c/{code}", headers=HTML)
        stolen = thief.get(f"/c/{code}", headers=HTML)
        older = phone.get(f"/c/{room.code(steps_ago=20)}", headers=HTML)

    assert again.status_code == 200
    assert "学员1" in again.text
    assert "expired_code" in stolen.headers["Location"]
    assert "expired_code" in older.headers["Location"]
    assert db.session.scalar(select(func.count(ScanTicket.id_hash))) == bought


def test_a_ticket_carried_to_another_browser_is_refused(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    in_the_hall = sqlite_app.test_client()
    in_the_hall.get(f"/c/{room.code()}", headers=HTML)
    at_home = sign_in(sqlite_app, account_id=room.accounts[1])
    at_home.client.set_cookie("ticket", in_the_hall.get_cookie("ticket").value)

    shown = at_home.get("/check-in", headers=HTML)
    pressed = at_home.post("/api/v1/check-ins", json={"nonce": "n", "kind": "in"})

    assert shown.status_code == 410
    assert (pressed.status_code, pressed.json["error"]["code"]) == (410, "expired_code")
    assert room.status(1) is None


def test_whoever_fetches_the_link_first_takes_nothing_from_the_one_who_opens_it(
    sqlite_app: Flask, room: Hall, phone: Any
) -> None:
    preview = sqlite_app.test_client()
    code = room.code()

    for _time in range(3):
        assert preview.get(f"/c/{code}").status_code == 303
        assert preview.head(f"/c/{code}").status_code == 303
    opened = phone.get(f"/c/{code}", headers=HTML)
    pressed = phone.post("/api/v1/check-ins", json={"nonce": "n", "kind": "in"})

    assert (opened.status_code, pressed.status_code) == (200, 201)
    assert pressed.json["outcome"] == "accepted"
    assert records() == 1


@pytest.mark.parametrize("where", ["/api/v1/check-ins", "/check-in"])
def test_a_press_sent_again_without_its_ticket_gets_the_answer_that_was_lost(
    sqlite_app: Flask, room: Hall, phone: Any, sign_in: Callable[..., Any], where: str
) -> None:
    def press(browser: Any, nonce: str) -> Any:
        body = {"nonce": nonce, "kind": "in"}
        return browser.post(where, json=body) if where.startswith("/api") else browser.post(where, body)

    phone.get(f"/c/{room.code()}", headers=HTML)
    first = press(phone, "one press")
    assert phone.client.get_cookie("ticket") is None
    again = press(phone, "one press")
    other_press = press(phone, "another press")
    other_person = press(sign_in(sqlite_app, account_id=room.accounts[1]), "one press")

    assert (again.status_code, again.headers.get("Location")) == (first.status_code, first.headers.get("Location"))
    assert again.json == first.json
    assert other_press.status_code == 422
    assert other_person.status_code == 422
    assert records() == 1


# ---------------------------------------------------------------- in a browser


@dataclass(frozen=True)
class Street:
    """A real server, and browsers of the first trainee before it."""

    base: str
    room: Hall
    page: Callable[..., Page]

    def link(self) -> str:
        return f"{self.base}/C/{self.room.code()}"


@pytest.fixture
def street(sqlite_app: Flask, room: Hall, phone: Any, browser: Browser) -> Iterator[Street]:
    with ExitStack() as at_end:
        base = at_end.enter_context(served(sqlite_app))

        def page(**more: Any) -> Page:
            return at_end.enter_context(at_browser(browser, base, phone, **PHONE, **more)).new_page()

        yield Street(base, room, page)


@pytest.mark.browser
def test_one_press_shows_the_tick_without_another_page_and_the_code_leaves_the_address(street: Street) -> None:
    page = street.page()
    problems: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(f"{request.method} {request.resource_type}"))

    page.goto(street.link())
    expect(page).to_have_url(f"{street.base}/check-in")
    page.tap("#check-in button[type=submit]")
    expect(page.locator(".zx-tick")).to_be_visible()

    assert asked == ["GET document", "POST fetch"]  # the page brings its style, script and mark along
    expect(page).to_have_url(f"{street.base}/check-in/lessons/{street.room.lesson_id}")
    expect(page).to_have_title("已签到 – 知行")
    expect(page.locator("h1")).to_have_text("学员1")
    expect(page.locator("[data-at]")).to_contain_text(":")
    expect(page.locator("[data-status]")).to_have_text("准时")
    stands = page.locator("[data-clock]").inner_text()
    expect(page.locator("[data-clock]")).not_to_have_text(stands)
    here = f"{clock.local(clock.now()):%H:%M}"
    assert stands[:5] in (here, f"{clock.local(clock.now() - timedelta(minutes=1)):%H:%M}")
    expect(page.locator("#check-in")).to_have_count(0)
    assert problems == []
    assert records() == 1

    page.reload()
    expect(page.locator(".zx-tick")).to_be_visible()
    expect(page.locator("h1")).to_have_text("学员1")


@pytest.mark.browser
def test_an_answer_lost_on_the_way_is_asked_for_again_and_counts_once(street: Street) -> None:
    page = street.page()
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # the server has stored it; the phone never hears
            route.abort()

    page.route("**/api/v1/check-ins", lose_the_first)
    page.goto(street.link())
    page.tap("#check-in button[type=submit]")

    expect(page.locator(".zx-tick")).to_be_visible(timeout=15_000)
    assert lost == [201]
    assert records() == 1


@pytest.mark.browser
def test_a_refusal_is_explained_by_the_page_of_the_server(street: Street) -> None:
    page = street.page()
    page.goto(street.link())
    windows.close_check_in(street.room.lesson_id)
    db.session.remove()
    with page.expect_navigation():
        page.tap("#check-in button[type=submit]")

    expect(page.locator("h1")).to_have_text("签到已经结束")


@pytest.mark.browser
def test_without_scripts_the_head_leads_to_the_clean_address_and_forms_do_the_rest(street: Street) -> None:
    page = street.page(java_script_enabled=False)
    page.goto(street.link())
    page.wait_for_url(f"{street.base}/check-in")
    with page.expect_navigation():
        page.tap("#check-in button[type=submit]")
    page.wait_for_url(f"{street.base}/check-in/lessons/{street.room.lesson_id}")

    assert "学员1" in page.inner_text("main")
    assert records() == 1
