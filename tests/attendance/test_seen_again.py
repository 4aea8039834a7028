"""A badge scanned, or a list keyed in, says that somebody was seen: it never makes anything worse of who has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.attendance_hall import Hall
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.services import badges, staff, tablet
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.attendance.services.keying import PaperLine, key_in
from training_app.classes.models import Lesson
from training_app.core import clock
from training_app.core.db import db, unit_of_work


@pytest.fixture
def begun(hall: Hall) -> Hall:
    """A lesson in which it is late by now; the first trainee scanned in time."""
    scanning.check_in(Who(hall.accounts[0], "phone"), code=hall.code(), nonce="own")
    assert hall.status(0) == "present"
    with unit_of_work() as session:
        session.execute(
            update(Lesson).where(Lesson.id == hall.lesson_id).values(starts_at=clock.now() - timedelta(minutes=20))
        )
        session.execute(
            update(CheckInWindow)
            .where(CheckInWindow.lesson_id == hall.lesson_id)
            .values(late_from=clock.now() - timedelta(minutes=10))
        )
    return hall


def _badge(hall: Hall, person: int, nonce: str) -> tablet.EntryOutcome:
    badge = badges.make_badge(hall.enrollments[person])
    (done,) = tablet.record_entries(hall.lesson_id, [tablet.Entry(nonce, badge=badge, at=clock.now())])
    return done


def test_a_badge_scanned_later_leaves_the_scan_in_time(begun: Hall) -> None:
    done = _badge(begun, 0, "door")

    assert (done.outcome, done.status) == ("repeated", "present")
    assert begun.status(0) == "present"
    record = db.session.query(AttendanceRecord).one()
    assert (record.method, record.operator_id) == ("scan", None)


def test_whoever_was_not_recorded_is_late_by_the_badge(begun: Hall) -> None:
    assert _badge(begun, 1, "door").status == "late"


def test_a_badge_that_arrives_late_does_not_bring_back_who_left(begun: Hall) -> None:
    staff.mark(begun.lesson_id, begun.enrollments[0], status="left_early", reason="回单位处理急事")

    assert _badge(begun, 0, "queued").outcome == "repeated"
    assert begun.status(0) == "left_early"


def test_staff_still_say_late_on_purpose(begun: Hall) -> None:
    staff.mark(begun.lesson_id, begun.enrollments[0], status="late", reason="签到后离开过")

    assert begun.status(0) == "late"


def test_a_list_keyed_in_leaves_who_scanned_meanwhile(begun: Hall) -> None:
    lines = [PaperLine(begun.enrollments[n], "present", clock.now()) for n in (0, 1)]

    assert key_in(begun.lesson_id, lines, reason="keyed_in_later") == 1
    assert (begun.status(0), begun.status(1)) == ("present", "late")
