"""The rules of results, as the regulation and the figures of the county state them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.core.errors import InvalidInput
from training_app.results import rules
from training_app.results.rules import Attended, Completion, Scheme, Sitting
from training_app.results.values import Requirement

D = Decimal
marks = st.decimals(0, 100, places=1)
hours = st.decimals(0, 8, places=2)
statuses = st.sampled_from(
    ["present", "late", "left_early", "absent", "leave_sick", "leave_personal", "leave_official", "exempt", ""]
)


@given(st.lists(st.tuples(hours, statuses), max_size=40))
def test_hours_due_are_either_earned_missed_or_without_record(lessons):
    found = rules.attended(lessons)

    unrecorded = sum((h for h, status in lessons if status == ""), D(0))
    assert found.due == found.earned + found.missed + unrecorded
    assert found.lessons_attended <= found.lessons_due
    assert 0 <= found.rate <= 100


@given(st.integers(1, 200), st.integers(0, 200))
def test_exactly_a_seventh_may_be_missed_and_no_more(total, missed):
    assert rules.missed_too_much(D(missed), D(total), Scheme()) == (D(missed) * 7 > D(total))


@pytest.mark.parametrize(
    ("missed", "class_hours", "too_much"), [("2", "14", False), ("2.01", "14", True), ("0", "0", False)]
)
def test_a_seventh_of_fourteen_hours_is_two(missed, class_hours, too_much):
    assert rules.missed_too_much(D(missed), D(class_hours), Scheme()) is too_much


@given(marks, marks, marks)
def test_total_lies_between_its_parts(exam, conduct, reflection):
    total = rules.composite(
        Sitting(exam), Sitting(), attendance_rate=D(100), conduct=conduct, reflection=reflection, scheme=Scheme()
    )

    assert total == rules.two_places(exam * D("0.6") + conduct * D("0.2") + reflection * D("0.2"))
    assert min(exam, conduct, reflection) <= total + D("0.01")
    assert total <= max(exam, conduct, reflection) + D("0.01")


@given(marks, marks)
def test_resit_takes_the_place_of_the_exam(exam, resit):
    with_both = rules.composite(
        Sitting(exam), Sitting(resit), attendance_rate=D(100), conduct=D(80), reflection=D(80), scheme=Scheme()
    )
    resit_only = rules.composite(
        Sitting(code="absent"), Sitting(resit), attendance_rate=D(100), conduct=D(80), reflection=D(80), scheme=Scheme()
    )

    assert with_both == resit_only


@pytest.mark.parametrize("missing", ["exam", "conduct", "reflection"])
def test_total_is_missing_while_a_needed_part_is(missing):
    parts = {"exam": D(80), "conduct": D(80), "reflection": D(80), missing: None}

    assert (
        rules.composite(
            Sitting(parts["exam"]),
            Sitting(),
            attendance_rate=D(100),
            conduct=parts["conduct"],
            reflection=parts["reflection"],
            scheme=Scheme(),
        )
        is None
    )


def test_part_without_weight_may_be_missing():
    scheme = Scheme(exam=80, conduct=20, reflection=0)

    assert rules.composite(
        Sitting(D(90)), Sitting(), attendance_rate=D(50), conduct=D(80), reflection=None, scheme=scheme
    ) == D(88)


def test_marks_of_another_scale_are_brought_to_a_hundred():
    assert Sitting(D(60), full_marks=D(80), pass_mark=D(48)).percent == D(75)
    assert Sitting(D(47), full_marks=D(80), pass_mark=D(48)).passed is False


FULL = Attended(due=D(14), earned=D(14), missed=D(0), lessons_due=4, lessons_attended=4)


def decide(*, exam=None, resit=None, hours=FULL, withdrawn=False, exam_required=True) -> Completion:
    return rules.completion(
        withdrawn=withdrawn,
        hours=hours,
        class_hours=D(14),
        exam_required=exam_required,
        exam=exam or Sitting(),
        resit=resit or Sitting(),
        scheme=Scheme(),
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"exam": Sitting(D(60))}, rules.MET),
        ({"exam": Sitting(D("59.5"))}, rules.EXAM_FAILED),
        ({"exam": Sitting(D(40)), "resit": Sitting(D(60))}, rules.MET),
        ({"exam": Sitting(D(40)), "resit": Sitting(D(50))}, rules.EXAM_FAILED),
        ({"exam": Sitting(code="absent")}, rules.EXAM_ABSENT),
        ({"exam": Sitting(code="misconduct")}, rules.EXAM_MISCONDUCT),
        ({"exam": Sitting(code="absent"), "resit": Sitting(D(75))}, rules.MET),
        ({"exam": Sitting(code="open")}, rules.EXAM_OPEN),
        ({}, rules.EXAM_OPEN),
        ({"exam_required": False}, rules.MET),
        ({"exam_required": False, "exam": Sitting(D(10))}, rules.EXAM_FAILED),
        ({"exam": Sitting(D(90)), "withdrawn": True}, rules.WITHDRAWN),
    ],
)
def test_completion_says_which_rule_decided(given, reason):
    decision = decide(**given)

    assert decision.reason == reason
    assert decision.completed == (reason == rules.MET)
    assert decision.is_open == (reason in {rules.EXAM_OPEN, rules.ATTENDANCE_OPEN})


def test_missed_hours_outweigh_a_good_exam_and_are_said_before_anything_open():
    missed = Attended(due=D(14), earned=D(11), missed=D(3), lessons_due=4, lessons_attended=3, unrecorded=0)

    assert decide(exam=Sitting(D(100)), hours=missed).reason == rules.HOURS_MISSED
    assert decide(hours=missed).reason == rules.HOURS_MISSED


def test_lessons_without_record_keep_the_result_open():
    unfinished = Attended(due=D(14), earned=D(10), missed=D(0), lessons_due=4, lessons_attended=3, unrecorded=1)

    assert decide(exam=Sitting(D(80)), hours=unfinished).reason == rules.ATTENDANCE_OPEN


@pytest.mark.parametrize(
    ("total", "grade"),
    [("95", "excellent"), ("90", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "pass"), ("60", "pass")],
)
def test_grades(total, grade):
    assert rules.grade(D(total), Completion(completed=True, reason=rules.MET), Scheme()) == grade


def test_who_does_not_complete_is_graded_fail_and_who_is_open_not_at_all():
    assert rules.grade(D(95), Completion(completed=False, reason=rules.HOURS_MISSED), Scheme()) == "fail"
    assert rules.grade(None, Completion(completed=False, reason=rules.EXAM_OPEN), Scheme()) == ""


@pytest.mark.parametrize(
    ("post_level", "rank", "rule"),
    [
        ("县处级正职", "", "five_year"),
        ("县处级副职", "一级主任科员", "five_year"),
        ("乡科级正职", "四级调研员", "five_year"),
        ("乡科级正职", "", "annual"),
        ("乡科级副职", "一级主任科员", "annual"),
        ("股级", "", "annual"),
        ("", "", "annual"),
        ("", "二级巡视员", "five_year"),
        ("", "四级主任科员", "annual"),
    ],
)
def test_higher_of_post_and_rank_decides_who_is_bound_by_what(post_level, rank, rule):
    assert rules.binding_rule(post_level, rank) == rule


def test_five_year_rule_looks_at_the_five_years_that_end_with_this_one():
    assert rules.period_of(Requirement("five_year", 5, D(550), 90), 2026) == (date(2022, 1, 1), date(2026, 12, 31))


@given(st.decimals(0, 200, places=2), st.integers(0, 30))
def test_hours_or_days_meet_a_requirement_and_nothing_is_missing_then(hours, days):
    requirement = Requirement("annual", 1, D(90), 12)
    met = rules.is_met(requirement, hours=hours, days=days)

    assert met == (hours >= 90 or days >= 12)
    assert (rules.missing_hours(requirement, hours=hours, days=days) == 0) == met


@given(st.lists(st.tuples(st.dates(date(2025, 12, 1), date(2026, 1, 31)), hours), max_size=30))
def test_class_over_new_year_is_split_by_the_lessons_days(lessons):
    split = rules.split_by_year(lessons)

    assert sum(split.values(), D(0)) == sum((h for _, h in lessons), D(0))
    assert all(split[year] == sum((h for day, h in lessons if day.year == year), D(0)) for year in split)


@given(st.integers(1, 99999))
def test_certificate_numbers_have_at_least_four_digits(serial):
    assert rules.certificate_number("澜结", 2023, serial) == f"澜结〔2023〕{str(serial).zfill(4)}号"


@given(st.binary(min_size=16, max_size=32))
def test_check_codes_survive_being_typed(raw):
    code = rules.check_code(raw)

    assert len(code) == 8
    assert rules.read_check_code(f" {code[:4].lower()} {code[4:]}") == code


@pytest.mark.parametrize(
    "scheme",
    [
        Scheme(exam=70),
        Scheme(exam=80, conduct=40, reflection=-20),
        Scheme(pass_mark=D(101)),
        Scheme(missed_denominator=0),
    ],
)
def test_scheme_that_does_not_add_up_is_refused(scheme):
    with pytest.raises(InvalidInput):
        rules.check_scheme(scheme)
