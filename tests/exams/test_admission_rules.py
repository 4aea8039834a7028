"""Who is admitted: the line of a seventh to the hour, leave in the exam's half-day, what an exam already sat keeps."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.exams import admission_rules as rules
from training_app.exams.admission_rules import Absence, AdmissionRules
from training_app.exams.rules import EMPTY, Cell, may_resit

USUAL = AdmissionRules()


def absence(on_leave: str = "0", absent: str = "0", planned: str = "120", at_exam: str = "") -> Absence:
    return Absence(Decimal(on_leave), Decimal(absent), Decimal(planned), at_exam)


def stands(away: Absence, laid_down: AdmissionRules = USUAL, *, nevertheless: bool = False) -> str:
    return rules.standing_of(away, laid_down, nevertheless=nevertheless)


def test_only_strictly_more_than_a_seventh_shuts_out():
    assert stands(absence("17", planned="119")) == "admitted"
    assert stands(absence("17.01", planned="119")) == "excluded"
    assert stands(absence("18")) == "excluded"
    assert stands(absence("17")) == "admitted"


def test_absence_counts_unless_the_class_counts_leave_alone():
    away = absence("10", "8")
    assert stands(away) == "excluded"
    assert stands(away, AdmissionRules(counts="leave")) == "admitted"


def test_a_class_may_draw_another_line_or_none():
    away = absence("20")
    assert stands(away, AdmissionRules(numerator=1, denominator=5)) == "admitted"
    assert stands(absence("120"), AdmissionRules(excludes=False)) == "admitted"


def test_leave_in_the_exams_half_day_puts_off_and_an_exception_lifts_the_hours_alone():
    assert stands(absence("4", at_exam="leave_sick")) == "deferred"
    away = absence("18", at_exam="leave_sick")
    assert stands(away) == "excluded"
    assert stands(away, nevertheless=True) == "deferred"
    assert stands(absence("18"), nevertheless=True) == "admitted"


@pytest.mark.parametrize(
    ("before", "now", "begun", "sat", "published", "kept", "noted"),
    [
        ("admitted", "excluded", False, False, False, "excluded", False),
        ("admitted", "excluded", True, False, False, "admitted", True),
        ("admitted", "excluded", True, True, False, "admitted", True),
        ("admitted", "deferred", True, False, False, "deferred", False),
        ("admitted", "deferred", True, True, False, "admitted", True),
        ("admitted", "deferred", True, False, True, "admitted", True),
        ("deferred", "admitted", True, False, False, "admitted", False),
        ("excluded", "excluded", True, True, True, "excluded", False),
    ],
)
def test_nothing_is_taken_away_from_who_sat_it(before, now, begun, sat, published, kept, noted):
    assert rules.follow(before, now, begun=begun, sat=sat, published=published) == (kept, noted)


@given(st.sampled_from(rules.STANDINGS), st.sampled_from(rules.STANDINGS), st.booleans(), st.booleans(), st.booleans())
def test_following_keeps_or_takes_over_and_never_shuts_out_after_the_beginning(before, now, begun, sat, published):
    kept, noted = rules.follow(before, now, begun=begun, sat=sat, published=published)
    assert kept == (before if noted else now)
    if begun and before != "excluded":
        assert kept != "excluded"
    if sat or published:
        assert kept == before


def test_an_empty_or_absent_cell_is_what_the_admission_says_and_a_score_stays_a_score():
    for typed in (EMPTY, Cell(code="absent")):
        assert rules.cell_for(typed, "deferred") == Cell(code="deferred")
        assert rules.cell_for(typed, "excluded") == Cell(code="excluded")
        assert rules.cell_for(typed, "admitted") == typed
    assert rules.cell_for(Cell(Decimal(80)), "excluded") == Cell(Decimal(80))
    assert rules.cell_for(Cell(code="misconduct"), "deferred") == Cell(code="misconduct")


def test_who_was_put_off_may_sit_the_resit_and_who_was_shut_out_may_not():
    assert may_resit(Cell(code="deferred"), Decimal(60))
    assert not may_resit(Cell(code="excluded"), Decimal(60))


def test_a_part_is_a_fraction():
    assert rules.rule_faults(AdmissionRules()) == {}
    assert rules.rule_faults(AdmissionRules(numerator=8)) == {"numerator": "range"}
    assert rules.rule_faults(AdmissionRules(denominator=0)) == {"denominator": "range"}
    assert rules.rule_faults(AdmissionRules(counts="hours")) == {"counts": "unknown"}
