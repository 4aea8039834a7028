from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.classes import rules
from training_app.classes.rules import Candidate, may_nominate

statuses = st.sampled_from(["", "nominated", "approved", "declined", "studying", "withdrawn", "absent_no_show"])
candidates = st.builds(
    Candidate,
    status_here=statuses,
    overlapping=st.lists(st.sampled_from(["共富学堂第1期", "中青班"]), max_size=2).map(tuple),
    same_program=st.booleans(),
    is_party_member=st.booleans(),
)


def nominate(**changes):
    given_ = {"class_state": "enrolling", "own_unit": True, "seats": 3, "taken": 1, "candidate": Candidate(), **changes}
    return may_nominate(**given_)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"class_state": "running"}, "class_not_enrolling"),
        ({"own_unit": False}, "not_own_unit"),
        ({"candidate": Candidate(status_here="approved")}, "already_in_class"),
        ({"candidate": Candidate(status_here="declined")}, "declined_before"),
        ({"candidate": Candidate(overlapping=("中青班",))}, "overlap"),
        ({"seats": None}, "no_seats_for_unit"),
        ({"taken": 3}, "seats_full"),
    ],
)
def test_a_nomination_is_refused_with_the_reason(changes, code):
    decision = nominate(**changes)

    assert not decision
    assert decision.code == code
    assert code in rules.REASONS


def test_the_same_program_this_year_is_a_warning_only():
    decision = nominate(candidate=Candidate(same_program=True))

    assert decision
    assert decision.warnings == ("same_program",)


def test_somebody_who_withdrew_may_be_nominated_again():
    assert nominate(candidate=Candidate(status_here="withdrawn"))


def test_a_class_for_party_members_warns_of_others():
    assert nominate(candidate=Candidate(is_party_member=False), for_party_members=True).warnings == (
        "not_party_member",
    )


@given(candidates, st.integers(0, 5), st.integers(0, 8), st.booleans(), st.sampled_from(["enrolling", "running"]))
def test_a_yes_always_leaves_the_seats_kept(candidate, seats, taken, own, state):
    decision = nominate(candidate=candidate, seats=seats, taken=taken, own_unit=own, class_state=state)

    if decision:
        assert taken < seats
        assert own
        assert state == "enrolling"
        assert not candidate.overlapping
    else:
        assert decision.code in rules.REASONS


@given(st.lists(st.sampled_from(["/1/2/", "/1/2/3/", "/1/4/", "/1/4/5/6/", "/1/"])), st.sets(st.integers(1, 6)))
def test_every_person_uses_the_seats_of_at_most_one_unit(paths, allotted):
    taken = rules.seats_taken(paths, allotted)

    assert set(taken) == allotted
    assert sum(taken.values()) <= len(paths)
    if 1 in allotted:
        assert sum(taken.values()) == len(paths)


def test_the_nearest_unit_upwards_gives_the_seat():
    assert rules.seat_unit("/1/12/121/", {1, 12}) == 12
    assert rules.seat_unit("/1/12/121/", {121, 12}) == 121
    assert rules.seat_unit("/1/11/", {12}) is None


@pytest.mark.parametrize(
    ("name", "cohort"),
    [
        ("知行学堂第6期", 6),
        ("知行学堂第 12 期", 12),
        ("党员教育培训班第二十七期", 27),
        ("培训班第十期", 10),
        ("培训班第一百零二期", 102),
        ("中青年干部培训班", None),
    ],
)
def test_the_cohort_is_read_from_the_name(name, cohort):
    assert rules.cohort_of(name) == cohort


@given(st.integers(1, 199))
def test_a_cohort_in_digits_is_read_back(number):
    assert rules.cohort_of(f"知行学堂第{number}期") == number


def test_approval_waits_when_the_class_is_full():
    decision = rules.may_approve(class_state="enrolling", status="nominated", seats=2, taken=2, candidate=Candidate())

    assert decision.code == "class_full"


def test_approval_is_refused_when_lessons_clash():
    decision = rules.may_approve(
        class_state="running", status="nominated", seats=2, taken=0, candidate=Candidate(lesson_clashes=1)
    )

    assert decision.code == "lesson_clash"


def test_direct_enrolment_goes_beyond_the_seats_only_knowingly():
    assert rules.may_enroll(class_state="enrolling", seats=1, taken=1, candidate=Candidate()).code == "over_class_seats"
    assert rules.may_enroll(class_state="enrolling", seats=1, taken=1, candidate=Candidate(), overbook=True)


