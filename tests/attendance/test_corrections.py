"""Corrections that take a second person, contests by trainees, and the list of what waits, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall, staff_of, teacher
from tests.discipline.conftest import actor_of
from training_app.accounts.api import create_account, hash_of
from training_app.attendance import evidence_rules
from training_app.attendance.models import AttendanceCorrection, CorrectionDecision
from training_app.attendance.queries.contests import contests_of
from training_app.attendance.queries.corrections import requests_of
from training_app.attendance.queries.review import operators, records_by_hand, waiting_items
from training_app.attendance.services import badges, staff, tablet, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.contests import answer_contest, contest
from training_app.attendance.services.corrections import (
    ask_correction,
    correct_or_ask,
    decide_correction,
    withdraw_correction,
)
from training_app.attendance.services.judging import Who
from training_app.attendance.services.undo import take_back
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.handed_in import Paper
from training_app.results.models import HourEntry


class Desk:
    """A hall closed with everybody absent, its two teachers, and a planner."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.teacher = actor_of(teacher(hall.class_id))
        second = create_account(username="second", display_name="王老师", roles=("class_teacher",))
        staff_of(hall.class_id, second)
        self.second = actor_of(second)
        self.planner = actor_of(create_account(username="plan", display_name="教务", roles=("planner",)))
        windows.close_check_in(hall.lesson_id)

    def ask(self, status: str = "present", person: int = 0) -> int:
        with acting_as(self.teacher):
            return ask_correction(
                self.hall.lesson_id, self.hall.enrollments[person], status=status, reason="补交签到表"
            )


@pytest.fixture
def desk(hall: Hall) -> Desk:
    return Desk(hall)


@pytest.fixture
def later() -> Iterator[None]:
    """Three days after: one person corrects alone no longer."""
    with time_machine.travel(clock.now() + timedelta(days=3)):
        yield


def kinds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.kind)))


def test_for_a_day_one_person_corrects_alone(desk: Desk) -> None:
    with acting_as(desk.teacher):
        waits = correct_or_ask(desk.hall.lesson_id, desk.hall.enrollments[0], status="present", reason="补交签到表")
    assert waits is None
    assert desk.hall.status(0) == "present"


def test_later_it_takes_a_second_person_and_nothing_changes_before(desk: Desk, later: None) -> None:
    hall = desk.hall
    with acting_as(desk.teacher):
        with pytest.raises(Conflict) as refused:
            staff.correct(hall.lesson_id, hall.enrollments[0], status="present", reason="补交签到表")
        assert refused.value.code == "second_person"
        request_id = correct_or_ask(hall.lesson_id, hall.enrollments[0], status="present", reason="补交签到表")
    assert request_id is not None
    assert hall.status(0) == "absent"
    assert "attendance.CorrectionRequested" in kinds()
    assert "attendance.AttendanceCorrected" not in kinds()

    with acting_as(desk.second):
        decide_correction(request_id, approved=True)

    assert hall.status(0) == "present"
    (row,) = requests_of(hall.lesson_id, hall.enrollments[0])
    assert (row.outcome, row.old_status, row.asked_by, row.decided_by) == ("effective", "absent", "龙雪梅", "王老师")
    assert row.decided_at is not None
    assert row.decided_at >= row.asked_at
    change = db.session.execute(select(AttendanceCorrection.old_status, AttendanceCorrection.new_status)).one()
    assert tuple(change) == ("absent", "present")
    hours = db.session.scalar(select(func.sum(HourEntry.hours)).where(HourEntry.enrollment_id == hall.enrollments[0]))
    assert hours == 4
    with acting_as(desk.planner), pytest.raises(Conflict):
        decide_correction(request_id, approved=True)


def test_nobody_is_the_second_person_for_oneself_or_about_oneself(desk: Desk, later: None) -> None:
    request_id = desk.ask()
    with acting_as(desk.teacher), pytest.raises(Refused):
        decide_correction(request_id, approved=True)
    with acting_as(actor_of(desk.hall.accounts[0])), pytest.raises(Refused):
        decide_correction(request_id, approved=True)
    assert desk.hall.status(0) == "absent"
    assert db.session.scalar(select(func.count()).select_from(CorrectionDecision)) == 0


