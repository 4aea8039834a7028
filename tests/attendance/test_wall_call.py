"""A call on the live wall and on the lesson's list, in a real browser: one tap answers, one takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.attendance.test_wall_live import Wall, tile
from tests.attendance.test_wall_live import wall as wall  # noqa: PLC0414 - the fixture
from tests.attendance_hall import build_hall, teacher
from training_app.attendance.models import AnswerTakenBack, RollCallAnswer
from training_app.attendance.queries.calls import check_out_of
from training_app.attendance.services import calls, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.core.db import db


def _called(wall: Wall, slot: str) -> tuple[Page, int]:
    """The wall while a call runs that two people are asked in."""
    for person in (0, 1):
        scanning.check_in(Who(wall.hall.accounts[person]), code=wall.hall.code())
    call = calls.start_call(wall.hall.lesson_id, slot)
    db.session.remove()
    return wall.page(), call.id


def _answers() -> list[tuple[int, str]]:
    db.session.rollback()
    found = db.session.execute(select(RollCallAnswer.enrollment_id, RollCallAnswer.reason)).all()
    db.session.remove()
    return [(row.enrollment_id, row.reason) for row in found]


@pytest.mark.browser
def test_one_tap_answers_for_somebody_and_one_takes_it_back(wall: Wall) -> None:
    page, _call = _called(wall, "mid")
    hall = wall.hall
    expect(page.locator("#calling")).to_contain_text("2人中0人已应答")
    for person, how in ((0, "asked"), (1, "asked")):
        expect(tile(page, hall, person)).to_have_attribute("data-call", how)
    expect(tile(page, hall, 2)).not_to_have_attribute("data-call", "asked")
    page.locator("#calling-reason").select_option("flat_battery")

    tile(page, hall, 0).click()

    expect(page.locator("#noted")).to_contain_text("学员1已应答")
    expect(page.locator("#choice")).to_be_hidden()
    expect(tile(page, hall, 0)).to_have_attribute("data-call", "done")
    expect(page.locator("#calling")).to_contain_text("2人中1人已应答")
    assert _answers() == [(hall.enrollments[0], "flat_battery")]

    page.locator("#noted-undo").click()

    expect(page.locator("#noted")).to_contain_text("已撤回")
    expect(tile(page, hall, 0)).to_have_attribute("data-call", "asked")
    expect(page.locator("#noted-undo")).to_be_hidden()
    assert _answers() == []
    assert db.session.scalar(select(func.count()).select_from(AnswerTakenBack)) == 1


@pytest.mark.browser
def test_who_answers_by_phone_and_the_call_s_end_are_seen_without_reloading(wall: Wall) -> None:
    page, _call = _called(wall, "mid")
    hall = wall.hall
    expect(tile(page, hall, 1)).to_have_attribute("data-call", "asked")

    scanning.check_in(Who(hall.accounts[1]), code=hall.code(), kind="mid")
    db.session.remove()
    expect(tile(page, hall, 1)).to_have_attribute("data-call", "done", timeout=15_000)
    calls.end_calls(hall.lesson_id)
    db.session.remove()

    expect(page.locator("#calling")).to_be_hidden(timeout=15_000)
    expect(tile(page, hall, 1)).not_to_have_attribute("data-call", "done")
    tile(page, hall, 0).click()
    expect(page.locator("#choice")).to_be_visible()


@pytest.mark.browser
def test_a_tap_notes_who_leaves(wall: Wall) -> None:
    page, _call = _called(wall, "out")

    tile(page, wall.hall, 1).click()

    expect(page.locator("#noted")).to_contain_text("学员2已签退")
    assert check_out_of(wall.hall.lesson_id, wall.hall.enrollments[1]) is not None
    db.session.remove()


@pytest.mark.browser
def test_who_answered_meanwhile_is_told_and_cannot_be_taken_back(wall: Wall) -> None:
    page, _call = _called(wall, "mid")
    expect(tile(page, wall.hall, 0)).to_have_attribute("data-call", "asked")
    page.route("**/api/v1/lessons/*/wall", lambda route: route.abort())
    scanning.check_in(Who(wall.hall.accounts[0]), code=wall.hall.code(), kind="mid")
    db.session.remove()

    tile(page, wall.hall, 0).click()

    expect(page.locator("#noted")).to_contain_text("此前已经应答")
    expect(page.locator("#noted-undo")).to_be_hidden()


@pytest.mark.browser
def test_the_list_offers_the_same_with_a_strip_that_takes_it_back(wall: Wall) -> None:
    _page, _call = _called(wall, "mid")
    page = wall.context.new_page()
    page.goto(wall.url.replace("/wall", "/attendance"))
    expect(page.locator(".zx-count[aria-current]")).to_contain_text("尚未应答 2")

    page.get_by_role("button", name="学员1在场，代为应答").click()

    expect(page.locator(".attendance-marked")).to_contain_text("学员1已应答点名，由您代为登记")
    expect(page.locator(".zx-count[aria-current]")).to_contain_text("尚未应答 1")
    assert _answers() == [(wall.hall.enrollments[0], "no_phone")]

    page.locator(".attendance-marked").get_by_role("button").click()

    expect(page.locator(".zx-count[aria-current]")).to_contain_text("尚未应答 2")
    assert _answers() == []


def test_a_list_without_a_call_offers_nothing_of_it(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=2)
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    windows.open_check_in(hall.lesson_id)
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    db.session.remove()
    page = staff.get(f"/lessons/{hall.lesson_id}/attendance?show=all").text
    assert "尚未应答" not in page
    assert "代为应答" not in page
