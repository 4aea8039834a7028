"""Leave in a real browser: the phone asks, the teacher grants, the lesson closes, result and bulletin say so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from training_app.core.clock import ZONE

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]


def lesson_of_today(live: Any) -> tuple[int, int, int, str, str]:
    """Class, lesson, enrollment, half-day and day of the trainee's lesson of today that is not closed yet."""
    today = datetime.now(UTC).astimezone(ZONE).date().isoformat()
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        row = database.execute(
            "SELECT l.class_id, l.id, e.id, l.half_day, l.day FROM classes_lesson l"
            " JOIN classes_enrollment e ON e.class_id = l.class_id"
            " JOIN accounts_account a ON a.id = e.account_id"
            " LEFT JOIN attendance_check_in_window w ON w.lesson_id = l.id"
            " WHERE a.username = 'trainee' AND l.day = ? AND l.state = 'planned'"
            " AND coalesce(w.state, 'none') <> 'closed' ORDER BY l.starts_at LIMIT 1",
            (today,),
        ).fetchone()
    assert row is not None
    return tuple(row)


def test_from_the_phone_to_the_bulletin(person, live):
    class_id, lesson_id, enrollment_id, half_day, day = lesson_of_today(live)
    half = "morning" if half_day == "morning" else "afternoon"

    trainee = person("trainee", phone=True)
    page = trainee.go("/me/leave/new")
    page.check("input[name=kind][value=leave_sick]")
    for end in ("first", "last"):
        page.fill(f"input[name={end}_day]", day)
        page.check(f"input[name={end}_half][value={half}]")
    page.fill("textarea[name=reason]", "牙痛，去县医院")
    page.set_input_files(
        "input[name=papers]", {"name": "病历.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 64}
    )
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_contain_text("待审批")

    teacher = person("class_teacher")
    desk = teacher.go("/leave?show=waiting&sort=asked_at&dir=desc")
    with desk.expect_navigation():
        desk.locator("tbody tr a").first.click()
    expect(desk.locator("main")).to_contain_text("牙痛，去县医院")
    expect(desk.locator("main")).to_contain_text("病历.png")
    desk.fill("textarea[name=note]", "同意，好好休息")
    with desk.expect_navigation():
        desk.click("button[name=outcome][value=approve]")
    expect(desk.locator("main")).to_contain_text("已批准")

    desk = teacher.go(f"/lessons/{lesson_id}/check-in/close")
    with desk.expect_navigation():
        desk.locator("main form button[type=submit]").last.click()
    desk = teacher.go(f"/lessons/{lesson_id}/people/{enrollment_id}")
    expect(desk.locator("main")).to_contain_text("病假")

    phone = trainee.go("/me/attendance")
    expect(phone.locator("main")).to_contain_text("病假")
    desk = teacher.go(f"/classes/{class_id}/results/{enrollment_id}")
    expect(desk.locator("main")).to_contain_text("病假")

    desk = teacher.go(f"/classes/{class_id}/bulletins/preview?kind=daily&day={day}")
    expect(desk.locator("main")).to_contain_text("病假")
    with desk.expect_navigation():
        desk.get_by_role("button", name="印发通报").click()
    expect(desk.locator("h1")).to_contain_text("考勤通报〔")
    expect(desk.locator("main")).to_contain_text("病假1次")
