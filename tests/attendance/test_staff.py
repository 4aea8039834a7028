"""What staff do by hand, and opening and closing, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall
from training_app.accounts.api import hash_of
from training_app.attendance.api import lesson_counts, records_of_class, store_imported
from training_app.attendance.models import AttendanceCorrection, AttendanceFlag, AttendanceRecord, CheckInWindow
from training_app.attendance.queries.people import open_flags
from training_app.attendance.services import badges, staff, tablet, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.classes.models import Lesson
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused


def test_closing_marks_those_missing_absent_and_leaves_leave_alone(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    staff.mark(hall.lesson_id, hall.enrollments[1], status="leave_personal", reason="")

    closing = windows.close_check_in(hall.lesson_id)

    assert closing.marked_absent == 1
    assert [hall.status(n) for n in range(3)] == ["present", "leave_personal", "absent"]
    assert db.session.get_one(Lesson, hall.lesson_id).state == "held"
    body = db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "attendance.LessonClosed"))
    assert body is not None
    assert (body["present"], body["absent"], body["on_leave"]) == (1, 1, 1)
    with pytest.raises(Conflict):
        windows.close_check_in(hall.lesson_id)


def test_a_lesson_never_opened_can_be_closed_after_it_was_recorded_by_hand(app: Flask) -> None:
    hall = build_hall()
    staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_signal")

    closing = windows.close_check_in(hall.lesson_id)

    assert (closing.counts.attended, closing.counts.absent, closing.counts.state) == (1, 2, "closed")


def test_reopening_takes_back_what_closing_wrote_and_nothing_else(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    staff.mark(hall.lesson_id, hall.enrollments[1], status="absent", reason="seen leaving")
    windows.close_check_in(hall.lesson_id)

    windows.reopen_check_in(hall.lesson_id, reason="closed by mistake")

    assert [hall.status(n) for n in range(3)] == ["present", "absent", None]
    assert scanning.check_in(Who(hall.accounts[2]), code=hall.code()).outcome == "accepted"
    windows.close_check_in(hall.lesson_id)
    assert lesson_counts([hall.lesson_id])[hall.lesson_id].attended == 2


def test_reopening_wants_a_reason_and_a_closed_lesson(hall: Hall) -> None:
    with pytest.raises(Conflict):
        windows.reopen_check_in(hall.lesson_id, reason="a good reason")
    windows.close_check_in(hall.lesson_id)
    with pytest.raises(InvalidInput):
        windows.reopen_check_in(hall.lesson_id, reason="x")
    with time_machine.travel(clock.now() + timedelta(days=1)), pytest.raises(Refused):
        windows.reopen_check_in(hall.lesson_id, reason="a good reason")


def test_check_in_opens_on_its_own_day_only_and_runs_on_when_it_had_lapsed(app: Flask) -> None:
    hall = build_hall()
    with pytest.raises(Refused):
        windows.open_check_in(hall.tomorrow_id)
    first = windows.open_check_in(hall.lesson_id)
    assert windows.open_check_in(hall.lesson_id) == first

    with time_machine.travel(first.closes_at + timedelta(minutes=1)):
        if clock.today() == clock.local(first.opened_at).date():
            assert windows.open_check_in(hall.lesson_id).live
    with time_machine.travel(clock.now() + timedelta(days=1)), pytest.raises(Refused):
        windows.open_check_in(hall.lesson_id)


def test_the_key_of_a_lesson_is_stored_encrypted(hall: Hall) -> None:
    stored = db.session.scalar(select(CheckInWindow.key_encrypted))

    assert stored is not None
    assert hall.key().hex() not in stored
    assert len(hall.key()) == 32


def test_a_tick_needs_a_reason_and_keeps_who_and_when(hall: Hall) -> None:
    with pytest.raises(InvalidInput):
        staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="x")

    marked = staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="flat_battery")
    again = staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="flat_battery")

    record = db.session.execute(select(AttendanceRecord.method, AttendanceRecord.reason)).one()
    assert (marked.outcome, again.outcome) == ("accepted", "repeated")
    assert tuple(record) == ("staff", "flat_battery")


def test_leave_is_noted_before_the_lesson_and_presence_is_not(app: Flask) -> None:
    hall = build_hall()

    staff.mark(hall.tomorrow_id, hall.enrollments[0], status="leave_official", reason="")

    with pytest.raises(Refused):
        staff.mark(hall.tomorrow_id, hall.enrollments[1], status="present", reason="no_phone")


def test_a_person_of_another_class_is_unknown_here(hall: Hall) -> None:
    other = build_hall(people=1, code="BC2")

    with pytest.raises(NotFound):
        staff.mark(hall.lesson_id, other.enrollments[0], status="present", reason="no_phone")


def test_a_closed_record_is_corrected_with_reason_and_the_old_status_is_kept(hall: Hall) -> None:
    windows.close_check_in(hall.lesson_id)
    with pytest.raises(Conflict):
        staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")

    staff.correct(hall.lesson_id, hall.enrollments[0], status="leave_sick", reason="brought the certificate")

    change = db.session.execute(select(AttendanceCorrection.old_status, AttendanceCorrection.new_status)).one()
    assert tuple(change) == ("absent", "leave_sick")
    assert hall.status(0) == "leave_sick"
    kinds = set(db.session.scalars(select(AuditEntry.kind)))
    assert "attendance.AttendanceCorrected" in kinds
    with pytest.raises(Conflict):
        staff.correct(hall.lesson_id, hall.enrollments[0], status="leave_sick", reason="brought the certificate")
    with pytest.raises(InvalidInput):
        staff.correct(hall.lesson_id, hall.enrollments[0], status="present", reason="")


def test_entries_noted_offline_each_get_their_own_outcome(hall: Hall) -> None:
    badge = badges.make_badge(hall.enrollments[0])
    forged = badges.make_badge(hall.enrollments[1])[:-1] + "7"
    late = clock.now() + timedelta(seconds=1)
    entries = [
        tablet.Entry("n1", badge=badge, at=clock.now()),
        tablet.Entry("n2", badge=forged if forged != badges.make_badge(hall.enrollments[1]) else forged[:-1] + "6"),
        tablet.Entry("n3", enrollment_id=hall.enrollments[1], reason="no_phone", at=late),
        tablet.Entry("n4", enrollment_id=hall.enrollments[2]),
        tablet.Entry("n5", enrollment_id=hall.enrollments[2], reason="no_phone", at=clock.now() + timedelta(hours=30)),
        tablet.Entry("n1", badge=badge, at=clock.now()),
        tablet.Entry("n6", badge=badge),
    ]

    done = tablet.record_entries(hall.lesson_id, entries)

    assert [(each.outcome, each.code) for each in done] == [
        ("accepted", ""),
        ("refused", "bad_badge"),
        ("accepted", ""),
        ("refused", "reason_needed"),
        ("refused", "bad_time"),
        ("accepted", ""),
        ("repeated", ""),
    ]
    assert db.session.scalar(select(func.count()).select_from(AttendanceRecord)) == 2


def test_a_doubt_is_settled_once_with_words_and_changes_no_status(hall: Hall) -> None:
    device = hash_of("one phone for two")
    scanning.check_in(Who(hall.accounts[0], device), code=hall.code())
    scanning.check_in(Who(hall.accounts[1], device), code=hall.code())
    waiting = open_flags([hall.class_id])

    assert [(flag.code, flag.enrollment_id) for flag in waiting] == [
        ("shared_device", hall.enrollments[1]),
        ("shared_device", hall.enrollments[0]),
    ]
    with pytest.raises(InvalidInput):
        staff.settle_flag(waiting[0].id, "ok")
    staff.settle_flag(waiting[0].id, "seen_in_room")
    with pytest.raises(Conflict):
        staff.settle_flag(waiting[0].id, "seen_in_room")
    assert [flag.id for flag in open_flags([hall.class_id])] == [waiting[1].id], "the other one's is another"
    staff.settle_flag(waiting[1].id, "lent_phone")
    assert open_flags([hall.class_id]) == []
    assert (hall.status(0), hall.status(1)) == ("present", "present")
    assert (
        db.session.scalar(select(AttendanceFlag.settlement).where(AttendanceFlag.id == waiting[0].id)) == "seen_in_room"
    )


def test_heads_are_compared_with_records(hall: Hall) -> None:
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())

    counts = windows.count_heads(hall.lesson_id, 2)

    assert counts.attended == 1
    with pytest.raises(InvalidInput):
        windows.count_heads(hall.lesson_id, -1)
    with pytest.raises(NotFound):
        windows.count_heads(hall.tomorrow_id, 1)


def test_imported_attendance_closes_its_lessons_and_says_so(app: Flask) -> None:
    hall = build_hall()
    sheet = {
        (hall.lesson_id, person): status
        for person, status in zip(hall.enrollments, ("present", "absent", "late"), strict=True)
    }

    first = store_imported(hall.class_id, sheet)
    again = store_imported(hall.class_id, sheet)
    changed = store_imported(hall.class_id, {**sheet, (hall.lesson_id, hall.enrollments[1]): "leave_sick"})

    assert (first.created, again.unchanged, changed.updated) == (3, 3, 1)
    assert {record.status for record in records_of_class(hall.class_id)} == {"present", "late", "leave_sick"}
    assert lesson_counts([hall.lesson_id])[hall.lesson_id].state == "closed"
    assert db.session.scalar(select(AttendanceCorrection.old_status)) == "absent"
    with pytest.raises(InvalidInput):
        store_imported(hall.class_id, {(hall.lesson_id, hall.enrollments[0]): "asleep"})