def test_a_refusal_says_why_and_leaves_the_record(desk: Desk, later: None) -> None:
    request_id = desk.ask()
    with acting_as(desk.second):
        with pytest.raises(InvalidInput):
            decide_correction(request_id, approved=False, note="no")
        decide_correction(request_id, approved=False, note="签到表上没有名字")
    assert desk.hall.status(0) == "absent"
    (row,) = requests_of(desk.hall.lesson_id, desk.hall.enrollments[0])
    assert (row.outcome, row.note) == ("refused", "签到表上没有名字")
    assert desk.ask() != request_id  # it may be asked for anew


def test_only_who_asked_takes_a_request_back_and_one_waits_at_a_time(desk: Desk, later: None) -> None:
    request_id = desk.ask()
    with pytest.raises(Conflict):
        desk.ask("late")
    with acting_as(desk.second), pytest.raises(Refused):
        withdraw_correction(request_id)
    with acting_as(desk.teacher):
        withdraw_correction(request_id)
    with acting_as(desk.second), pytest.raises(Conflict):
        decide_correction(request_id, approved=True)
    assert desk.hall.status(0) == "absent"


def test_a_request_needs_a_reason_a_closed_lesson_and_something_to_change(desk: Desk, later: None) -> None:
    hall = desk.hall
    with acting_as(desk.teacher):
        with pytest.raises(InvalidInput):
            ask_correction(hall.lesson_id, hall.enrollments[0], status="present", reason="x")
        with pytest.raises(InvalidInput):
            ask_correction(hall.lesson_id, hall.enrollments[0], status="asleep", reason="补交签到表")
        with pytest.raises(Conflict):
            ask_correction(hall.lesson_id, hall.enrollments[0], status="absent", reason="补交签到表")
        with pytest.raises(Conflict):
            ask_correction(hall.tomorrow_id, hall.enrollments[0], status="present", reason="补交签到表")
    with pytest.raises(NotFound):
        decide_correction(4711, approved=True)


# --- contests -------------------------------------------------------------------------------------------------


def say(desk: Desk, said: str = "我当时在第三排", person: int = 0, paper: Paper | None = None) -> int:
    with acting_as(actor_of(desk.hall.accounts[person])):
        return contest(desk.hall.lesson_id, desk.hall.enrollments[person], said=said, paper=paper)


def of(desk: Desk):
    db.session.rollback()
    return contests_of(desk.hall.lesson_id, desk.hall.enrollments[0])


def test_a_trainee_contests_and_the_teacher_upholds_at_once(desk: Desk) -> None:
    contest_id = say(desk)
    with pytest.raises(Conflict):
        say(desk, "还有一件事要说")
    with acting_as(desk.teacher):
        assert answer_contest(contest_id, upheld=True, words="同桌证明在场", status="present") is None
        with pytest.raises(Conflict):
            answer_contest(contest_id, upheld=False, words="改主意了吧")
    (row,) = of(desk)
    assert (row.outcome, row.words, row.correction) == ("upheld", "同桌证明在场", "")
    assert desk.hall.status(0) == "present"
    assert {"attendance.RecordContested", "attendance.ContestAnswered", "attendance.AttendanceCorrected"} <= set(
        kinds()
    )


def test_upheld_late_it_goes_through_the_second_person(desk: Desk, later: None) -> None:
    contest_id = say(desk)
    with acting_as(desk.teacher):
        request_id = answer_contest(contest_id, upheld=True, words="同桌证明在场", status="present")
    assert request_id is not None
    assert of(desk)[0].correction == "waiting"
    assert desk.hall.status(0) == "absent"
    with acting_as(desk.planner):
        decide_correction(request_id, approved=True)
    assert of(desk)[0].correction == "effective"
    assert desk.hall.status(0) == "present"


def test_rejected_with_words_it_can_be_contested_anew(desk: Desk) -> None:
    contest_id = say(desk)
    with acting_as(desk.teacher):
        with pytest.raises(InvalidInput):
            answer_contest(contest_id, upheld=False, words="不")
        with pytest.raises(InvalidInput):
            answer_contest(contest_id, upheld=True, words="同桌证明在场")
        answer_contest(contest_id, upheld=False, words="监控里没有你")
    assert desk.hall.status(0) == "absent"
    say(desk, "监控只拍到前两排")
    assert len(of(desk)) == 2


