"""Staff do not record themselves, and a day after a lesson nobody marks alone, whether it was closed or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.attendance_hall import Hall, staff_of
from tests.discipline.conftest import actor_of
from training_app.accounts.services import people
from training_app.attendance.models import AttendanceFlag, AttendanceRecord
from training_app.attendance.services import badges, staff, tablet, undo, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.corrections import correct_or_ask
from training_app.attendance.services.judging import Who
from training_app.attendance.services.keying import PaperLine, key_in
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.actor import Actor, acting_as, system
from training_app.core.db import db
from training_app.core.errors import DomainError


@pytest.fixture
def both(hall: Hall) -> Actor:
    """The first trainee, who also runs the class."""
    with acting_as(system("test")):
        people.grant_role(hall.accounts[0], "class_teacher")
    staff_of(hall.class_id, hall.accounts[0])
    return actor_of(hall.accounts[0])


def _refused(act) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def test_nobody_records_corrects_or_settles_anything_about_themselves(hall: Hall, both: Actor) -> None:
    own, lesson = hall.enrollments[0], hall.lesson_id
    scanning.check_in(Who(hall.accounts[1], "one phone"), code=hall.code(), nonce="a")
    scanning.check_in(Who(hall.accounts[0], "one phone"), code=hall.code(), nonce="b")
    flag = db.session.scalar(
        select(AttendanceFlag.id)
        .join(AttendanceRecord, AttendanceRecord.id == AttendanceFlag.record_id)
        .where(AttendanceFlag.code == "shared_device", AttendanceRecord.enrollment_id == own)
    )
    with acting_as(both):
        assert _refused(lambda: staff.mark(lesson, own, status="present", reason="no_phone")) == "own_record"
        assert _refused(lambda: undo.take_back(lesson, own)) == "own_record"
        assert _refused(lambda: staff.settle_flag(flag, "seen_in_room")) == "own_record"
        (done,) = tablet.record_entries(lesson, [tablet.Entry("n", badge=badges.make_badge(own), at=clock.now())])
        assert (done.outcome, done.code) == ("refused", "own_record")
        assert staff.mark(lesson, hall.enrollments[2], status="present", reason="no_phone").outcome == "accepted"
        windows.close_check_in(lesson)
        assert _refused(lambda: staff.correct(lesson, own, status="late", reason="其实迟到了")) == "own_record"
        assert _refused(lambda: correct_or_ask(lesson, own, status="late", reason="其实迟到了")) == "own_record"


@pytest.fixture
def day_after(hall: Hall) -> Iterator[Hall]:
    """The lesson was never closed, and ended more than a day ago."""
    with time_machine.travel(get_lesson(hall.lesson_id).ends_at + timedelta(hours=24, minutes=1), tick=True):
        yield hall


def test_a_day_after_nobody_is_marked_on_one_person_s_word(day_after: Hall) -> None:
    lesson, (one, two, three) = day_after.lesson_id, day_after.enrollments
    for status in ("present", "absent", "leave_official"):
        assert _refused(lambda s=status: staff.mark(lesson, one, status=s, reason="no_phone")) == "second_person"
    entry = tablet.Entry("n", enrollment_id=one, reason="no_phone")
    assert [each.code for each in tablet.record_entries(lesson, [entry])] == ["second_person"]
    seen = get_lesson(lesson).starts_at
    (queued,) = tablet.record_entries(lesson, [tablet.Entry("q", badge=badges.make_badge(two), at=seen)])
    assert (queued.outcome, queued.status) == ("accepted", "present")
    assert key_in(lesson, [PaperLine(three, "present", seen)], reason="keyed_in_later") == 1


def test_until_then_one_person_is_enough(hall: Hall) -> None:
    with time_machine.travel(get_lesson(hall.lesson_id).ends_at + timedelta(hours=23, minutes=59), tick=True):
        assert (
            staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone").outcome == "accepted"
        )
