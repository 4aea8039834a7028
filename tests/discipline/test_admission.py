"""Leave, the records of lessons, admission to the exam and completion: true together or not at all; both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from tests.discipline.conftest import School, actor_of, build_school
from tests.discipline.test_leave import ask, grant
from tests.exams.exam_world import schedule_at
from training_app.accounts.api import create_account
from training_app.attendance.services import staff, windows
from training_app.attendance.services.corrections import ask_correction, decide_correction
from training_app.audit.models import AuditEntry
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.discipline.queries.leaves import get_leave
from training_app.discipline.services.leave import confirm_return, withdraw_leave
from training_app.exams.admission_rules import AdmissionRules
from training_app.exams.models import Exam
from training_app.exams.queries.admission import ADMITTED, AdmissionInfo, admissions_of
from training_app.exams.queries.published import published_scores
from training_app.exams.services.admission import (
    admit_nevertheless,
    lay_down_admission_rules,
    take_back_admission,
)
from training_app.exams.services.entering import store_cells, submit_entry, take_entry
from training_app.exams.services.publishing import publish_scores
from training_app.exams.services.scheduling import change_exam, schedule_exam
from training_app.results.queries.outcomes import preview_of_class


@pytest.fixture
def coming(app: Flask) -> School:
    """A class that begins in two days: 24 hours, a seventh is 3.43."""
    return build_school(days_ago=-2)


def exam_of(school: School, half: int = 5) -> int:
    """An exam in one of the class's half-days."""
    at = school.half(half)
    return schedule_exam(
        class_id=school.hall.class_id,
        attempt_no=1,
        schedule=schedule_at(clock.at_local(at.day, 15 if at.half else 9)),
    )


def stands(school: School, exam_id: int, person: int = 0) -> AdmissionInfo:
    db.session.rollback()
    return admissions_of(exam_id).get(school.hall.enrollments[person], ADMITTED)


def completes(school: School, person: int = 0) -> str:
    db.session.rollback()
    rows = preview_of_class(school.hall.class_id).rows
    return next(r.decision.reason for r in rows if r.enrollment.id == school.hall.enrollments[person])


def kinds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))


def begin(exam_id: int) -> None:
    """Let the exam have begun an hour ago."""
    with unit_of_work() as session:
        session.execute(update(Exam).where(Exam.id == exam_id).values(starts_at=clock.now() - timedelta(hours=1)))


def test_granting_marks_lessons_shuts_out_and_fails_completion_in_one(coming):
    exam_id = exam_of(coming)
    assert stands(coming, exam_id) == ADMITTED
    assert completes(coming) == "attendance_open"
    grant(coming, ask(coming, 0, 0))
    found = stands(coming, exam_id)
    assert (found.standing, found.on_leave, found.planned) == ("excluded", 4, 24)
    assert coming.statuses()[0] == "leave_sick"
    assert completes(coming) == "hours_missed"
    assert "exams.AdmissionChanged" in kinds()
    assert stands(coming, exam_id, 1) == ADMITTED


def _obstruct(table: str) -> None:
    """Let the database itself refuse to write a table, as a full disk would."""
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(
                text(
                    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'no room left'; END $$"
                )
            )
            session.execute(
                text(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()")
            )
        else:
            session.execute(
                text(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no room left'); END")
            )


def _clear(table: str) -> None:
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"DROP TRIGGER no_room ON {table}"))
            session.execute(text("DROP FUNCTION no_room()"))
        else:
            session.execute(text("DROP TRIGGER no_room"))


def test_if_the_admission_cannot_be_written_nothing_of_the_leave_is(coming):
    exam_id = exam_of(coming)
    leave_id = ask(coming, 0, 0)
    before = kinds()
    _obstruct("exams_admission")
    try:
        with pytest.raises(DBAPIError, match="no room left"):
            grant(coming, leave_id)
        db.session.rollback()
        leave = get_leave(leave_id)
        assert (leave.state, leave.step) == ("asked", "class_teacher")
        assert coming.statuses() == [""] * 6
        assert stands(coming, exam_id) == ADMITTED
        assert completes(coming) == "attendance_open"
        assert kinds() == before
    finally:
        db.session.rollback()
        _clear("exams_admission")
    grant(coming, leave_id)
    assert (stands(coming, exam_id).standing, completes(coming)) == ("excluded", "hours_missed")