def test_only_one_s_own_record_with_words_in_time(desk: Desk) -> None:
    with acting_as(actor_of(desk.hall.accounts[1])), pytest.raises(NotFound):
        contest(desk.hall.lesson_id, desk.hall.enrollments[0], said="我当时在第三排")
    with pytest.raises(InvalidInput):
        say(desk, "x")
    with pytest.raises(InvalidInput):
        say(desk, paper=Paper("照片.gif", b"GIF89a"))
    with acting_as(actor_of(desk.hall.accounts[0])):
        with pytest.raises(Conflict) as nothing:
            contest(desk.hall.tomorrow_id, desk.hall.enrollments[0], said="我当时在第三排")
        assert nothing.value.code == "nothing"
        after = clock.now() + evidence_rules.CONTEST_AFTER_CLOSING + timedelta(minutes=1)
        with time_machine.travel(after), pytest.raises(Conflict) as late:
            contest(desk.hall.lesson_id, desk.hall.enrollments[0], said="我当时在第三排")
        assert late.value.code == "too_late"


def test_nobody_answers_what_they_contested_themselves(desk: Desk) -> None:
    contest_id = say(desk)
    with acting_as(actor_of(desk.hall.accounts[0])), pytest.raises(Refused):
        answer_contest(contest_id, upheld=True, words="我自己同意", status="present")


# --- what waits, and who recorded by hand ---------------------------------------------------------------------


def test_the_list_holds_everything_that_waits(hall: Hall) -> None:
    device = hash_of("one phone for two")
    scanning.check_in(Who(hall.accounts[0], device), code=hall.code())
    scanning.check_in(Who(hall.accounts[1], device), code=hall.code())
    windows.count_heads(hall.lesson_id, 1)
    desk = Desk(hall)
    contest_id = say(desk, person=2)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        request_id = desk.ask("absent", person=1)

    found = waiting_items([hall.class_id], [hall.class_id])

    assert {each.kind for each in found} == {"doubt", "heads", "contest", "correction"}
    assert {each.id for each in found if each.kind == "contest"} == {contest_id}
    assert {each.id for each in found if each.kind == "correction"} == {request_id}
    assert {each.kind for each in waiting_items((), None)} == {"correction"}
    assert waiting_items((), ()) == []


