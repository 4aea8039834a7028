from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.classes.timetable_rules import (
    ZONE,
    Taken,
    half_day,
    half_day_of,
    next_free,
    outside,
    overlaps,
    picture,
    read_near_day,
    read_picture,
)

MONDAY = date(2023, 5, 15)
instants = st.datetimes(datetime(2023, 5, 1), datetime(2023, 6, 1), timezones=st.just(ZONE))  # noqa: DTZ001


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(("hour", "name"), [(8, "morning"), (12, "morning"), (14, "afternoon"), (19, "evening")])
def test_the_half_day_is_read_from_the_wall_clock(hour, name):
    assert half_day_of(at(hour)) == name


def test_lessons_that_touch_do_not_overlap():
    assert not overlaps(Taken(at(8), at(10)), Taken(at(10), at(12)))
    assert overlaps(Taken(at(8), at(10)), Taken(at(9, 59), at(12)))


@given(instants, st.integers(1, 300), instants, st.integers(1, 300))
def test_overlapping_is_mutual(first, length, second, other):
    one, two = Taken(first, first + timedelta(minutes=length)), Taken(second, second + timedelta(minutes=other))

    assert overlaps(one, two) == overlaps(two, one)


def test_the_next_free_half_day_skips_what_is_taken_and_the_weekend():
    friday = MONDAY + timedelta(days=4)
    afternoon = half_day(friday, "afternoon")

    free = next_free(
        friday,
        MONDAY + timedelta(days=10),
        [Taken(afternoon.starts_at, afternoon.ends_at)],
        not_before=at(12, day=friday),
        limit=2,
    )

    assert [(each.day, each.name) for each in free] == [
        (MONDAY + timedelta(days=7), "morning"),
        (MONDAY + timedelta(days=7), "afternoon"),
    ]


def test_a_class_taught_on_saturday_may_use_it():
    saturday = MONDAY + timedelta(days=5)

    free = next_free(saturday, saturday + timedelta(days=3), [], not_before=at(0, day=saturday), weekends={saturday})

    assert [each.day for each in free] == [saturday, saturday, MONDAY + timedelta(days=7)]


@given(st.lists(st.tuples(instants, st.integers(10, 600)), max_size=20))
def test_what_is_offered_is_free(spans):
    taken = [Taken(start, start + timedelta(minutes=length)) for start, length in spans]

    for each in next_free(MONDAY, MONDAY + timedelta(days=14), taken, not_before=at(0)):
        assert not any(overlaps(Taken(each.starts_at, each.ends_at), other) for other in taken)


def test_a_kept_picture_is_read_back():
    text = picture(starts_at=at(8, 30), ends_at=at(11, 30), place="报告厅", teachers="郭正", title="舆情应对")

    kept = read_picture(text)

    assert kept is not None
    assert (kept.starts_at, kept.ends_at, kept.place, kept.teachers, kept.title) == (
        at(8, 30),
        at(11, 30),
        "报告厅",
        "郭正",
        "舆情应对",
    )
    assert read_picture("") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月2日", date(2026, 12, 2)),
        ("12.2", date(2026, 12, 2)),
        ("4.10", date(2027, 4, 10)),
        ("9-30", date(2026, 9, 30)),
        ("2.29", None),
        ("13.1", None),
        ("2026.12.2", None),
        ("", None),
    ],
)
def test_a_day_without_its_year_is_the_nearest_one(text, day):
    assert read_near_day(text, date(2026, 11, 21)) == day


def test_lessons_outside_the_days_of_the_class_are_noticed():
    assert outside(MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=1))
    assert not outside(MONDAY, MONDAY, MONDAY)
