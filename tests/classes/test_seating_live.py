"""Two people change seats in a real browser: with the mouse, with keys alone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.attendance_hall import Hall as Room
from tests.attendance_hall import build_hall, teacher
from tests.served import at_browser, served
from training_app.classes.api import seats_of
from training_app.classes.seating_rules import Hall, Seat
from training_app.classes.services import seating
from training_app.core.db import db


@pytest.fixture
def room(sqlite_app: Flask) -> Room:
    made = build_hall(people=4)
    seating.lay_out(made.class_id, Hall(2, 3, (1,)))
    seating.fill(made.class_id, "list", keep=False)
    return made


@pytest.fixture(params=["scripts", "no scripts"])
def page(
    request: pytest.FixtureRequest, sqlite_app: Flask, room: Room, sign_in: Callable[..., Any], browser: Browser
) -> Iterator[Page]:
    staff = sign_in(sqlite_app, account_id=teacher(room.class_id))
    with (
        served(sqlite_app) as base,
        at_browser(browser, base, staff, java_script_enabled=request.param == "scripts") as context,
    ):
        one = context.new_page()
        one.goto(f"/classes/{room.class_id}/seating")
        yield one


def name_at(page: Page, spot: str) -> Any:
    return page.locator(f'[data-spot="{spot}"] b')


@pytest.mark.browser
def test_two_clicks_change_two_people_and_two_more_move_one_to_an_empty_seat(page: Page, room: Room) -> None:
    page.click('[data-spot="1-1"]')
    expect(page.locator('[data-spot="1-1"]')).to_have_attribute("aria-current", "true")
    page.click('[data-spot="2-1"]')
    expect(name_at(page, "1-1")).to_have_text("学员4")
    expect(name_at(page, "2-1")).to_have_text("学员1")

    page.click('[data-spot="1-1"]')
    expect(page.locator('[data-spot="1-1"]')).to_have_attribute("aria-current", "true")
    page.click('[data-spot="2-3"]')
    expect(name_at(page, "2-3")).to_have_text("学员4")

    db.session.rollback()
    assert seats_of(room.class_id)[room.enrollments[3]] == Seat(2, 3)
    assert seats_of(room.class_id)[room.enrollments[0]] == Seat(2, 1)


@pytest.mark.browser
def test_keys_alone_do_it_too(page: Page, room: Room) -> None:
    page.locator('[data-spot="1-2"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-spot="1-2"]')).to_have_attribute("aria-current", "true")
    page.locator('[data-spot="1-3"]').focus()
    page.keyboard.press("Enter")

    expect(name_at(page, "1-2")).to_have_text("学员3")
    expect(name_at(page, "1-3")).to_have_text("学员2")