def test_seats_cannot_be_taken_from_those_who_hold_them():
    assert rules.may_allot(planned=5, seats={1: 3, 2: 2}, taken={1: 3})
    assert rules.may_allot(planned=5, seats={1: 3, 2: 3}, taken={}).code == "over_class_seats"
    assert rules.may_allot(planned=5, seats={2: 2}, taken={1: 1}).code == "over_unit_seats"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": "enrolling", "lessons": 2, "to_come": 0, "unclosed": 0}, "not_from_here"),
        ({"state": "running", "lessons": 0, "to_come": 0, "unclosed": 0}, "no_lessons"),
        ({"state": "running", "lessons": 2, "to_come": 1, "unclosed": 0}, "too_early"),
        ({"state": "running", "lessons": 2, "to_come": 0, "unclosed": 1}, "lessons_open"),
    ],
)
def test_a_class_finishes_only_when_all_its_lessons_are_closed(facts, code):
    assert rules.may_finish(**facts).code == code


def test_a_class_that_taught_cannot_be_called_off():
    assert rules.may_cancel(state="running", held=1, reason="疫情").code == "has_attendance"
    assert rules.may_cancel(state="enrolling", held=0, reason=" ").code == "reason_missing"
    assert rules.may_cancel(state="enrolling", held=0, reason="疫情")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 30), st.integers(-40, 40), st.integers(0, 30))
def test_spans_of_days_overlap_either_way_round(start, length, shift, other):
    first = (start, start + timedelta(days=length))
    second = (start + timedelta(days=shift), start + timedelta(days=shift + other))

    expected = bool(
        {start + timedelta(days=n) for n in range(length + 1)}
        & {second[0] + timedelta(days=n) for n in range(other + 1)}
    )
    assert rules.days_overlap(first, second) == rules.days_overlap(second, first) == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"class_state": "finished"}, "class_not_enrolling"),
        ({"status": "approved"}, "wrong_status"),
        ({}, ""),
    ],
)
def test_approval_is_decided_once_and_only_while_the_class_is_open(changes, code):
    decision = rules.may_approve(
        **{"class_state": "running", "status": "nominated", "seats": 1, "taken": 0, "candidate": Candidate(), **changes}
    )

    assert decision.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"class_state": "archived"}, "class_not_enrolling"),
        ({"candidate": Candidate(status_here="studying")}, "already_in_class"),
        ({"candidate": Candidate(lesson_clashes=2)}, "lesson_clash"),
    ],
)
def test_direct_enrolment_has_its_limits(changes, code):
    decision = rules.may_enroll(
        **{"class_state": "running", "seats": 1, "taken": 0, "candidate": Candidate(), **changes}
    )

    assert decision.code == code


def test_direct_enrolment_warns_of_another_class_on_the_same_days():
    decision = rules.may_enroll(
        class_state="running", seats=1, taken=0, candidate=Candidate(overlapping=("中青班",), same_program=True)
    )

    assert decision.warnings == ("overlap", "same_program")


def test_whoever_comes_late_is_studying_at_once():
    assert rules.status_after_approval("enrolling") == "approved"
    assert rules.status_after_approval("running") == "studying"


def test_only_those_who_hold_a_place_can_withdraw_and_say_why():
    assert rules.may_withdraw(status="studying", reason="因病")
    assert rules.may_withdraw(status="completed", reason="因病").code == "wrong_status"
    assert rules.may_withdraw(status="nominated", reason=" ").code == "reason_missing"


@pytest.mark.parametrize("state", ["running", "finished", "archived", "cancelled"])
def test_only_an_enrolling_class_starts(state):
    assert rules.may_start(state=state, people=3).code == "not_from_here"


def test_a_class_starts_with_somebody_in_it():
    assert rules.may_start(state="enrolling", people=0).code == "nobody_enrolled"
    assert rules.may_start(state="enrolling", people=1)


def test_a_class_whose_lessons_are_all_closed_finishes():
    assert rules.may_finish(state="running", lessons=2, to_come=0, unclosed=0)


def test_a_finished_class_cannot_be_called_off():
    assert rules.may_cancel(state="finished", held=0, reason="x").code == "not_from_here"


def test_one_seat_goes_to_the_next_above_when_the_nearest_has_none():
    assert rules.seats_taken(["/1/12/121/"], {11}) == {11: 0}
