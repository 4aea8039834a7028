"""The live wall in a real browser: who comes is seen without reloading, a lost connection too, two taps record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.attendance_hall import Hall, build_hall, teacher
from tests.served import SCREEN, at_browser, served
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.judging import Who
from training_app.core.db import db


@dataclass(frozen=True)
class Wall:
    """A class teacher's browser that may look at an open lesson's wall."""

    context: BrowserContext
    url: str
    hall: Hall

    def page(self) -> Page:
        page = self.context.new_page()
        page.goto(self.url)
        return page


@pytest.fixture
def wall(sqlite_app: Flask, sign_in: Callable[..., Any], browser: Browser) -> Iterator[Wall]:
    hall = build_hall(people=6)
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    windows.open_check_in(hall.lesson_id)
    problems: list[str] = []
    with served(sqlite_app) as base, at_browser(browser, base, staff, **SCREEN) as context:
        context.on("weberror", lambda error: problems.append(str(error.error)))
        yield Wall(context, f"{base}/lessons/{hall.lesson_id}/wall", hall)
    assert problems == []


def tile(page: Page, hall: Hall, person: int) -> Any:
    return page.locator(f'.wall-tile[data-id="{hall.enrollments[person]}"]')


@pytest.mark.browser
def test_who_checks_in_turns_green_without_reloading(wall: Wall) -> None:
    page = wall.page()
    expect(tile(page, wall.hall, 0)).to_have_attribute("data-status", "")

    scanning.check_in(Who(wall.hall.accounts[0]), code=wall.hall.code())
    db.session.remove()

    expect(tile(page, wall.hall, 0)).to_have_attribute("data-status", "present")
    expect(tile(page, wall.hall, 0)).to_contain_text("√")
    expect(page.locator('[data-count="attended"]')).to_have_text("1")
    expect(page.locator("#lost")).to_be_hidden()


@pytest.mark.browser
def test_cut_off_it_says_how_old_the_picture_is_until_it_is_back(wall: Wall) -> None:
    page = wall.page()
    page.route("**/api/v1/lessons/*/wall", lambda route: route.abort())

    expect(page.locator("#lost")).to_contain_text("连接中断")

    page.unroute("**/api/v1/lessons/*/wall")
    expect(page.locator("#lost")).to_be_hidden(timeout=20_000)


@pytest.mark.browser
def test_signed_out_elsewhere_it_asks_no_more(wall: Wall) -> None:
    page = wall.page()
    wall.context.clear_cookies()

    expect(page.locator("#lost")).to_contain_text("请重新登录")


@pytest.mark.browser
@pytest.mark.parametrize("by", ["pointer", "keys"])
def test_two_taps_record_a_person_with_the_reason_chosen(wall: Wall, by: str) -> None:
    page = wall.page()
    one = tile(page, wall.hall, 1)

    if by == "pointer":
        one.click()
        page.select_option("#reason", "flat_battery")
        page.click("#record button")
    else:
        tile(page, wall.hall, 0).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#record button")).to_be_focused()
        page.keyboard.press("Enter")

    expect(one).to_have_attribute("data-status", "present")
    expect(page.locator("#choice")).to_be_hidden()
    expect(one).to_be_focused()
    assert wall.hall.status(1) == "present"
    expect(page.locator('[data-count="attended"]')).to_have_text("1")
    one.click()
    expect(page.locator("#record")).to_be_hidden()


@pytest.mark.browser
def test_what_was_refused_is_said_where_it_was_asked(wall: Wall) -> None:
    page = wall.page()
    tile(page, wall.hall, 2).click()
    windows.close_check_in(wall.hall.lesson_id)
    db.session.remove()

    page.click("#record button")

    expect(page.locator("#refused")).not_to_be_empty()
    expect(page.locator("#choice")).to_be_visible()
    assert wall.hall.status(2) == "absent"
