"""A lesson that goes on past midnight is of its first day, and goes on all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask

from tests.attendance_hall import Hall, build_hall
from training_app.attendance.lesson_times import moment_of
from training_app.attendance.services import badges, tablet, windows
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.errors import DomainError


@pytest.fixture
def night(app: Flask) -> Iterator[Hall]:
    """A lesson from half past eleven in the evening until half past two; it is five past midnight."""
    starts_at = clock.at_local(clock.today(), 23) + timedelta(minutes=30)
    made = build_hall(people=2, starts_at=starts_at)
    with time_machine.travel(starts_at + timedelta(minutes=35), tick=True):
        yield made


def test_check_in_opens_closes_and_reopens_after_midnight(night: Hall) -> None:
    assert windows.open_check_in(night.lesson_id).live
    windows.close_check_in(night.lesson_id)
    assert windows.reopen_check_in(night.lesson_id, reason="关早了一点").state == "open"


def test_people_are_seen_on_both_days_and_on_no_third(night: Hall) -> None:
    def at(hours: float) -> str:
        badge = badges.make_badge(night.enrollments[0])
        (done,) = tablet.record_entries(
            night.lesson_id, [tablet.Entry(f"n{hours}", badge=badge, at=clock.now() + timedelta(hours=hours))]
        )
        return done.code or done.outcome

    assert at(-25) == "bad_time"
    assert at(-0.5) == "accepted"  # before midnight
    assert at(0) == "repeated"


def test_the_day_after_is_over(night: Hall) -> None:
    with (
        time_machine.travel(clock.now() + timedelta(days=1), tick=True),
        pytest.raises(DomainError, match="another day"),
    ):
        windows.open_check_in(night.lesson_id)


def test_times_on_paper_are_read_around_midnight(night: Hall) -> None:
    lesson = get_lesson(night.lesson_id)
    assert moment_of(lesson, time(23, 25)) == lesson.starts_at - timedelta(minutes=5)
    assert moment_of(lesson, time(0, 10)) == lesson.starts_at + timedelta(minutes=40)
    by_day = get_lesson(build_hall(code="BT1", starts_at=clock.at_local(clock.today(), 14)).lesson_id)
    assert moment_of(by_day, time(0, 10)) == by_day.starts_at - timedelta(hours=13, minutes=50)
