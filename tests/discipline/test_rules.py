"""The rules of leave: half-days, hours, chain, the line of a seventh."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.discipline import rules
from training_app.discipline.rules import Half, Period, TaughtLesson

MONDAY = date(2026, 11, 23)
days = st.dates(date(2026, 11, 1), date(2026, 12, 31))
halves = st.builds(Half, days, st.sampled_from((0, 1)))


def period(first: int, last: int, back: int | None = None) -> Period:
    def at(n: int) -> Half:
        return Half(MONDAY + timedelta(days=n // 2), n % 2)

    return Period(at(first), at(last), None if back is None else at(back))


@pytest.mark.parametrize(
    ("first", "last", "back", "count"),
    [(0, 0, None, 1), (0, 1, None, 2), (1, 2, None, 2), (0, 5, None, 6), (0, 5, 3, 3), (2, 5, 2, 0), (0, 1, 9, 2)],
)
def test_half_days_are_counted_from_both_ends(first, last, back, count):
    assert period(first, last, back).half_days == count


def test_an_evening_belongs_to_the_afternoon():
    assert Half.of(MONDAY, "evening") == Half.of(MONDAY, "afternoon") > Half.of(MONDAY, "morning")


@given(halves, st.integers(0, 40), st.one_of(st.none(), st.integers(-2, 45)))
def test_a_period_covers_exactly_its_half_days(first, length, back):
    def later(n: int) -> Half:
        number = first.number + n
        return Half(date.fromordinal(number // 2), number % 2)

    if back is not None and back < 0:
        back = 0
    chosen = Period(first, later(length), None if back is None else later(back))
    covered = [n for n in range(-3, length + 5) if chosen.covers(later(n))]
    assert len(covered) == chosen.half_days
    assert covered == list(range(chosen.half_days))


@given(halves, st.integers(0, 20), halves, st.integers(0, 20))
def test_two_periods_meet_when_they_share_a_half_day(a, la, b, lb):
    def span(first: Half, n: int) -> Period:
        number = first.number + n
        return Period(first, Half(date.fromordinal(number // 2), number % 2))

    one, other = span(a, la), span(b, lb)
    shared = {*range(a.number, a.number + la + 1)} & {*range(b.number, b.number + lb + 1)}
    assert one.meets(other) == other.meets(one) == bool(shared)


def test_a_leave_given_back_before_it_began_meets_nothing():
    assert not period(2, 5, 2).meets(period(0, 9))
    assert not period(0, 9).meets(period(2, 5, 2))


def test_the_hours_are_those_of_the_timetable():
    lessons = [TaughtLesson(n, Half(MONDAY + timedelta(days=n // 2), n % 2), Decimal("3.5")) for n in range(6)]
    assert [each.id for each in rules.lessons_within(period(1, 3), lessons)] == [1, 2, 3]
    assert rules.hours_of(period(1, 3), lessons, half_day_hours=Decimal(4)) == Decimal("10.5")
    assert rules.hours_of(period(8, 9), lessons, half_day_hours=Decimal(4)) == 0
    assert rules.hours_of(period(8, 9), [], half_day_hours=Decimal(4)) == 8


def faults(chosen: Period, **more: object) -> dict[str, str]:
    known = {"kind": "leave_sick", "reason": "发烧", "starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=4)}
    return rules.faults_of(chosen, **{**known, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chosen", "more", "expected"),
    [
        (period(0, 1), {}, {}),
        (period(3, 2), {}, {"last_day": "ends_before"}),
        (period(0, 130), {}, {"last_day": "too_long"}),
        (period(-4, -1), {}, {"first_day": "outside_class"}),
        (period(10, 11), {}, {"first_day": "outside_class"}),
        (period(0, 1), {"others": [period(1, 3)]}, {"first_day": "overlaps"}),
        (period(0, 1), {"others": [period(2, 3)]}, {}),
        (period(0, 1), {"kind": "leave_long"}, {"kind": "unknown_kind"}),
        (period(0, 1), {"reason": " 　x "}, {"reason": "no_reason"}),
    ],
)
def test_what_may_be_asked_for(chosen, more, expected):
    assert faults(chosen, **more) == expected


@pytest.mark.parametrize(
    ("half_days", "chain"),
    [
        (1, ("class_teacher",)),
        (2, ("class_teacher", "academic")),
        (6, ("class_teacher", "academic")),
        (7, ("class_teacher", "academic", "organisation")),
    ],
)
def test_longer_leave_goes_higher_up(half_days, chain):
    assert rules.chain_of(half_days, academic_over=1, organisation_over=6) == chain


@given(st.integers(1, 80), st.integers(0, 60), st.integers(0, 60))
def test_every_chain_begins_with_the_class_teacher_and_is_walked_in_order(half_days, academic, organisation):
    chain = rules.chain_of(half_days, academic_over=academic, organisation_over=organisation)
    assert chain[0] == "class_teacher"
    done: list[str] = []
    while step := rules.step_after(chain, done):
        done.append(step)
    assert tuple(done) == chain == tuple(step for step in rules.STEPS if step in chain)


@pytest.mark.parametrize(
    ("state", "is_own", "has_decided", "why"),
    [
        ("asked", False, False, ""),
        ("asked", True, False, "own"),
        ("asked", False, True, "second_pair"),
        ("approved", False, False, "decided"),
    ],
)
def test_nobody_decides_twice_or_for_oneself(state, is_own, has_decided, why):
    assert rules.may_decide(state=state, is_own=is_own, has_decided=has_decided) == why


@pytest.mark.parametrize(
    ("state", "begun", "why"),
    [("asked", True, ""), ("approved", False, ""), ("approved", True, "begun"), ("refused", False, "decided")],
)
def test_a_request_is_taken_back_until_it_counts(state, begun, why):
    assert rules.may_withdraw(state=state, begun=begun) == why


def test_the_return_is_from_granted_leave_and_not_before_it():
    chosen = period(2, 5)
    assert rules.may_return(state="asked", period=chosen, back=chosen.last) == "not_granted"
    assert rules.may_return(state="approved", period=chosen, back=period(1, 1).first) == "before_leave"
    assert rules.may_return(state="approved", period=chosen, back=period(9, 9).first) == ""
    assert rules.is_early(chosen, chosen.last)
    assert not rules.is_early(chosen, period(6, 6).first)


def test_days_numbers_and_shares_as_printed():
    assert rules.week_of(date(2026, 11, 27)) == (MONDAY, date(2026, 11, 29))
    assert rules.bulletin_number("知行学堂第6期", 2026, 3) == "知行学堂第6期考勤通报〔2026〕3号"
    assert rules.days_of(3) == Decimal("1.5")
    assert rules.share_of(Decimal(1), Decimal(7)) == Decimal("0.1429")
    assert rules.share_of(Decimal(1), Decimal(0)) == 0


@pytest.mark.parametrize(("late", "lessons", "chronic"), [(2, 2, False), (3, 30, True), (3, 31, False), (9, 10, True)])
def test_chronic_is_often_and_a_tenth(late, lessons, chronic):
    assert rules.is_chronic(late, lessons) is chronic
