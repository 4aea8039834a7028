"""The staff's tablet scans a real picture of a badge without a network, is closed, opened again, and loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys.camera import film_of, looking_at
from tests.journeys.conftest import Live, Person
from training_app.core.clock import ZONE

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]


def lesson_now(live: Live) -> tuple[int, list[tuple[int, str]]]:
    """A lesson of the trainee's class that begins about now, and the class's people, the trainee first."""
    now = datetime.now(UTC)
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        class_id, own = database.execute(
            "SELECT e.class_id, e.id FROM classes_enrollment e JOIN accounts_account a ON a.id = e.account_id"
            " JOIN classes_training_class c ON c.id = e.class_id"
            " WHERE a.username = 'trainee' AND e.status IN ('approved', 'studying') AND c.state = 'running'"
        ).fetchone()
        lesson = database.execute(
            "SELECT * FROM classes_lesson WHERE class_id = ? AND state = 'planned' LIMIT 1", (class_id,)
        )
        names = [each[0] for each in lesson.description]
        values = dict(zip(names, lesson.fetchone(), strict=True))
        values |= {
            "id": database.execute("SELECT max(id) + 1 FROM classes_lesson").fetchone()[0],
            "day": now.astimezone(ZONE).date().isoformat(),
            "starts_at": f"{now:%Y-%m-%d %H:%M:%S}.000000",
            "ends_at": f"{now + timedelta(hours=2):%Y-%m-%d %H:%M:%S}.000000",
            "title": "断网也能签到",
        }
        marks = ", ".join("?" * len(names))
        database.execute(f"INSERT INTO classes_lesson VALUES ({marks})", [values[name] for name in names])
        database.commit()
        people = database.execute(
            "SELECT id, name FROM classes_enrollment WHERE class_id = ? AND status IN ('approved', 'studying')"
            " ORDER BY id <> ?, id LIMIT 3",
            (class_id, own),
        ).fetchall()
    return values["id"], people


@pytest.fixture
def tablet(
    playwright: Playwright, browser: Browser, live: Live, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Person]:
    """A browser whose camera looks at the trainee's badge."""
    phone = Person(browser, live, "trainee", phone=True).sign_in()
    picture = phone.go("/me/badge").locator(".attendance-badge").first.screenshot()
    phone.context.close()
    film_of(picture, tmp_path / "badge.y4m")
    with looking_at(tmp_path / "badge.y4m", playwright, browser_type_launch_args) as eye:
        one = Person(eye, live, "class_teacher").sign_in()
        yield one
    assert one.problems == []


def records(live: Live, lesson_id: int) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        return database.execute(
            "SELECT enrollment_id, status, method, reason, check_in_at, recorded_at FROM attendance_record"
            " WHERE lesson_id = ? ORDER BY id",
            (lesson_id,),
        ).fetchall()


def test_scans_made_without_a_network_arrive_once_with_both_times(tablet: Person, live: Live) -> None:
    lesson_id, people = lesson_now(live)
    (trainee, trainee_name), (second, second_name) = people[:2]
    page = tablet.go(f"/scan/{lesson_id}")
    expect(page.locator("#tablet[data-ready=yes]")).to_be_attached()
    assert "wasm-unsafe-eval" in page.request.get(f"/scan/{lesson_id}").headers["content-security-policy"]
    assert "wasm-unsafe-eval" not in page.request.get("/attendance").headers["content-security-policy"]

    tablet.context.set_offline(offline=True)
    page.click("#start")
    expect(page.locator("#scans li").filter(has_text=trainee_name)).to_contain_text("等待联网")
    page.fill("#who", second_name)
    page.locator("#choices button").first.click()
    expect(page.locator("#scans li")).to_have_count(2)

    page.close()  # the tablet is put away, and opened again where there still is no network
    again = tablet.context.new_page()
    again.goto(f"/scan/{lesson_id}")
    expect(again.locator("#scans li")).to_have_count(2)
    expect(again.locator("#waiting")).to_have_attribute("data-count", "2")
    assert records(live, lesson_id) == []

    # Meanwhile, at another desk, one of them is noted as on leave.
    desk = Person(tablet.context.browser, live, "class_teacher").sign_in()
    office = desk.go(f"/lessons/{lesson_id}/people/{second}")
    office.check("input[name=status][value=leave_sick]")
    with office.expect_navigation():
        office.click("form:has(input[name=status]) button[type=submit]")
    desk.context.close()

    tablet.context.set_offline(offline=False)
    expect(again.locator("#scans li").filter(has_text=trainee_name)).to_contain_text("服务器")
    expect(again.locator("#scans li").filter(has_text=second_name)).to_contain_text("原为病假")
    expect(again.locator("#waiting")).to_be_hidden()
    stored = {row[0]: row for row in records(live, lesson_id)}
    assert set(stored) == {trainee, second}
    assert stored[trainee][1:4] == ("present", "staff", "badge")
    assert stored[trainee][4] < stored[trainee][5]  # scanned before it was received
    with again.expect_response("**/scan/*/roster"):  # it has asked the server anew, and has nothing to send
        again.reload()
    expect(again.locator("#tablet[data-ready=yes]")).to_be_attached()
    expect(again.locator("#scans li")).to_have_count(2)
    expect(again.locator("#waiting")).to_be_hidden()
    assert len(records(live, lesson_id)) == 2

    # Two scans of the wrong people are taken back, where they were made: one back to nothing, one back to leave.
    for name in (trainee_name, second_name):
        again.locator("#scans li").filter(has_text=name).locator("button").click()
        expect(again.locator("#scans li").filter(has_text=name)).to_contain_text("已撤销")
    assert [row[:3] for row in records(live, lesson_id)] == [(second, "leave_sick", "leave")]
