"""What people are told before a leave is decided, and where a trainee sees the own admission to the exam."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_babel import force_locale

from tests.discipline.conftest import School, build_school
from tests.discipline.test_admission import exam_of
from tests.discipline.test_leave import ask, grant
from training_app.attendance.services import staff, windows
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import InvalidInput
from training_app.core.handed_in import Paper
from training_app.discipline.queries.ahead import Ahead, chain_for, look_ahead, steps_left, taken_of
from training_app.discipline.queries.leaves import get_leave, half_now, lessons_of, steps_of
from training_app.discipline.services.leave import confirm_return, decide_leave, report_back
from training_app.discipline.services.withdrawal import decide_withdrawal
from training_app.exams import labels
from training_app.exams.admission_rules import AdmissionRules
from training_app.exams.queries.admission import AdmissionInfo
from training_app.exams.queries.own import own_exams
from training_app.exams.services.admission import lay_down_admission_rules


@pytest.fixture
def coming(app) -> School:
    """A class that begins in two days: 24 hours, a seventh is 3.43."""
    return build_school(days_ago=-2)


def ahead_of(leave_id: int) -> Ahead:
    db.session.rollback()
    leave = get_leave(leave_id)
    return look_ahead(leave, lessons_of(leave))


def test_too_many_papers_are_refused_and_none_vanishes(school):
    papers = [Paper(f"{n}.pdf", b"%PDF-1") for n in range(4)]
    with pytest.raises(InvalidInput) as wrong:
        ask(school, 5, 5, papers=papers)
    assert list(wrong.value.fields) == ["papers"]
    leave_id = ask(school, 5, 5, papers=papers[:3])
    assert get_leave(leave_id).papers == 3


def test_hours_that_are_missed_already_are_not_counted_twice(school):
    lesson, person = school.lessons[0], school.hall.enrollments[0]
    with acting_as(school.teacher):
        windows.close_check_in(lesson)
        staff.mark(school.lessons[1], person, status="present", reason="手机没电了", timed=False)
    leave_id = ask(school, 0, 2)
    assert get_leave(leave_id).hours == 12
    assert ahead_of(leave_id).more == 4  # absent in the first already, present in the second stays present


def test_deciders_and_the_person_learn_what_a_leave_does_to_the_exam(coming):
    exam_id = exam_of(coming)  # in the class's last half-day
    covering = ask(coming, 5, 5)
    assert [each.id for each in ahead_of(covering).covered] == []  # four hours are over 3.43: shut out, not put off
    assert [each.id for each in ahead_of(covering).shuts] == [exam_id]
    with acting_as(coming.organisation):
        lay_down_admission_rules(
            coming.hall.class_id, AdmissionRules(numerator=1, denominator=3), counts_from=clock.today()
        )
    assert [each.id for each in ahead_of(covering).covered] == [exam_id]
    assert ahead_of(covering).shuts == ()
    longer = ask(coming, 0, 2, person=1)
    assert ahead_of(longer).more == 12
    assert [each.id for each in ahead_of(longer).shuts] == [exam_id]
    assert grant(coming, covering) == "approved"
    assert ahead_of(covering).more == 0
    assert [each.id for each in ahead_of(covering).covered] == [exam_id]


def test_the_whole_chain_is_told_before_anybody_has_decided(coming):
    leave_id = ask(coming, 0, 2)
    leave = get_leave(leave_id)
    assert chain_for(leave) == ("class_teacher", "academic")
    assert steps_left(leave, steps_of(leave_id)) == ("academic",)
    with acting_as(coming.teacher):
        decide_leave(leave_id, step="class_teacher", approved=True)
    assert steps_left(get_leave(leave_id), steps_of(leave_id)) == ()


def test_leave_that_is_over_waits_for_the_return(school):
    over, still = ask(school, 0, 0), ask(school, 5, 5, person=1)
    assert not get_leave(over).is_overdue
    grant(school, over)
    grant(school, still)
    assert get_leave(over).is_overdue
    assert get_leave(still).is_overdue == (school.half(5) < half_now())


def test_a_trainee_sees_the_own_admission_with_the_figures(coming):
    exam_id = exam_of(coming)
    (own,) = own_exams(coming.hall.accounts[0])
    assert (own.exam.id, own.admission.standing, own.admission.on_leave) == (exam_id, "admitted", Decimal(0))
    grant(coming, ask(coming, 0, 0))
    db.session.rollback()
    (own,) = own_exams(coming.hall.accounts[0])
    assert (own.admission.standing, own.admission.on_leave, own.admission.planned) == ("excluded", 4, 24)
    (other,) = own_exams(coming.hall.accounts[1])
    assert other.admission.standing == "admitted"


@pytest.fixture
def coming_pages(sqlite_app) -> School:
    return build_school(days_ago=-2)


def test_the_phone_and_the_desk_say_it(sqlite_app, coming_pages, sign_in):
    school = coming_pages
    exam_of(school)
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0])
    page = phone.get("/me/scores").text
    assert "您可以参加本场考试" in page
    assert "目前请假0学时；超过总学时1/7（3.4学时）" in page
    assert "准考" in phone.get("/me").text
    leave_id = ask(school, 0, 2)
    page = phone.get(f"/me/leave/{leave_id}").text
    assert "您将失去“结业考试”的考试资格" in page
    assert "随后审批" in page
    assert "待审批" in phone.get("/me").text
    desk = sign_in(sqlite_app, account_id=school.organisation.account_id)
    page = desk.get(f"/leave/{leave_id}").text
    assert "该学员将失去“结业考试”的考试资格" in page
    assert "您代行“班主任”环节的审批" in page
    assert "确认销假" not in page
    grant(school, leave_id)
    page = phone.get("/me/scores").text
    assert "您不能参加本场考试" in page
    assert "请假12学时，超过总学时1/7（3.4学时）" in page
    page = desk.get(f"/leave/{leave_id}").text
    assert "确认销假" not in page  # it has not begun; it can be taken back
    assert "撤回申请" in page


def test_figures_of_admitted_people_are_true_too(sqlite_app, coming_pages, sign_in):
    school = coming_pages
    exam_id = exam_of(school)
    with acting_as(school.organisation):
        lay_down_admission_rules(
            school.hall.class_id, AdmissionRules(numerator=1, denominator=2), counts_from=clock.today()
        )
    grant(school, ask(school, 0, 1))
    desk = sign_in(sqlite_app, account_id=school.organisation.account_id)
    rows = desk.get(f"/exams/{exam_id}/admission?format=csv").text
    (line,) = [line for line in rows.splitlines() if "学员1" in line]
    assert "准考" in line
    assert ",8," in line


def test_one_hour_is_one_hour_in_english(sqlite_app):
    said = AdmissionInfo("excluded", on_leave=Decimal(1), absent=Decimal("1.5"), planned=Decimal(10))
    with sqlite_app.test_request_context(), force_locale("en"):
        why = labels.admission_reason(said, AdmissionRules())
    assert why == "1 hour on leave, 1.5 hours absent, more than 1/7 of all hours (1.4)"


def test_the_audit_trail_says_standings_in_words(sqlite_app, coming_pages, sign_in):
    school = coming_pages
    exam_of(school)
    leave_id = ask(school, 0, 1)
    grant(school, leave_id)
    with acting_as(school.trainee()):
        report_back(leave_id, school.half(1))
    page = sign_in(sqlite_app, "auditor").get("/audit").text
    assert "的考试资格：准考 → 取消考试资格" in page
    assert f"{school.first.isoformat()} 下午" in page
    assert "excluded" not in page


def test_not_allowed_is_said_in_chinese(sqlite_app, coming_pages, sign_in):
    page = sign_in(sqlite_app, account_id=coming_pages.hall.accounts[0]).get("/leave/1")
    assert page.status_code == 403
    assert "You may" not in page.text


def test_an_early_return_says_what_was_really_taken(sqlite_app, coming_pages, sign_in):
    school = coming_pages
    leave_id = ask(school, 0, 3)
    grant(school, leave_id)
    leave = get_leave(leave_id)
    assert taken_of(leave, lessons_of(leave)) is None
    with acting_as(school.trainee()):
        report_back(leave_id, school.half(1))
    with acting_as(school.teacher):
        confirm_return(leave_id, school.half(1))
    db.session.rollback()
    leave = get_leave(leave_id)
    assert taken_of(leave, lessons_of(leave)) == (1, Decimal(4))
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0])
    assert "实际1个半天，折合4学时" in phone.get(f"/me/leave/{leave_id}").text
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    assert "实际1个半天，折合4学时" in desk.get(f"/leave/{leave_id}").text


def test_people_over_the_line_are_named_to_those_who_do_not_decide(sqlite_app, coming_pages, sign_in):
    late = build_school("QJ7", days_ago=4)
    with acting_as(late.teacher):
        windows.close_check_in(late.lessons[0])
    desk = sign_in(sqlite_app, account_id=late.teacher.account_id)
    page = desk.get(f"/classes/{late.hall.class_id}/leave").text
    assert "占总学时24的16.7%，超过1/7。" in page
    assert "由教务处或组织部决定。" in page
    assert "按退学处理" not in page
    desk = sign_in(sqlite_app, account_id=late.organisation.account_id)
    assert "按退学处理" in desk.get(f"/classes/{late.hall.class_id}/leave").text


def test_a_person_reads_what_was_decided_about_staying(sqlite_app, coming_pages, sign_in):
    late = build_school("QJ8", days_ago=4)
    with acting_as(late.teacher):
        windows.close_check_in(late.lessons[0])
    with acting_as(late.organisation):
        decide_withdrawal(late.hall.enrollments[0], withdraw=True, note="长期住院，单位同意")
        decide_withdrawal(late.hall.enrollments[1], withdraw=False, note="公务，已补课")
    gone = sign_in(sqlite_app, account_id=late.hall.accounts[0])
    for url in ("/me", "/me/leave"):
        assert "按退学处理。理由：长期住院，单位同意" in gone.get(url).text
    stays = sign_in(sqlite_app, account_id=late.hall.accounts[1])
    assert "同意您继续学习。理由：公务，已补课" in stays.get("/me/leave").text
    assert "退学处理" not in stays.get("/me").text


def test_leave_is_entered_for_nobody_by_mistake(sqlite_app, coming_pages, sign_in):
    school = coming_pages
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    url = f"/classes/{school.hall.class_id}/leave/new"
    assert '<option selected value="0">' in desk.get(url).text
    day = school.half(4).day.isoformat()
    typed = {"enrollment_id": "0", "kind": "leave_sick", "first_day": day, "last_day": day, "reason": "电话请假"}
    answer = desk.post(url, data=typed)
    assert answer.status_code == 422
    assert "请选择人员" in answer.text
    assert "电话请假" in answer.text
    person = school.hall.enrollments[1]
    assert desk.post(url, data={**typed, "enrollment_id": person}).status_code == 303
