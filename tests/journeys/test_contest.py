"""A record contested from the phone: the teacher's list, a second person, and the answer on the phone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]


def lesson_of_three_days_ago(live: Any) -> tuple[int, int]:
    """A closed lesson of the trainee, set back so far that a correction takes two people and a contest is in time."""
    ended = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=3)
    with closing(sqlite3.connect(live.folder / "zhixing.db", timeout=20)) as database, database:
        row = database.execute(
            "SELECT l.id, e.id FROM classes_lesson l"
            " JOIN classes_enrollment e ON e.class_id = l.class_id"
            " JOIN accounts_account a ON a.id = e.account_id"
            " JOIN attendance_check_in_window w ON w.lesson_id = l.id"
            " JOIN attendance_record r ON r.lesson_id = l.id AND r.enrollment_id = e.id"
            " WHERE a.username = 'trainee' AND w.state = 'closed' ORDER BY l.starts_at DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        moments = [f"{at:%Y-%m-%d %H:%M:%S}.000000" for at in (ended - timedelta(hours=3), ended)]
        database.execute("UPDATE classes_lesson SET starts_at = ?, ends_at = ? WHERE id = ?", (*moments, row[0]))
        database.execute(
            "UPDATE attendance_check_in_window SET closed_at = ? WHERE lesson_id = ?", (moments[1], row[0])
        )
        database.execute(
            "UPDATE attendance_record SET status = 'absent' WHERE lesson_id = ? AND enrollment_id = ?", tuple(row)
        )
    return int(row[0]), int(row[1])


def test_from_the_phone_over_two_desks_and_back(person, live):
    lesson_id, enrollment_id = lesson_of_three_days_ago(live)

    trainee = person("trainee", phone=True)
    page = trainee.go("/me/attendance")
    with page.expect_navigation():
        page.locator(f'a[href="/me/attendance/{lesson_id}"]').click()
    expect(page.locator("main")).to_contain_text("缺勤")
    for target in page.locator("main .btn, main textarea").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    page.fill("textarea[name=said]", "我坐在第三排，同桌可以证明")
    page.set_input_files(
        "input[name=paper]", {"name": "座位.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 64}
    )
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("等待班主任答复")

    teacher = person("class_teacher")
    desk = teacher.go("/attendance/review?kind=contest")
    with desk.expect_navigation():
        desk.locator("tbody tr", has_text="我坐在第三排").locator("a").first.click()
    expect(desk.locator("#contest")).to_contain_text("我坐在第三排")
    desk.fill("textarea[name=words]", "同桌证明在场")
    desk.locator("#contest input[name=status][value=present]").check(force=True)
    with desk.expect_navigation():
        desk.locator("#contest button[value=uphold]").click()
    expect(desk.locator("#second")).to_contain_text("缺勤 → 出勤")
    expect(desk.locator("#second button[value=approve]")).to_have_count(0)

    page = trainee.go(f"/me/attendance/{lesson_id}")
    expect(page.locator("main")).to_contain_text("更正等待第二人审核")

    planner = person("planner")
    second = planner.go("/attendance/review?kind=correction")
    with second.expect_navigation():
        second.locator("tbody tr", has_text="同桌证明在场").locator("a").first.click()
    with second.expect_navigation():
        second.locator("#second button[value=approve]").click()
    expect(second.locator("main")).to_contain_text("已同意，已生效")

    page = trainee.go(f"/me/attendance/{lesson_id}")
    expect(page.locator("main")).to_contain_text("异议已采纳：同桌证明在场")
    expect(page.locator("h2 .zx-word").first).to_contain_text("出勤")
    assert enrollment_id > 0
