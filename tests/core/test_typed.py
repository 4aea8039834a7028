"""Months, days and numbers as people type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.core.typed import parse_day, parse_month, parse_number


@pytest.mark.parametrize(
    "typed",
    ["1985.03", "198503", "1985年3月", "1985-03", "1985/3", "１９８５．０３", "1985.3", "1985.03.12", "1985年3月12日"],
)
def test_a_month_is_read_in_every_spelling(typed):
    assert parse_month(typed) == "1985-03"


@pytest.mark.parametrize("typed", ["85.3", "1985", "1985.13", "1985.0", "三月", "1985.02.30"])
def test_what_is_no_month_is_not_guessed_at(typed):
    assert parse_month(typed) is None


def test_nothing_typed_stays_nothing():
    assert parse_month("　") == ""
    assert parse_day("") is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y.%m.%d", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"]))
def test_a_day_is_read_back_as_it_was_written(day, style):
    assert parse_day(day.strftime(style)) == day


@pytest.mark.parametrize(
    ("typed", "number"),
    [("７.５", Decimal("7.5")), ("1,200", Decimal(1200)), (" 4 ", Decimal(4)), ("四", None), ("NaN", None)],
)
def test_a_number_is_read_in_full_width_too(typed, number):
    assert parse_number(typed) == number
