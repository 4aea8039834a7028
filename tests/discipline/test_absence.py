"""Absent for two days: warned of, proposed with the records behind it, decided, taken back by corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.concurrency.test_simultaneous_check_ins import at_once
from tests.discipline.conftest import School
from training_app.attendance import api as attendance
from training_app.attendance.services import staff, windows
from training_app.attendance.services.corrections import ask_correction, decide_correction
from training_app.audit.models import AuditEntry
from training_app.classes.api import NewLesson, add_lessons, get_enrollment, get_lesson
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict
from training_app.discipline.models import WithdrawalDecision
from training_app.discipline.queries.bulletins import write_bulletin
from training_app.discipline.queries.decided import decisions_about
from training_app.discipline.queries.proposals import proposals_of_class
from training_app.discipline.queries.shares import share_of_enrollment
from training_app.discipline.services.leave import ask_leave, decide_leave
from training_app.discipline.services.withdrawal import decide_withdrawal


@pytest.fixture
def long_school(school: School) -> School:
    """The class with 30 days more to come, so that two days are far from 1/7 of its hours."""
    first = school.first + timedelta(days=10)
    starts = [clock.at_local(first + timedelta(days=day), hour) for day in range(15) for hour in (9, 14)]
    add_lessons(school.hall.class_id, [NewLesson(at, at + timedelta(hours=2), "后续课次", Decimal(4)) for at in starts])
    return school


def hold(school: School, number: int, **statuses: str) -> None:
    """Close a lesson: what people named ``p0``, ``p1`` did, ``gone`` for who left the class; the others came."""
    for person, enrollment in enumerate(school.hall.enrollments):
        status = statuses.get(f"p{person}", "present")
        if status not in ("absent", "gone"):
            staff.mark(school.lessons[number], enrollment, status=status, reason="no_phone", timed=False)
    windows.close_check_in(school.lessons[number])
    db.session.rollback()


def proposed(school: School) -> dict[int, tuple[str, ...]]:
    db.session.rollback()
    return {school.hall.enrollments.index(p.person.id): p.grounds for p in proposals_of_class(school.hall.class_id)}


def standing(school: School, person: int = 0) -> str:
    db.session.rollback()
    return share_of_enrollment(school.hall.class_id, school.hall.enrollments[person]).absence_standing


def correct(school: School, number: int, status: str, person: int = 0) -> None:
    with acting_as(school.teacher):
        asked = ask_correction(
            school.lessons[number], school.hall.enrollments[person], status=status, reason="补交证明材料"
        )
    with acting_as(school.academic):
        decide_correction(asked, approved=True)


def test_it_is_warned_of_and_proposed_from_the_second_day_on(long_school):
    seen = []
    for number in range(4):
        hold(long_school, number, p0="absent")
        seen.append((standing(long_school), proposed(long_school)))
    assert [found for found, _proposals in seen] == ["", "half", "near", "over"]
    assert [proposals for _found, proposals in seen] == [{}, {}, {}, {0: ("absence",)}]
    (proposal,) = proposals_of_class(long_school.hall.class_id)
    assert [(row.lesson.id, row.status) for row in proposal.rows] == [(i, "absent") for i in long_school.lessons[:4]]
    assert (proposal.share.absent, proposal.share.absent_days, proposal.share.standing_now) == (16, 2, "half")


def test_lateness_that_adds_up_is_absence_and_its_records_are_shown(long_school):
    first = get_lesson(long_school.lessons[0])
    rules = attendance.rules_for(long_school.hall.class_id, first.starts_at)
    attendance.lay_down_rules(
        long_school.hall.class_id,
        replace(rules, lates_per_absence=2, absent_days=Decimal(1)),
        from_lesson_id=first.id,
    )
    for number, status in enumerate(("late", "absent", "late")):
        hold(long_school, number, p0=status)
    assert proposed(long_school) == {0: ("absence",)}
    (proposal,) = proposals_of_class(long_school.hall.class_id)
    assert [row.status for row in proposal.rows] == ["late", "absent", "late"]
    assert (proposal.share.sums.absent, proposal.share.by_lates) == (4, 4)


def test_a_class_that_switched_it_off_proposes_nothing_for_absence_alone(long_school):
    first = get_lesson(long_school.lessons[0])
    rules = attendance.rules_for(long_school.hall.class_id, first.starts_at)
    attendance.lay_down_rules(
        long_school.hall.class_id, replace(rules, absent_days=Decimal(0)), from_lesson_id=first.id
    )
    for number in range(4):
        hold(long_school, number, p0="absent")
    assert proposed(long_school) == {}
    assert standing(long_school) == ""


def test_rules_laid_down_for_later_lessons_count_once_one_of_these_is_closed(long_school):
    later = get_lesson(long_school.lessons[4])
    rules = attendance.rules_for(long_school.hall.class_id, later.starts_at)
    attendance.lay_down_rules(
        long_school.hall.class_id, replace(rules, absent_days=Decimal("2.5")), from_lesson_id=later.id
    )
    for number in range(4):
        hold(long_school, number, p0="absent")
    assert proposed(long_school) == {0: ("absence",)}
    hold(long_school, 4)
    assert proposed(long_school) == {}
    assert standing(long_school) == "near"
    hold(long_school, 5, p0="absent")
    assert proposed(long_school) == {0: ("absence",)}


def test_a_correction_takes_the_proposal_back(long_school):
    for number in range(4):
        hold(long_school, number, p0="absent")
    correct(long_school, 1, "present")
    assert proposed(long_school) == {}
    with acting_as(long_school.academic), pytest.raises(Conflict):
        decide_withdrawal(long_school.hall.enrollments[0], withdraw=True, note="旷课两天")
    correct(long_school, 1, "absent")
    assert proposed(long_school) == {0: ("absence",)}


def test_leave_granted_afterwards_takes_the_proposal_back(long_school):
    for number in range(4):
        hold(long_school, number, p0="absent")
    with acting_as(long_school.trainee(0)):
        leave_id = ask_leave(long_school.hall.enrollments[0], long_school.request(2, 2))
    assert proposed(long_school) == {0: ("absence",)}
    with acting_as(long_school.teacher):
        decide_leave(leave_id, step="class_teacher", approved=True)
    assert proposed(long_school) == {}
    assert standing(long_school) == "near"


def test_a_person_decides_and_it_is_proposed_again_only_for_more(long_school):
    for number in range(4):
        hold(long_school, number, p0="absent", p1="absent")
    with acting_as(long_school.academic):
        decide_withdrawal(long_school.hall.enrollments[0], withdraw=False, note="家人病重，未及请假")
        decide_withdrawal(long_school.hall.enrollments[1], withdraw=True, note="旷课两天")
    assert get_enrollment(long_school.hall.enrollments[1]).status == "withdrawn"
    assert proposed(long_school) == {}
    hold(long_school, 4, p1="gone")
    assert proposed(long_school) == {}
    hold(long_school, 5, p0="absent", p1="gone")
    assert proposed(long_school) == {0: ("absence",)}
    rows = db.session.execute(select(WithdrawalDecision.grounds, WithdrawalDecision.absent)).all()
    assert [tuple(row) for row in rows] == [("absence", 16), ("absence", 16)]
    (own,) = decisions_about(long_school.hall.accounts[0])
    assert (own.for_absence, own.absent, own.withdrawn) == (True, 16, False)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind.contains("WithdrawalDecided"))).first()
    assert entry is not None
    assert entry.body["grounds"] == ["absence"]


def test_two_people_deciding_at_once_decide_it_once(app, long_school):
    for number in range(4):
        hold(long_school, number, p0="absent")
    enrollment = long_school.hall.enrollments[0]
    db.session.remove()

    def decide(actor, withdraw):
        with acting_as(actor):
            decide_withdrawal(enrollment, withdraw=withdraw, note="同时决定")

    done = at_once(
        app,
        [
            lambda: decide(long_school.academic, withdraw=True),
            lambda: decide(long_school.organisation, withdraw=False),
        ],
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1
    assert len(db.session.scalars(select(WithdrawalDecision.id)).all()) == 1


def test_more_than_a_seventh_and_two_days_are_both_named(school):
    for number in range(4):
        hold(school, number, p0="absent", p1="leave_sick")
    assert proposed(school) == {0: ("share", "absence"), 1: ("share",)}
    said = write_bulletin(school.hall.class_id, "daily", school.first)
    assert [(p["standing"], p["absence_standing"]) for p in said["people"]] == [
        ("over", "over"), ("over", ""), ("", ""),
    ]  # fmt: skip
