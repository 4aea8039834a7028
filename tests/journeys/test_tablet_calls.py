"""The staff's tablet answers a call without a network: by badge and by name; what went wrong meanwhile is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Live, Person
from tests.journeys.test_scan_offline import lesson_now, tablet

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]

__all__ = ["tablet"]  # a fixture


def answers(live: Live, lesson_id: int, back: datetime) -> list[tuple[Any, ...]]:
    """Who answered, how; whether it was before the network was back and received after it; whether in time."""
    moment = f"{back:%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        return database.execute(
            "SELECT c.slot, a.enrollment_id, a.reason,"
            " a.answered_at < ? AND a.recorded_at >= ?, a.answered_at < c.until"
            " FROM attendance_roll_call_answer a JOIN attendance_roll_call c ON c.id = a.roll_call_id"
            " WHERE c.lesson_id = ? ORDER BY a.enrollment_id",
            (moment, moment, lesson_id),
        ).fetchall()


def doubts(live: Live, lesson_id: int) -> set[tuple[Any, ...]]:
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        return set(
            database.execute(
                "SELECT r.enrollment_id, f.settlement FROM attendance_flag f"
                " JOIN attendance_record r ON r.id = f.record_id WHERE f.code = 'missed_call' AND r.lesson_id = ?",
                (lesson_id,),
            )
        )


def test_a_call_is_answered_offline_and_conflicts_are_said_in_words(tablet: Person, live: Live) -> None:
    lesson_id, people = lesson_now(live)
    (trainee, trainee_name), (second, second_name), (third, third_name) = people
    desk = Person(tablet.context.browser, live, "class_teacher").sign_in()
    office = desk.go(f"/lessons/{lesson_id}/attendance")
    with office.expect_navigation():
        office.locator('form[action$="/check-in/open"] button').first.click()

    page = tablet.go(f"/scan/{lesson_id}")
    expect(page.locator("#tablet[data-ready=yes]")).to_be_attached()
    expect(page.locator("#tablet")).to_have_attribute("data-mode", "in")
    for name in (trainee_name, second_name, third_name):
        page.fill("#who", name)
        page.locator("#choices button").first.click()
    expect(page.locator("#scans li", has_text="服务器")).to_have_count(3)

    # A call begins at the desk: the tablet follows by itself, and then loses its network.
    office.goto(f"/lessons/{lesson_id}/attendance")
    with office.expect_navigation():
        office.locator('form[action$="/calls"] button').first.click()
    expect(page.locator("#tablet")).to_have_attribute("data-mode", "mid")
    expect(page.locator("#mode-said")).to_contain_text("课中点名进行中")
    expect(page.locator("#expected")).to_have_text("3")
    tablet.context.set_offline(offline=True)
    page.click("#start")
    badge = page.locator("#scans li[data-kind=mid]").filter(has_text=trainee_name)
    expect(badge).to_contain_text("等待联网")
    page.click("#open-word")
    expect(page.locator("#open-list button")).to_have_count(2)
    page.locator("#open-list button").filter(has_text=second_name).click()
    expect(page.locator("#open-list button")).to_have_count(1)
    expect(page.locator("#here")).to_have_text("2")
    page.locator("#modes button[data-kind=out]").click()  # by hand, though nobody asked for it
    expect(page.locator("#mode-said")).to_contain_text("已手动切换为签退")
    expect(page.locator("#scans li[data-kind=out]").filter(has_text=trainee_name)).to_contain_text("等待联网")

    page.close()  # put away and opened again where there still is no network: it knows the call and every scan
    again = tablet.context.new_page()
    again.goto(f"/scan/{lesson_id}")
    expect(again.locator("#tablet")).to_have_attribute("data-mode", "mid")
    expect(again.locator("#waiting")).to_have_attribute("data-count", "3")
    assert answers(live, lesson_id, datetime.now(UTC)) == []

    # Meanwhile one of them is noted at the desk, and the call ends: two doubts.
    office.goto(f"/lessons/{lesson_id}/attendance")
    with office.expect_navigation():
        office.locator('a[href*="/calls/"]').first.click()
    with office.expect_navigation():
        office.locator(f'form[action$="/people/{second}"] button').click()
    with office.expect_navigation():
        office.locator('form[action$="/calls/end"] button').first.click()
    desk.context.close()
    assert doubts(live, lesson_id) == {(trainee, ""), (third, "")}

    back = datetime.now(UTC)
    tablet.context.set_offline(offline=False)
    mine = again.locator("#scans li").filter(has_text=trainee_name)
    expect(mine.and_(again.locator("[data-kind=mid]"))).to_contain_text("点名已应答")
    expect(again.locator("#scans li[data-kind=mid]").filter(has_text=second_name)).to_contain_text("此前已应答")
    expect(mine.and_(again.locator("[data-kind=out]"))).to_contain_text("当时尚未开始签退")
    expect(again.locator("#waiting")).to_be_hidden()
    expect(again.locator("#tablet")).to_have_attribute("data-mode", "in")
    assert answers(live, lesson_id, back) == [
        *sorted([("mid", trainee, "badge", 1, 1), ("mid", second, "no_phone", 0, 1)], key=lambda row: row[1])
    ]
    assert doubts(live, lesson_id) == {(trainee, "answered_in_time"), (third, "")}