def test_taking_granted_leave_back_admits_again(coming):
    exam_id = exam_of(coming)
    leave_id = ask(coming, 0, 0)
    grant(coming, leave_id)
    with acting_as(coming.trainee()):
        withdraw_leave(leave_id)
    assert stands(coming, exam_id).standing == "admitted"
    assert completes(coming) == "attendance_open"


def test_coming_back_early_counts_only_what_was_missed(coming):
    exam_id = exam_of(coming)
    leave_id = ask(coming, 4, 5)
    grant(coming, leave_id)
    assert stands(coming, exam_id).standing == "excluded"
    with acting_as(coming.teacher):
        confirm_return(leave_id, coming.half(4))
    assert stands(coming, exam_id) == ADMITTED or stands(coming, exam_id).standing == "admitted"
    assert stands(coming, exam_id).on_leave == 0


def test_leave_in_the_exams_half_day_is_put_off_not_absent(coming):
    with acting_as(coming.academic):
        lay_down_admission_rules(coming.hall.class_id, AdmissionRules(excludes=False), counts_from=coming.first)
    exam_id = exam_of(coming, 5)
    leave_id = ask(coming, 5, 5)
    grant(coming, leave_id)
    found = stands(coming, exam_id)
    assert (found.standing, found.leave_at_exam) == ("deferred", "leave_sick")
    begin(exam_id)
    scores = ((1, "80"), (2, "70"))
    _enter(coming, exam_id, scores)
    found = {p: s.cell.text for p, s in published_scores(exam_id).items()}
    assert found == {
        coming.hall.enrollments[0]: "deferred",
        coming.hall.enrollments[1]: "80",
        coming.hall.enrollments[2]: "70",
    }


def _enter(school: School, exam_id: int, scores: tuple[tuple[int, str], ...]) -> None:
    """Both entries and the publication, by three people."""
    people = [
        actor_of(create_account(username=f"pruefer{exam_id}{n}", display_name=f"考务{n}", roles=("exam_officer",)))
        for n in range(3)
    ]
    for entry_no, who in ((1, people[0]), (2, people[1])):
        with acting_as(who):
            take_entry(exam_id, entry_no)
            store_cells(exam_id, entry_no, [(school.hall.enrollments[n], score) for n, score in scores])
            submit_entry(exam_id, entry_no)
    with acting_as(people[2]):
        publish_scores(exam_id)


def test_leave_granted_after_the_exam_turns_absence_into_put_off(coming):
    with acting_as(coming.academic):
        lay_down_admission_rules(coming.hall.class_id, AdmissionRules(excludes=False), counts_from=coming.first)
    exam_id = exam_of(coming, 5)
    leave_id = ask(coming, 5, 5)
    half = coming.half(5)
    with unit_of_work() as session:  # it has begun, in the same half-day of its lesson
        session.execute(
            update(Exam)
            .where(Exam.id == exam_id)
            .values(starts_at=clock.now() - timedelta(hours=1), lesson_id=coming.lessons[5])
        )
    assert get_lesson(coming.lessons[5]).day == half.day
    grant(coming, leave_id)
    assert stands(coming, exam_id).standing == "deferred"


def test_who_sat_the_exam_keeps_it_and_a_note_appears(coming):
    exam_id = exam_of(coming, 5)
    leave_id = ask(coming, 0, 0)
    begin(exam_id)
    _enter(coming, exam_id, ((0, "88"), (1, "80"), (2, "70")))
    grant(coming, leave_id)
    found = stands(coming, exam_id)
    assert (found.standing, found.noted, found.on_leave) == ("admitted", "excluded", 4)
    assert published_scores(exam_id)[coming.hall.enrollments[0]].cell.text == "88"


