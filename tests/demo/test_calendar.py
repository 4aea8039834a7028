"""When the demonstration's classes take place."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training_app.demo import calendar

# Wall clocks have no zone; the calendar takes them as the county's.
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31, 23, 59))  # noqa: DTZ001 - a wall clock


@given(moments)
def test_whenever_it_is_loaded_a_lesson_of_today_begins_within_the_hour_or_began_just_now(now: datetime) -> None:
    times = calendar.times_around(now)

    assert any(now - timedelta(minutes=30) <= start <= now + timedelta(hours=1) for _half, start, _end in times)


@given(moments)
def test_lessons_of_a_day_never_overlap_and_never_leave_it(now: datetime) -> None:
    times = calendar.times_around(now)

    assert [half for half, _start, _end in times] == ["morning", "afternoon", "evening"]
    assert all(start < end and start.date() == end.date() == now.date() for _half, start, end in times)
    assert all(first[2] <= second[1] for first, second in itertools.pairwise(times))


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)))
def test_two_classes_run_today_the_others_lie_before_or_after(today: date) -> None:
    terms = calendar.terms(today)

    running = [term for term in terms if term.starts_on <= today <= term.ends_on]
    assert [term.phase for term in running] == ["running", "running"]
    assert all(term.ends_on < today for term in terms if term.phase in ("archived", "finished", "marking"))
    assert all(term.starts_on > today for term in terms if term.phase in ("enrolling", "planned"))


def test_the_classes_of_a_program_are_numbered_in_their_order() -> None:
    terms = [term for term in calendar.terms(date(2026, 5, 15)) if term.program == "云溪讲堂"]

    assert [term.cohort for term in terms] == list(range(1, len(terms) + 1))
    assert [term.starts_on for term in terms] == sorted(term.starts_on for term in terms)
