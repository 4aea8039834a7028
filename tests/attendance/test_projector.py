"""The big screen in a real browser: read from the last row, right by the server's clock, honest when cut off."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.attendance_hall import Hall, build_hall, teacher
from tests.served import SCREEN, at_browser, served
from training_app.attendance import qr
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import tickets, windows
from training_app.attendance.services.judging import Who
from training_app.core.db import db


@dataclass(frozen=True)
class Screen:
    """A class teacher's browser before the projector page of an open lesson."""

    context: BrowserContext
    url: str
    hall: Hall

    def page(self, script: str = "") -> Page:
        page = self.context.new_page()
        if script:
            page.add_init_script(script)
        page.goto(self.url)
        page.wait_for_selector("#code svg:not([hidden])")
        return page


@pytest.fixture
def screen(sqlite_app: Flask, sign_in: Callable[..., Any], browser: Browser) -> Iterator[Screen]:
    """The projector page of a lesson, in a real browser, from a real server."""
    hall = build_hall(people=12)
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    windows.open_check_in(hall.lesson_id)
    with served(sqlite_app) as base, at_browser(browser, base, staff, **SCREEN) as context:
        yield Screen(context, f"{base}/lessons/{hall.lesson_id}/projector", hall)


def shown(page: Page) -> str:
    return page.locator("#code svg").get_attribute("data-url") or ""


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait without evaluating scripts in the page: its content policy forbids that, rightly."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        page.wait_for_timeout(100)


def is_accepted(url: str) -> bool:
    db.session.rollback()
    outcome, _ticket = tickets.scan(url.rpartition("/")[2], account_id=None, device="")
    return outcome.outcome == "ready"


def small_and_blurred(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture)).convert("L")
    quarter = image.resize((image.width // 4, image.height // 4), Image.Resampling.BICUBIC)
    return quarter.filter(ImageFilter.GaussianBlur(0.7))


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_code_is_read_from_a_picture_at_a_quarter_of_the_size_and_blurred(screen: Screen, theme: str) -> None:
    page = screen.page(f"localStorage.setItem('projector-theme', '{theme}')")
    before, picture, after = shown(page), page.screenshot(), shown(page)
    while before != after:  # the code changed while the picture was taken
        before, picture, after = shown(page), page.screenshot(), shown(page)

    found = zxingcpp.read_barcodes(small_and_blurred(picture), formats=zxingcpp.BarcodeFormat.QRCode)

    assert [code.text for code in found][:1] == [before]
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme


@pytest.mark.browser
@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_wrong_clock_of_the_projecting_computer_changes_nothing(screen: Screen, hours: int) -> None:
    wrong = f"const right = Date.now; Date.now = () => right() + {hours * 3_600_000};"
    page = screen.page(wrong)

    first = shown(page)
    assert is_accepted(first)
    until(page, lambda: shown(page) != first)
    assert is_accepted(shown(page))


@pytest.mark.browser
def test_reloading_and_two_screens_never_show_a_code_that_is_refused(screen: Screen) -> None:
    one, two = screen.page(), screen.page()
    for _time in range(12):
        one.reload()
        one.wait_for_selector("#code svg:not([hidden])")
        assert is_accepted(shown(one))
        assert is_accepted(shown(two))


@pytest.mark.browser
def test_cut_off_it_says_so_and_shows_no_old_code(screen: Screen) -> None:
    page = screen.page()

    page.route("**/code", lambda route: route.abort())
    page.wait_for_selector("#code svg", state="hidden")
    expect(page.locator("#code p")).to_contain_text("连接中断")
    expect(page.locator("#typed")).to_be_hidden()

    page.unroute("**/code")
    page.wait_for_selector("#code svg:not([hidden])")
    assert is_accepted(shown(page))


@pytest.mark.browser
def test_names_and_count_come_in_while_people_check_in(screen: Screen) -> None:
    page = screen.page()
    expect(page.locator("#here")).to_have_text("0")

    for account_id in screen.hall.accounts[:10]:
        scanning.check_in(Who(account_id), code=shown(page).rpartition("/")[2])
    db.session.remove()

    expect(page.locator("#here")).to_have_text("10")
    expect(page.locator("#names li")).to_have_count(8)
    expect(page.locator("#names li").first).to_have_text("学员10")


def test_the_picture_takes_few_modules_because_the_address_is_upper_case() -> None:
    mac = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    upper = qr.picture(f"HTTP://192.168.1.100:5000/C/1.1234.358749531.{mac}")
    lower = qr.picture(f"http://192.168.1.100:5000/c/1.1234.358749531.{mac.lower()}")

    assert upper.modules == 29
    assert lower.modules == 33
    assert upper.view_box == "-4 -4 37 37"
