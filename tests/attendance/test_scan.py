"""The staff's tablet: what it may keep, what the server makes of scans that were noted earlier."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.attendance.services import badges, staff, tablet
from training_app.classes.api import get_lesson
from training_app.core import clock


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """At noon in the county: half an hour ago was the same day, whenever the tests run."""
    with time_machine.travel(datetime(2026, 11, 27, 4, tzinfo=UTC), tick=True):
        yield


def test_the_roster_tells_genuine_badges_and_holds_none(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall()
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))

    answer = browser.get(f"/scan/{hall.lesson_id}/roster")

    badge = badges.make_badge(hall.enrollments[0])
    digests = {each["id"]: each["digest"] for each in answer.json["people"]}
    assert digests[hall.enrollments[0]] == hashlib.sha256(badge.encode()).hexdigest()
    assert badge not in answer.text
    assert set(answer.json["people"][0]) == {
        "id",
        "name",
        "unit",
        "digest",
        "status",
        "at",
        "method",
        "asked",
        "answered",
    }
    assert browser.get(f"/scan/{build_hall(code='BC2').lesson_id}/roster").status_code == 404


def test_only_pages_that_scan_may_compile_webassembly(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall()
    staff_browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])

    policies = {
        path: browser.get(path).headers["Content-Security-Policy"]
        for browser, path in (
            (staff_browser, f"/scan/{hall.lesson_id}"),
            (staff_browser, f"/lessons/{hall.lesson_id}/attendance"),
            (staff_browser, "/scan/worker.js"),
            (phone, "/check-in"),
            (phone, "/me"),
        )
    }

    may = [path for path, policy in policies.items() if "wasm-unsafe-eval" in policy]
    assert may == [f"/scan/{hall.lesson_id}", "/check-in"]
    assert all("'unsafe-eval'" not in policy for policy in policies.values())


def test_a_scan_says_what_it_took_the_place_of(hall: Hall) -> None:
    staff.mark(hall.lesson_id, hall.enrollments[0], status="leave_sick", reason="")

    (done,) = tablet.record_entries(hall.lesson_id, [tablet.Entry("n1", badge=badges.make_badge(hall.enrollments[0]))])
    (again,) = tablet.record_entries(hall.lesson_id, [tablet.Entry("n1", badge=badges.make_badge(hall.enrollments[0]))])

    assert (done.outcome, done.status, done.was) == ("accepted", "present", "leave_sick")
    assert (again.outcome, again.was) == ("accepted", "")


def test_in_a_hall_cut_off_lateness_goes_by_the_time_of_the_scan(app: Flask) -> None:
    hall = build_hall(starts_at=clock.now() - timedelta(minutes=30))
    start = get_lesson(hall.lesson_id).starts_at
    entries = [
        tablet.Entry("n1", badge=badges.make_badge(hall.enrollments[0]), at=start + timedelta(minutes=1)),
        tablet.Entry("n2", badge=badges.make_badge(hall.enrollments[1]), at=start + timedelta(minutes=20)),
    ]

    done = tablet.record_entries(hall.lesson_id, entries)

    assert [(each.outcome, each.status) for each in done] == [("accepted", "present"), ("accepted", "late")]
