"""The arithmetic of absence: hours against days, nearness, what is put forward again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.attendance.rules import ClassRules
from training_app.discipline.withdrawal_rules import AbsenceLine, Decided, grounds_of

quarters = st.integers(0, 400).map(lambda n: Decimal(n) / 4)
lines = st.builds(AbsenceLine, quarters, st.integers(1, 24).map(lambda n: Decimal(n) / 2))
standings = st.sampled_from(["", "half", "near", "over"])
ORDER = ["", "half", "near", "over"]


@given(st.integers(0, 60), st.integers(0, 24))
def test_the_limit_is_so_many_days_of_two_halves(half_days, halves):
    laid_down = replace(ClassRules(), absent_days=Decimal(half_days) / 2, half_day_hours=Decimal(halves) / 2)
    assert laid_down.absence_limit == half_days * laid_down.half_day_hours


def test_two_days_of_eight_hours_unless_a_class_says_otherwise():
    assert ClassRules().absence_limit == 16


@pytest.mark.parametrize(
    ("absent", "found"),
    [(0, ""), (4, ""), ("7.99", ""), (8, "half"), ("11.5", "half"), (12, "near"), ("15.99", "near"), (16, "over")],
)
def test_two_days_reached_is_over_and_half_a_day_before_it_is_near(absent, found):
    assert AbsenceLine(Decimal(16), Decimal(4)).standing(Decimal(absent)) == found


@given(lines, quarters)
def test_the_line_is_reached_exactly_from_its_hours_on(line, absent):
    reached = line.standing(absent) == "over"
    assert reached == (line.hours > 0 and absent >= line.hours)
    if line.standing(absent) == "near":
        assert line.standing(absent + line.half_day) == "over"


@given(lines, quarters, quarters)
def test_more_absence_never_looks_better(line, absent, more):
    assert ORDER.index(line.standing(absent)) <= ORDER.index(line.standing(absent + more))


@given(quarters, quarters)
def test_without_a_line_nothing_is_said(half_day, absent):
    assert AbsenceLine(Decimal(0), half_day).standing(absent) == ""


@given(standings, standings, quarters, quarters)
def test_each_line_that_is_passed_is_a_ground_of_its_own(share, absence, missed, absent):
    found = grounds_of(share=share, absence=absence, missed=missed, absent=absent)
    assert ("share" in found) == (share == "over")
    assert ("absence" in found) == (absence == "over")


@given(
    st.lists(st.builds(Decided, st.sets(st.sampled_from(["share", "absence"]), min_size=1).map(frozenset), quarters,
                       quarters), max_size=4),
    quarters,
    quarters,
)  # fmt: skip
def test_what_was_decided_is_put_forward_again_only_when_there_is_more_of_it(decided, missed, absent):
    found = grounds_of(share="over", absence="over", missed=missed, absent=absent, decided=decided)
    for ground, hours, at in (
        ("share", missed, [each.missed for each in decided if "share" in each.grounds]),
        ("absence", absent, [each.absent for each in decided if "absence" in each.grounds]),
    ):
        assert (ground in found) == (not at or hours > at[-1])


def test_a_decision_from_before_absence_counted_says_nothing_about_absence():
    old = [Decided(frozenset({"share"}), Decimal(20), None)]
    now = {"share": "over", "absence": "over", "missed": Decimal(20), "absent": Decimal(20)}
    assert grounds_of(**now, decided=old) == ("absence",)
