"""Who is of a lesson: every figure of a lesson says the same, whoever joined or left the class meanwhile."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.attendance_hall import Hall, build_hall, teacher
from tests.discipline.conftest import actor_of
from training_app.attendance import roster_rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import get_call
from training_app.attendance.queries.groups import grouped
from training_app.attendance.queries.people import lesson_people
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.queries.screen import screen_of
from training_app.attendance.queries.wall import wall_for
from training_app.attendance.roster_rules import Place
from training_app.attendance.services import calls, staff, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.attendance.services.keying import PaperLine, key_in
from training_app.classes.api import set_enrollment_status
from training_app.classes.models import Enrollment, EnrollmentStep
from training_app.classes.services.enrolment import withdraw
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Refused
from training_app.discipline.queries.bulletins import write_bulletin

_NINE = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
_moments = st.integers(-600, 600).map(lambda minute: _NINE + timedelta(minutes=minute))


@given(in_class=st.booleans(), recorded=st.booleans(), left_at=st.none() | _moments, closed=st.booleans())
def test_who_has_a_record_is_of_the_lesson_and_nobody_else_once_it_is_closed(
    in_class: bool, recorded: bool, left_at: datetime | None, closed: bool
) -> None:
    said = roster_rules.standing(
        Place(in_class, recorded, None if in_class else left_at), closed=closed, began_at=_NINE
    )

    if recorded:
        assert said == ("of" if in_class else "left")
    elif closed:
        assert said == ("later" if in_class else "")
    else:
        was_due = in_class or (left_at is not None and left_at > _NINE)
        assert roster_rules.counts_in(said) == was_due
    assert (said == "left") <= (not in_class)


@pytest.mark.parametrize(
    ("standing", "seen", "may"),
    [
        ("of", 0, True),
        ("left", -1, True),
        ("left", None, True),
        ("left", 1, False),
        ("later", 0, False),
        ("", 0, False),
    ],
)
def test_who_left_may_be_noted_as_seen_before_they_left(standing: str, seen: int | None, may: bool) -> None:
    seen_at = None if seen is None else _NINE + timedelta(minutes=seen)
    assert roster_rules.may_be_marked(standing, left_at=_NINE, seen_at=seen_at) == may


_LOOKS = itertools.count(2, 3)


def _figures(hall: Hall, reader: Any) -> tuple[int, int]:
    """Expected and attended, wherever the lesson says them: they have to agree."""
    db.session.rollback()
    lesson = hall.lesson_id
    counts = lesson_counts([lesson])[lesson]
    with acting_as(reader):
        people = lesson_people(lesson, reader, ATTENDANCE["view"], later=True)
        with time_machine.travel(
            clock.now() + timedelta(seconds=next(_LOOKS))
        ):  # past what the screens share for a second
            wall = json.loads(wall_for(lesson, reader, ATTENDANCE["view"]).body)
            screen = screen_of(lesson).counts
    groups = grouped(people, None)
    assert asdict(screen) == asdict(counts)
    assert {name: wall["counts"][name] for name in ("expected", "attended", "missing", "absent", "on_leave")} == {
        "expected": counts.expected,
        "attended": counts.attended,
        "missing": counts.missing,
        "absent": counts.absent,
        "on_leave": counts.on_leave,
    }
    assert len(groups["here"]) == counts.attended
    assert len(groups["missing"]) == counts.missing
    assert len(groups["absent"]) == counts.absent
    assert len(groups["leave"]) == counts.on_leave
    assert len(groups["exempt"]) == counts.exempt
    assert len(groups["all"]) == counts.expected + counts.exempt
    recorded = {each.enrollment_id: each.status for each in groups["all"] if each.status}
    assert {person: status for status, ids in wall["marks"].items() for person in ids} == recorded
    return counts.expected, counts.attended


@pytest.fixture
def room(app: Flask) -> tuple[Hall, Any]:
    """Four people, check-in open; the class teacher reads."""
    hall = build_hall(people=4)
    windows.open_check_in(hall.lesson_id)
    return hall, actor_of(teacher(hall.class_id))


def test_who_came_and_left_the_class_stays_of_the_lesson(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    for person in (0, 1):
        scanning.check_in(Who(hall.accounts[person]), code=hall.code())
    assert _figures(hall, reader) == (4, 2)

    withdraw([hall.enrollments[0]], reason="调离本县")

    assert _figures(hall, reader) == (4, 2), "open: who came is counted on, and three of four are still in the class"
    (gone,) = [each for each in lesson_people(hall.lesson_id, reader, ATTENDANCE["view"]) if each.standing == "left"]
    assert gone.enrollment_id == hall.enrollments[0]
    assert gone.left_at is not None
    closing = windows.close_check_in(hall.lesson_id)
    assert closing.marked_absent == 2
    assert _figures(hall, reader) == (4, 2)
    bulletin = write_bulletin(hall.class_id, "daily", clock.today())
    assert bulletin["totals"]["people"] == 4
    assert bulletin["totals"]["absent_times"] == 2


def test_nothing_is_asked_in_a_call_of_those_who_left_the_class(room: tuple[Hall, Any]) -> None:
    hall, _reader = room
    for person in (0, 1):
        scanning.check_in(Who(hall.accounts[person]), code=hall.code())
    withdraw([hall.enrollments[0]], reason="调离本县")
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        call = calls.start_call(hall.lesson_id, "mid")
        assert get_call(hall.lesson_id, call.id).missed == (hall.enrollments[1],)
        assert calls.end_calls(hall.lesson_id) == 1


def test_who_left_before_the_lesson_began_is_not_of_it(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    withdraw([hall.enrollments[0]], reason="调离本县")

    assert _figures(hall, reader) == (3, 0)
    with pytest.raises(Refused):
        staff.mark(hall.lesson_id, hall.enrollments[0], status="present", reason="no_phone")
    assert windows.close_check_in(hall.lesson_id).marked_absent == 3
    assert hall.status(0) is None
    assert _figures(hall, reader) == (3, 0)


def test_who_left_after_it_began_was_due_and_may_be_keyed_in_from_paper(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    one, two = hall.enrollments[:2]
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        withdraw([one, two], reason="调离本县")
        later = clock.now() + timedelta(minutes=10)
    with time_machine.travel(later):
        assert _figures(hall, reader) == (4, 0)
        with pytest.raises(Refused):
            staff.mark(hall.lesson_id, one, status="present", reason="no_phone")  # seen after they had left
        assert key_in(hall.lesson_id, [PaperLine(one, "present")], reason="keyed_in_later") == 1
        assert _figures(hall, reader) == (4, 1)
        assert windows.close_check_in(hall.lesson_id).marked_absent == 3
        assert _figures(hall, reader) == (4, 1)


def test_a_nomination_taken_back_was_never_in_the_class(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    one = hall.enrollments[0]
    with unit_of_work() as session:
        session.get_one(Enrollment, one).status = "nominated"
        session.add(EnrollmentStep(enrollment_id=one, status="nominated", at=clock.now()))
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        withdraw([one], reason="单位撤回推荐")
        assert _figures(hall, reader) == (3, 0)


def test_who_comes_into_the_class_after_closing_is_shown_apart_and_not_counted(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    one = hall.enrollments[0]
    with unit_of_work() as session:
        session.get_one(Enrollment, one).status = "nominated"
    scanning.check_in(Who(hall.accounts[1]), code=hall.code())
    windows.close_check_in(hall.lesson_id)
    assert _figures(hall, reader) == (3, 1)

    set_enrollment_status(one, "studying", reason="补录")

    assert _figures(hall, reader) == (3, 1)
    everybody = lesson_people(hall.lesson_id, reader, ATTENDANCE["view"], later=True)
    assert [each.enrollment_id for each in grouped(everybody, None)["later"]] == [one]
    staff.correct(hall.lesson_id, one, status="present", reason="旁听了这一课")
    assert _figures(hall, reader) == (4, 2)


def test_an_exemption_is_neither_expected_nor_on_leave(room: tuple[Hall, Any]) -> None:
    hall, reader = room
    staff.mark(hall.lesson_id, hall.enrollments[0], status="exempt", reason="组织安排授课")
    assert _figures(hall, reader) == (3, 0)
    windows.close_check_in(hall.lesson_id)
    assert _figures(hall, reader) == (3, 0)


def test_tiles_list_panel_and_paper_of_the_page_say_the_same(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=8)
    staff_side = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    windows.open_check_in(hall.lesson_id)
    for person in range(3):
        scanning.check_in(Who(hall.accounts[person]), code=hall.code())
    withdraw([hall.enrollments[0]], reason="调离本县")
    db.session.rollback()
    for closed in (False, True):
        page = staff_side.get(f"/lessons/{hall.lesson_id}/attendance?show=all").text
        tiles = {word: int(number) for word, number in re.findall(r"([^<>\s]+) <b>(\d+)</b>\s*</a>", page)}
        listed = len(re.findall(r'<tr data-href="/lessons/\d+/people/\d+">', page))
        assert (tiles["全部"], tiles["已到"], listed) == (8, 3, 8), closed
        assert page.count("已不在本班") == 1
        wall = staff_side.get(f"/lessons/{hall.lesson_id}/wall").text
        assert len(re.findall(r'class="wall-tile"', wall)) == 8
        if not closed:
            close = staff_side.get(f"/lessons/{hall.lesson_id}/check-in/close").text
            assert "关闭考勤，5人记缺勤" in close
            windows.close_check_in(hall.lesson_id)
            db.session.rollback()
    for path in (f"/lessons/{hall.lesson_id}/sign-in.pdf", f"/classes/{hall.class_id}/sign-in.pdf"):
        paper = pypdfium2.PdfDocument(staff_side.get(path).data)
        text = paper[0].get_textpage().get_text_range()
        assert "应到：8人" in text.replace("\u3000", " "), path
        assert "实到：3人" in text, path