def test_a_person_admits_nevertheless_with_a_reason_and_it_is_kept(coming):
    exam_id = exam_of(coming)
    grant(coming, ask(coming, 0, 0))
    person = coming.hall.enrollments[0]
    with acting_as(coming.academic):
        with pytest.raises(InvalidInput):
            admit_nevertheless(exam_id, person, reason=" ")
        with pytest.raises(Conflict):
            admit_nevertheless(exam_id, coming.hall.enrollments[1], reason="住院治疗")
        admit_nevertheless(exam_id, person, reason="住院治疗，已补课")
    found = stands(coming, exam_id)
    assert (found.standing, found.nevertheless_reason) == ("admitted", "住院治疗，已补课")
    assert found.nevertheless_by_id == coming.academic.account_id
    grant(coming, ask(coming, 1, 1))
    assert stands(coming, exam_id).standing == "admitted"
    grant(coming, ask(coming, 5, 5))
    assert stands(coming, exam_id).standing == "deferred"
    with acting_as(coming.academic):
        take_back_admission(exam_id, person, reason="材料不实")
    assert stands(coming, exam_id).standing == "excluded"
    assert {"exams.AdmittedNevertheless", "exams.AdmissionTakenBack"} <= set(kinds())


def test_nobody_admits_themselves(coming):
    exam_id = exam_of(coming)
    grant(coming, ask(coming, 0, 0))
    with acting_as(coming.trainee()), pytest.raises(Refused):
        admit_nevertheless(exam_id, coming.hall.enrollments[0], reason="本人申请")


def test_rules_count_from_their_day_on_and_reach_who_is_shut_out_already(coming):
    exam_id = exam_of(coming)
    grant(coming, ask(coming, 0, 0))
    with acting_as(coming.academic):
        later = coming.first + timedelta(days=3)
        assert lay_down_admission_rules(coming.hall.class_id, AdmissionRules(excludes=False), counts_from=later)
        assert stands(coming, exam_id).standing == "excluded"
        assert lay_down_admission_rules(coming.hall.class_id, AdmissionRules(denominator=5), counts_from=coming.first)
        assert stands(coming, exam_id).standing == "admitted"
        assert not lay_down_admission_rules(
            coming.hall.class_id, AdmissionRules(denominator=5), counts_from=coming.first
        )
        with pytest.raises(InvalidInput):
            lay_down_admission_rules(coming.hall.class_id, AdmissionRules(numerator=9), counts_from=coming.first)


def test_closing_a_lesson_and_correcting_it_moves_the_admission(school):
    exam_id = schedule_exam(
        class_id=school.hall.class_id, attempt_no=1, schedule=schedule_at(clock.now() + timedelta(days=3))
    )
    first = school.lessons[0]
    staff.mark(first, school.hall.enrollments[1], status="present", reason="no_phone", timed=False)
    windows.close_check_in(first)
    assert stands(school, exam_id).standing == "excluded"
    assert stands(school, exam_id).absent == 4
    assert stands(school, exam_id, 1) == ADMITTED
    with acting_as(school.teacher):
        asked = ask_correction(first, school.hall.enrollments[0], status="present", reason="当日在场，漏扫")
    assert stands(school, exam_id).standing == "excluded"
    with acting_as(school.academic):
        decide_correction(asked, approved=True)
    assert stands(school, exam_id).standing == "admitted"


def test_moving_the_exam_to_another_half_day_moves_who_is_put_off(coming):
    with acting_as(coming.academic):
        lay_down_admission_rules(coming.hall.class_id, AdmissionRules(excludes=False), counts_from=coming.first)
    exam_id = exam_of(coming, 5)
    grant(coming, ask(coming, 5, 5))
    assert stands(coming, exam_id).standing == "deferred"
    change_exam(exam_id, schedule_at(clock.at_local(coming.half(4).day, 9)))
    assert stands(coming, exam_id).standing == "admitted"
    assert Decimal(4) == stands(coming, exam_id).on_leave


def test_a_score_typed_for_somebody_shut_out_is_a_difference_not_lost(coming):
    exam_id = exam_of(coming)
    grant(coming, ask(coming, 0, 0))
    begin(exam_id)
    one, two = (
        actor_of(create_account(username=f"luru{n}", display_name=f"录入{n}", roles=("exam_officer",))) for n in (1, 2)
    )
    people = coming.hall.enrollments
    with acting_as(one):
        take_entry(exam_id, 1)
        store_cells(exam_id, 1, [(people[0], "66"), (people[1], "80"), (people[2], "70")])
        submit_entry(exam_id, 1)
    with acting_as(two):
        take_entry(exam_id, 2)
        store_cells(exam_id, 2, [(people[1], "80"), (people[2], "70")])
        submit_entry(exam_id, 2)
    assert db.session.get_one(Exam, exam_id, populate_existing=True).state == "entering"
