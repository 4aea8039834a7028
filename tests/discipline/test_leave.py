"""Leave from asking to return, with the records of lessons, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.concurrency.test_simultaneous_check_ins import at_once
from tests.discipline.conftest import School, actor_of, build_school
from training_app.attendance import api as attendance
from training_app.attendance.services import staff, windows
from training_app.audit.models import AuditEntry
from training_app.classes.api import NewLesson, get_enrollment, get_lesson
from training_app.classes.services.timetable import change_lesson
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, NotAllowed, Refused
from training_app.core.handed_in import Paper
from training_app.discipline.models import LeaveStep
from training_app.discipline.queries.leaves import get_leave, waiting_leaves
from training_app.discipline.queries.proposals import proposals_of_class
from training_app.discipline.queries.shares import share_of_enrollment
from training_app.discipline.services.leave import (
    ask_leave,
    confirm_return,
    decide_leave,
    read_paper,
    report_back,
    withdraw_leave,
)
from training_app.discipline.services.withdrawal import decide_withdrawal
from training_app.results.queries.ledger import hours_in_years
from training_app.results.queries.outcomes import preview_of_class


def ask(school: School, first: int, last: int, person: int = 0, **more: object) -> int:
    with acting_as(school.trainee(person)):
        return ask_leave(school.hall.enrollments[person], school.request(first, last, **more))


def grant(school: School, leave_id: int) -> str:
    state = ""
    for step, who in (
        ("class_teacher", school.teacher),
        ("academic", school.academic),
        ("organisation", school.organisation),
    ):
        if get_leave(leave_id).step == step:
            with acting_as(who):
                state = decide_leave(leave_id, step=step, approved=True, note="同意")
    return state


def test_half_a_day_is_granted_by_the_class_teacher_and_noted_ahead(school):
    leave_id = ask(school, 5, 5)
    assert get_leave(leave_id).hours == 4
    assert [row.id for row in waiting_leaves(school.teacher)] == [leave_id]
    assert waiting_leaves(school.academic) == []
    assert grant(school, leave_id) == "approved"
    assert school.statuses() == ["", "", "", "", "", "leave_sick"]


def test_a_longer_leave_passes_through_every_step_in_order(school):
    leave_id = ask(school, 2, 3)
    with acting_as(school.academic), pytest.raises(Conflict):
        decide_leave(leave_id, step="academic", approved=True)
    with acting_as(school.teacher):
        assert decide_leave(leave_id, step="class_teacher", approved=True) == "asked"
        with pytest.raises(NotAllowed):
            decide_leave(leave_id, step="academic", approved=True)
    assert school.statuses() == [""] * 6
    with acting_as(school.academic):
        assert decide_leave(leave_id, step="academic", approved=True) == "approved"
    assert school.statuses() == ["", "", "leave_sick", "leave_sick", "", ""]


def test_nobody_decides_two_steps(school):
    leave_id = ask(school, 2, 3)
    with acting_as(school.organisation):
        decide_leave(leave_id, step="class_teacher", approved=True)
        with pytest.raises(NotAllowed, match="another step"):
            decide_leave(leave_id, step="academic", approved=True)


def test_another_class_teacher_decides_nothing(school):
    other = build_school("QJ2")
    leave_id = ask(school, 5, 5)
    with acting_as(other.teacher), pytest.raises(NotAllowed):
        decide_leave(leave_id, step="class_teacher", approved=True)


def test_a_refusal_needs_its_reason_and_marks_nothing(school):
    leave_id = ask(school, 5, 5)
    with acting_as(school.teacher):
        with pytest.raises(InvalidInput):
            decide_leave(leave_id, step="class_teacher", approved=False)
        assert decide_leave(leave_id, step="class_teacher", approved=False, note="当天考试") == "refused"
    assert school.statuses() == [""] * 6
    ask(school, 5, 5)  # a refused request does not stand in the way


def test_leave_granted_later_corrects_the_absence_and_its_hours(school):
    first = school.lessons[0]
    staff.mark(first, school.hall.enrollments[1], status="present", reason="no_phone", timed=False)
    windows.close_check_in(first)
    assert school.statuses()[0] == "absent"
    with acting_as(school.teacher):
        leave_id = ask_leave(school.hall.enrollments[0], school.request(0, 0), by_staff=True)
    grant(school, leave_id)
    assert school.statuses()[0] == "leave_sick"
    kinds = set(db.session.scalars(select(AuditEntry.kind)))
    assert {"attendance.AttendanceCorrected", "discipline.LeaveGranted"} <= kinds or any(
        "LeaveGranted" in kind for kind in kinds
    )


def test_who_came_all_the_same_stays_present_and_keeps_the_hours(school):
    first = school.lessons[0]
    staff.mark(first, school.hall.enrollments[0], status="present", reason="no_phone", timed=False)
    windows.close_check_in(first)
    cadre = get_enrollment(school.hall.enrollments[0]).cadre_id
    before = hours_in_years(school.first.year, school.first.year, [cadre])[cadre].counted
    grant(school, ask(school, 0, 0))
    assert school.statuses()[0] == "present"
    assert hours_in_years(school.first.year, school.first.year, [cadre])[cadre].counted == before == 4


def test_closing_writes_leave_not_absence_for_lessons_scheduled_later(school):
    grant(school, ask(school, 4, 4))
    lesson = get_lesson(school.lessons[1])
    start = get_lesson(school.lessons[4]).starts_at + timedelta(hours=2, minutes=5)
    moved = NewLesson(start, start + timedelta(minutes=30), lesson.title, lesson.credit_hours)
    change_lesson(lesson.id, moved, reason="调课")
    assert school.statuses()[1] == "leave_sick"
    windows.close_check_in(lesson.id)
    assert school.statuses()[1] == "leave_sick"
    assert school.statuses(1)[1] == "absent"


def test_a_lesson_moved_out_of_the_leave_expects_the_person_again(school):
    grant(school, ask(school, 4, 4))
    lesson = get_lesson(school.lessons[4])
    earlier = lesson.starts_at - timedelta(days=1, hours=1, minutes=-40)
    moved = NewLesson(earlier, earlier + timedelta(minutes=20), lesson.title, lesson.credit_hours)
    assert not change_lesson(lesson.id, moved, reason="调课").conflicts
    assert school.statuses()[4] == ""


def test_an_early_return_ends_the_leave_in_open_and_closed_lessons(school):
    leave_id = ask(school, 2, 5)
    grant(school, leave_id)
    windows.close_check_in(school.lessons[4])
    with acting_as(school.trainee()):
        report_back(leave_id, school.half(4))
    assert [row.id for row in waiting_leaves(school.teacher)] == [leave_id]
    with acting_as(school.teacher):
        marks = confirm_return(leave_id, school.half(4))
    assert (marks.corrected, marks.taken_back) == (1, 1)
    assert school.statuses()[2:] == ["leave_sick", "leave_sick", "absent", ""]
    found = get_leave(leave_id)
    assert (found.state, found.period.half_days) == ("returned", 2)
    with acting_as(school.teacher), pytest.raises(Conflict):
        confirm_return(leave_id, school.half(4))


def test_a_request_is_taken_back_until_its_first_lesson_is_closed(school):
    leave_id = ask(school, 4, 5)
    grant(school, leave_id)
    with acting_as(school.trainee()):
        withdraw_leave(leave_id)
    assert school.statuses() == [""] * 6
    second = ask(school, 0, 0)
    grant(school, second)
    windows.close_check_in(school.lessons[0])
    with acting_as(school.trainee()), pytest.raises(Conflict):
        withdraw_leave(second)


def test_overlapping_and_faulty_requests_are_refused_beside_the_field(school):
    ask(school, 2, 3)
    with pytest.raises(InvalidInput) as caught:
        ask(school, 3, 3)
    assert set(caught.value.fields) == {"first_day"}
    with pytest.raises(InvalidInput) as caught:
        ask(school, 5, 5, papers=[Paper("证明.pdf", b"<html>")])
    assert set(caught.value.fields) == {"papers"}


def test_a_paper_is_kept_and_reading_it_is_audited(school):
    leave_id = ask(school, 5, 5, papers=[Paper("证明.pdf", b"%PDF-1.4 hospital")])
    from training_app.discipline.queries.leaves import papers_of

    (paper,) = papers_of(leave_id)
    with acting_as(school.teacher):
        assert read_paper(leave_id, paper.id) == ("证明.pdf", "application/pdf", b"%PDF-1.4 hospital")
    assert any("LeavePaperRead" in kind for kind in db.session.scalars(select(AuditEntry.kind)))


def test_more_than_a_seventh_proposes_and_a_person_decides(school):
    grant(school, ask(school, 0, 0))
    windows.close_check_in(school.lessons[0])
    share = share_of_enrollment(school.hall.class_id, school.hall.enrollments[0])
    assert (share.missed, share.planned, share.standing) == (4, 24, "over")
    assert {p.person.id for p in proposals_of_class(school.hall.class_id)} == set(school.hall.enrollments)
    with acting_as(school.academic):
        with pytest.raises(InvalidInput):
            decide_withdrawal(school.hall.enrollments[0], withdraw=False, note="")
        decide_withdrawal(school.hall.enrollments[0], withdraw=False, note="因病住院")
        with pytest.raises(Conflict):
            decide_withdrawal(school.hall.enrollments[0], withdraw=True, note="再议")
        decide_withdrawal(school.hall.enrollments[1], withdraw=True, note="旷课")
    assert get_enrollment(school.hall.enrollments[0]).status == "studying"
    assert get_enrollment(school.hall.enrollments[1]).status == "withdrawn"
    rows = {row.enrollment.id: row.decision.reason for row in preview_of_class(school.hall.class_id).rows}
    assert rows[school.hall.enrollments[0]] == "hours_missed"


def test_leave_for_a_class_that_is_over_is_refused(school):
    from training_app.classes.api import set_class_state

    set_class_state(school.hall.class_id, "finished")
    with pytest.raises(Refused):
        ask(school, 0, 0)


def test_two_people_deciding_the_same_step_at_once_decide_it_once(app, school):
    leave_id = ask(school, 5, 5)
    db.session.remove()

    def decide(actor, approved):
        with acting_as(actor):
            return decide_leave(leave_id, step="class_teacher", approved=approved, note="同时审批")

    done = at_once(
        app, [lambda a=a, yes=yes: decide(a, yes) for a, yes in ((school.teacher, True), (school.academic, False))]
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1
    assert get_leave(leave_id).state in done
    assert len(db.session.scalars(select(LeaveStep.id)).all()) == 1


def test_leave_granted_while_the_lesson_is_being_closed_is_leave(app, school):
    for number in range(3):
        person = number % 3
        leave_id = ask(school, number, number, person)
        lesson = school.lessons[number]
        db.session.remove()

        def approve(chosen=leave_id):
            with acting_as(school.teacher):
                return decide_leave(chosen, step="class_teacher", approved=True)

        done = at_once(app, [approve, lambda chosen=lesson: windows.close_check_in(chosen)])
        assert not any(isinstance(each, Exception) for each in done), done
        assert school.statuses(person)[number] == "leave_sick"
        counts = attendance.lesson_counts([lesson])[lesson]
        assert (counts.on_leave, counts.absent) == (1, 2)


def test_a_trainee_cannot_decide(school):
    leave_id = ask(school, 5, 5)
    with acting_as(actor_of(school.hall.accounts[1])), pytest.raises(NotAllowed):
        decide_leave(leave_id, step="class_teacher", approved=True)
