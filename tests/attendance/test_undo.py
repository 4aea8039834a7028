"""Taking marks back within the lesson, and heads against records, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.accounts.api import hash_of
from training_app.attendance.models import AttendanceCorrection, AttendanceFlag, AttendanceRecord, MarkTakenBack
from training_app.attendance.queries.heads import differing_heads, heads_of_lesson
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.queries.undo import taken_back, undoable
from training_app.attendance.services import badges, staff, tablet, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.heads import explain_heads
from training_app.attendance.services.judging import Who
from training_app.attendance.services.undo import take_back
from training_app.audit.models import AuditEntry
from training_app.classes.api import get_lesson
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput, NotFound


def test_a_tick_taken_back_leaves_no_record_and_a_trace(hall: Hall) -> None:
    person = hall.enrollments[0]
    staff.mark(hall.lesson_id, person, status="present", reason="no_phone")
    assert undoable(hall.lesson_id, closed=False) == {person}

    assert take_back(hall.lesson_id, person) == ""

    assert hall.status(0) is None
    (trace,) = taken_back(hall.lesson_id, person)
    assert (trace.status, trace.restored, trace.reason) == ("present", "", "no_phone")
    body = db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "attendance.MarkWithdrawn"))
    assert body is not None
    assert (body["status"], body["enrollment_id"]) == ("present", person)
    with pytest.raises(Conflict):
        take_back(hall.lesson_id, person)
    assert scanning.check_in(Who(hall.accounts[0]), code=hall.code()).outcome == "accepted"


def test_a_mark_over_another_goes_back_to_what_was_there(hall: Hall) -> None:
    person = hall.enrollments[0]
    staff.mark(hall.lesson_id, person, status="leave_sick", reason="")
    staff.mark(hall.lesson_id, person, status="present", reason="no_phone")

    assert take_back(hall.lesson_id, person) == "leave_sick"

    db.session.rollback()
    record = db.session.scalars(select(AttendanceRecord)).one()
    assert (record.status, record.method, record.check_in_at) == ("leave_sick", "leave", None)
    changes = db.session.execute(
        select(AttendanceCorrection.old_status, AttendanceCorrection.new_status).order_by(AttendanceCorrection.id)
    ).all()
    assert [tuple(each) for each in changes] == [("leave_sick", "present"), ("present", "leave_sick")]
    with pytest.raises(Conflict):
        take_back(hall.lesson_id, person)


def test_staff_s_mark_over_a_scan_goes_back_to_the_scan(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    at = db.session.scalar(select(AttendanceRecord.check_in_at))
    staff.mark(hall.lesson_id, hall.enrollments[0], status="absent", reason="left at once")

    assert take_back(hall.lesson_id, hall.enrollments[0]) == "present"

    db.session.rollback()
    record = db.session.scalars(select(AttendanceRecord)).one()
    assert (record.method, record.check_in_at) == ("scan", at)


def test_a_trainee_s_own_scan_cannot_be_taken_back(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")

    assert undoable(hall.lesson_id, closed=False) == frozenset()
    with pytest.raises(Conflict):
        take_back(hall.lesson_id, hall.enrollments[0])
    assert hall.status(0) == "present"


def test_nothing_is_taken_back_once_the_lesson_is_closed_or_where_somebody_else_sits(hall: Hall) -> None:
    other = build_hall(people=1, code="UB2")
    with pytest.raises(NotFound):
        take_back(hall.lesson_id, other.enrollments[0])
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
    windows.close_check_in(hall.lesson_id)
    with pytest.raises(Conflict) as refused:
        take_back(hall.lesson_id, hall.enrollments[0])
    assert refused.value.code == "closed"


def test_a_record_that_a_doubt_hangs_on_stays(hall: Hall) -> None:
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
    record = db.session.scalar(select(AttendanceRecord.id))
    assert record is not None
    db.session.rollback()
    with unit_of_work() as session:
        from training_app.core import clock

        session.add(AttendanceFlag(record_id=record, code="missed_call", raised_at=clock.now()))
    with pytest.raises(Conflict):
        take_back(hall.lesson_id, hall.enrollments[0])


def test_a_badge_sent_once_more_does_not_bring_a_mark_back(hall: Hall) -> None:
    entry = tablet.Entry("n1", badge=badges.make_badge(hall.enrollments[0]))
    assert tablet.record_entries(hall.lesson_id, [entry])[0].outcome == "accepted"
    take_back(hall.lesson_id, hall.enrollments[0])

    again = tablet.record_entries(hall.lesson_id, [entry])[0]

    assert (again.outcome, again.code) == ("refused", "taken_back")
    fresh = tablet.record_entries(hall.lesson_id, [tablet.Entry("n2", badge=entry.badge)])[0]
    assert fresh.outcome == "accepted"
    assert db.session.scalar(select(func.count()).select_from(MarkTakenBack)) == 1


def heads(hall: Hall):
    db.session.rollback()
    return heads_of_lesson(hall.lesson_id, lesson_counts([hall.lesson_id])[hall.lesson_id])


def test_heads_that_differ_wait_until_they_are_explained(hall: Hall) -> None:
    assert heads(hall).state == ""
    scanning.check_in(Who(hall.accounts[0], hash_of("a")), code=hall.code())
    windows.count_heads(hall.lesson_id, 2)
    assert heads(hall).differs
    assert [each.last.lesson_id for each in differing_heads([hall.class_id]) if each.last] == [hall.lesson_id]
    with pytest.raises(InvalidInput):
        explain_heads(hall.lesson_id, "so")

    explain_heads(hall.lesson_id, "a guest sat in")

    found = heads(hall)
    assert (found.state, found.last.note, len(found.trail)) == ("noted", "a guest sat in", 2)
    assert differing_heads(None) == []
    assert "attendance.HeadsExplained" in set(db.session.scalars(select(AuditEntry.kind)))
    with pytest.raises(Conflict):
        explain_heads(hall.lesson_id, "a guest sat in")


def test_a_recount_that_agrees_settles_it_by_itself_and_stays_in_the_trail(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    windows.count_heads(hall.lesson_id, 2)
    windows.count_heads(hall.lesson_id, 1)

    found = heads(hall)
    assert (found.state, [each.seen for each in found.trail]) == ("agree", [1, 2])


def test_records_brought_to_the_count_settle_it_too(hall: Hall) -> None:
    windows.count_heads(hall.lesson_id, 1)
    assert heads(hall).differs
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
    assert heads(hall).state == "agree"
    take_back(hall.lesson_id, hall.enrollments[0])
    assert heads(hall).differs


def test_the_list_offers_to_take_back_at_once(sqlite_app: Flask, sign_in) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    url = f"/lessons/{hall.lesson_id}/people/{hall.enrollments[0]}"

    answer = desk.post(f"{url}/tick", data={"reason": "no_phone", "show": "missing"})
    page = desk.get(answer.location).text
    assert f"{url}/take-back" in page
    assert "学员1" in page

    answer = desk.post(f"{url}/take-back", data={"show": "here"})
    assert answer.status_code == 303
    assert "show=here" in answer.location
    assert hall.status(0) is None
    assert desk.get(url).status_code == 200
    assert desk.post(f"/api/v1/lessons/{hall.lesson_id}/check-ins/{hall.enrollments[0]}/take-back").status_code == 409


def test_closing_over_a_difference_asks_for_a_note_or_leaves_it_to_be_checked(sqlite_app: Flask, sign_in) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    desk.post(f"/lessons/{hall.lesson_id}/heads", data={"seen": "2"})
    url = f"/lessons/{hall.lesson_id}/check-in/close"
    day = get_lesson(hall.lesson_id).day

    assert "待核对" in desk.get(f"/lessons/{hall.lesson_id}/attendance").text
    assert "待核对" in desk.get(f"/attendance?day={day}").text
    assert desk.post(url, data={"note": "x"}).status_code == 422
    assert desk.post(url, data={"note": "两名旁听人员"}).status_code == 303
    page = desk.get(f"/lessons/{hall.lesson_id}/attendance").text
    assert "两名旁听人员" in page
    assert heads(hall).state == "noted"

    desk.post(f"/lessons/{hall.lesson_id}/check-in/reopen", data={"reason": "closed too early"})
    desk.post(f"/lessons/{hall.lesson_id}/heads", data={"seen": "3"})
    assert desk.post(url, data={"later": "1"}).status_code == 303
    assert heads(hall).differs
