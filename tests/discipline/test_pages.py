"""Pages of leave and bulletins: what was typed is kept, papers stay with those who decide, the phone's stay light."""

from __future__ import annotations

import gzip
import re
from io import BytesIO

import pytest

from tests.discipline.conftest import School, build_school
from training_app.attendance.services import windows
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.handed_in import Paper
from training_app.discipline.queries.leaves import own_leaves, papers_of
from training_app.discipline.services.leave import ask_leave, decide_leave


@pytest.fixture
def school(sqlite_app) -> School:
    return build_school()


def form(school: School, **more: object) -> dict[str, object]:
    day = school.half(5).day.isoformat()
    known = {
        "enrollment_id": school.hall.enrollments[0], "kind": "leave_sick", "first_day": day, "first_half": "afternoon",
        "last_day": day, "last_half": "afternoon", "reason": "发烧就医",
    }  # fmt: skip
    return {**known, **more}


def test_a_trainee_asks_by_phone_and_sees_what_became_of_it(sqlite_app, school, sign_in):
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0])
    paper = (BytesIO(b"%PDF-1.4 x"), "证明.pdf")
    answer = phone.post("/me/leave/new", data=form(school, papers=paper), content_type="multipart/form-data")
    assert answer.status_code == 303
    db.session.rollback()  # our own read would still see the state before
    (row,) = own_leaves(school.hall.accounts[0])
    page = phone.get(answer.location).text
    assert "待审批" in page
    (kept,) = papers_of(row.id)
    assert phone.get(f"/leave/{row.id}/papers/{kept.id}").status_code == 403
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    assert desk.get(f"/leave/{row.id}/papers/{kept.id}").data == b"%PDF-1.4 x"
    assert desk.get(f"/leave/{row.id}/form.pdf").data.startswith(b"%PDF-")
    assert desk.get("/leave?format=csv").text.count("学员1") == 1


def test_what_was_typed_is_kept_with_the_error_beside_it(sqlite_app, school, sign_in):
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0])
    wrong = form(school, first_half="afternoon", last_half="morning", reason="牙痛去县医院")
    answer = phone.post("/me/leave/new", data=wrong)
    assert answer.status_code in (400, 422)
    assert "牙痛去县医院" in answer.text
    assert "结束时间早于开始时间" in answer.text
    db.session.rollback()
    assert own_leaves(school.hall.accounts[0]) == []


def test_somebody_else_s_leave_does_not_exist(sqlite_app, school, sign_in):
    with acting_as(school.trainee()):
        leave_id = ask_leave(school.hall.enrollments[0], school.request(5, 5))
    other = sign_in(sqlite_app, account_id=school.hall.accounts[1])
    assert other.get(f"/me/leave/{leave_id}").status_code == 404
    assert other.post(f"/me/leave/{leave_id}/withdraw").status_code == 404
    stranger = build_school("QJ9").teacher
    assert sign_in(sqlite_app, account_id=stranger.account_id).get(f"/leave/{leave_id}").status_code == 404


def test_a_step_decided_meanwhile_is_said_and_not_overrun(sqlite_app, school, sign_in):
    with acting_as(school.trainee()):
        leave_id = ask_leave(school.hall.enrollments[0], school.request(5, 5, papers=[Paper("a.pdf", b"%PDF-1")]))
    with acting_as(school.teacher):
        decide_leave(leave_id, step="class_teacher", approved=True)
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    answer = desk.post(f"/leave/{leave_id}/decide", data={"step": "class_teacher", "outcome": "refuse", "note": "不行"})
    assert answer.status_code == 409
    assert "已由他人审批" in answer.text


def test_the_phone_s_pages_are_light_and_need_no_script(sqlite_app, school, sign_in):
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0])
    for url in ("/me/leave", "/me/leave/new"):
        page = phone.get(url)
        assert "<script" not in page.text
        parts = [
            page.data,
            *(phone.get(each).data for each in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)),
        ]
        assert sum(len(gzip.compress(part)) for part in parts) < 54_000  # with 6 kB of icons under 60 kB


def test_the_opinion_typed_is_kept_beside_its_fault_and_the_proposal_beside_it(sqlite_app, school, sign_in):
    for lesson in school.lessons[:2]:
        windows.close_check_in(lesson)
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    address = f"/classes/{school.hall.class_id}/bulletins/preview"
    ask = {"kind": "daily", "day": school.first.isoformat()}
    page = desk.get(address, query_string=ask).text
    assert "建议按退学处理，由教务处研究决定。</textarea>" in page
    assert "按记录草拟：" not in page
    expected = re.search(r'name="expected" value="(\w+)"', page)[1]
    too_long = desk.post(address, data=ask | {"expected": expected, "opinion": "另行通报。" * 200})
    assert too_long.status_code == 422
    assert "另行通报。" * 200 + "</textarea>" in too_long.text
    assert "最多800字。" in too_long.text
    assert "按记录草拟：" in too_long.text
    stale = desk.post(address, data=ask | {"expected": "an older one", "opinion": "另行通报。"})
    assert stale.status_code == 409
    assert "另行通报。</textarea>" in stale.text
    issued = desk.post(address, data=ask | {"expected": expected, "opinion": "另行通报。"})
    assert issued.status_code == 303
    assert "六、处理意见。另行通报。" in desk.get(issued.location).text


def test_who_is_absent_for_two_days_is_put_forward_with_the_records_behind_it(sqlite_app, school, sign_in):
    for lesson in school.lessons[:4]:
        windows.close_check_in(lesson)
    person = school.hall.enrollments[0]
    desk = sign_in(sqlite_app, account_id=school.academic.account_id)
    page = desk.get(f"/classes/{school.hall.class_id}/leave").text
    assert "已结束课次中累计旷课16学时，合2天；本班限额为16学时，即2天。" in page
    assert page.count(f'/people/{person}"') >= 4
    outcome = desk.post(
        f"/classes/{school.hall.class_id}/people/{person}/withdrawal", data={"outcome": "keep", "note": "家中有急事"}
    )
    assert outcome.status_code == 303
    phone = sign_in(sqlite_app, account_id=school.hall.accounts[0]).get("/me/leave").text
    assert "其中旷课16学时，经研究仍留在" in phone
    assert "累计旷课满2天（16学时），也将建议退学。" in phone


def test_a_number_out_of_range_is_told_which_range(sqlite_app, school, sign_in):
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    known = {
        "from_lesson_id": school.hall.tomorrow_id, "opens_before_minutes": 999, "late_after_minutes": 10,
        "closes_after_minutes": 30, "early_minutes": 10, "lates_per_absence": 0, "surprise_minutes": 5,
        "location_radius": 300, "half_day_hours": 13, "academic_over_half_days": 1, "organisation_over_half_days": 6,
    }  # fmt: skip
    answer = desk.post(f"/classes/{school.hall.class_id}/attendance/rules", data=known)
    assert answer.status_code == 422
    assert "请填写0至240之间的数" in answer.text
    assert "请填写0至12之间的数" in answer.text
    assert 'value="999"' in answer.text