def test_marks_by_hand_are_counted_by_operator_reason_and_share(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    who = actor_of(teacher(hall.class_id))
    with acting_as(who):
        staff.mark(hall.lesson_id, hall.enrollments[1], status="present", reason="no_phone")
        staff.mark(hall.lesson_id, hall.enrollments[2], status="present", reason="坐在最后一排")
        take_back(hall.lesson_id, hall.enrollments[2])
        tablet.record_entries(hall.lesson_id, [tablet.Entry("n", badge=badges.make_badge(hall.enrollments[2]))])

    (row,) = operators([hall.class_id])

    assert (row.name, row.by_hand, row.badges, row.taken_back) == ("龙雪梅", 1, 1, 1)
    assert row.reasons == {"no_phone": 1, "badge": 1}
    assert row.share == pytest.approx(1 / 3)
    rows = records_by_hand([hall.class_id], row.id)
    assert sorted((each.reason, each.taken_back_at is not None) for each in rows) == [
        ("badge", False),
        ("no_phone", False),
        ("坐在最后一排", True),
    ]
    assert operators(()) == records_by_hand((), row.id) == []


# --- pages ----------------------------------------------------------------------------------------------------


def test_from_the_phone_to_the_second_person_and_back(sqlite_app: Flask, sign_in) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    desk = Desk(hall)
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])
    own = f"/me/attendance/{hall.lesson_id}"
    assert own in phone.get("/me/attendance").text
    wrong = phone.post(own, data={"said": "x"})
    assert wrong.status_code == 422
    paper = (BytesIO(b"%PDF-1.4 x"), "座位照片.pdf")
    sent = phone.post(own, data={"said": "我坐在第三排", "paper": paper}, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert "我坐在第三排" in phone.get(own).text

    assert desk.teacher.account_id is not None
    room = sign_in(sqlite_app, account_id=desk.teacher.account_id)
    assert "我坐在第三排" in room.get("/attendance/review?kind=contest").text
    assert "我坐在第三排" in room.get("/attendance/review?format=csv").get_data(as_text=True)
    (row,) = of(desk)
    assert room.get(f"/attendance/contests/{row.id}/paper").data == b"%PDF-1.4 x"
    assert phone.get(f"/attendance/contests/{row.id}/paper").status_code == 403
    person = f"/lessons/{hall.lesson_id}/people/{hall.enrollments[0]}"
    answer = f"/attendance/contests/{row.id}/answer"
    assert "我坐在第三排" in room.get(person).text
    kept = room.post(answer, data={"outcome": "uphold", "words": "同桌证明在场"})
    assert kept.status_code == 422
    assert "同桌证明在场" in kept.text
    done = room.post(answer, data={"outcome": "uphold", "words": "同桌证明在场", "status": "present"})
    assert done.status_code == 303
    assert hall.status(0) == "present"
    assert "同桌证明在场" in phone.get(own).text


def test_a_late_correction_on_screen(sqlite_app: Flask, sign_in) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    desk = Desk(hall)
    assert desk.teacher.account_id is not None
    assert desk.second.account_id is not None
    with time_machine.travel(clock.now() + timedelta(days=3)):
        room = sign_in(sqlite_app, account_id=desk.teacher.account_id)
        other = sign_in(sqlite_app, account_id=desk.second.account_id)
        person = f"/lessons/{hall.lesson_id}/people/{hall.enrollments[0]}"
        room.post(f"{person}/correct", data={"status": "present", "text": "补交签到表"})
        (row,) = requests_of(hall.lesson_id, hall.enrollments[0])
        decide = f"/attendance/corrections/{row.id}/decide"
        assert decide not in room.get(person).text
        assert decide in other.get(person).text
        assert "补交签到表" in other.get("/attendance/review?kind=correction").text
        assert room.post(decide, data={"outcome": "approve"}).status_code >= 400
        assert other.post(decide, data={"outcome": "refuse", "note": ""}).status_code == 422
        assert other.post(decide, data={"outcome": "approve"}).status_code == 303
        assert hall.status(0) == "present"
        stranger = sign_in(sqlite_app, account_id=teacher(build_hall(people=1, code="XX9").class_id, "other"))
        assert stranger.post(decide, data={"outcome": "approve"}).status_code == 404


def test_doubts_are_settled_together_and_overrides_open_their_rows(sqlite_app: Flask, sign_in) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    device = hash_of("one phone for three")
    for account in hall.accounts:
        scanning.check_in(Who(account, device), code=hall.code())
    account_id = teacher(hall.class_id)
    room = sign_in(sqlite_app, account_id=account_id)
    with acting_as(actor_of(account_id)):
        staff.mark(hall.lesson_id, hall.enrollments[0], status="absent", reason="was not in the room")
        staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
    ids = [each.id for each in waiting_items([hall.class_id], ())]
    assert len(ids) == 3
    db.session.rollback()

    assert room.post("/attendance/review/settle", data={"id": ids, "settlement": ""}).status_code == 303
    db.session.rollback()
    assert len(waiting_items([hall.class_id], ())) == 3
    db.session.rollback()
    room.post("/attendance/review/settle", data={"id": ids, "settlement": "lent_phone"})
    db.session.rollback()
    assert waiting_items([hall.class_id], ()) == []

    page = room.get("/attendance/overrides").text
    assert f"/attendance/overrides/{account_id}" in page
    assert "学员1" in room.get(f"/attendance/overrides/{account_id}?reason=no_phone").text
    assert "学员1" in room.get(f"/attendance/overrides/{account_id}?format=csv").get_data(as_text=True)
    assert room.get("/attendance/overrides?format=xlsx").status_code == 200
    assert room.get("/attendance/overrides/999999").status_code == 404


def test_who_was_in_time_after_all_is_put_right_before_the_lesson_is_closed(hall: Hall) -> None:
    staff.mark(hall.lesson_id, hall.enrollments[0], status="late", reason="no_phone")
    with acting_as(actor_of(hall.accounts[0])):
        contest_id = contest(hall.lesson_id, hall.enrollments[0], said="我八点二十就到了")
    with acting_as(actor_of(teacher(hall.class_id))):
        assert answer_contest(contest_id, upheld=True, words="门口同事证明", status="present") is None
    assert hall.status(0) == "present"
