"""Seats of a class: on both databases, on the page and the plan, in a lesson's list, on the wall and the screen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.attendance_hall import Hall as Room
from tests.attendance_hall import build_hall, teacher
from training_app.attendance.queries.windows import latest_names
from training_app.attendance.services import staff, windows
from training_app.audit.models import AuditEntry
from training_app.classes.api import seating_of, seats_of
from training_app.classes.models import Enrollment, PersonSeat, TrainingClass
from training_app.classes.seating_rules import Hall, Seat
from training_app.classes.services import seating
from training_app.core import clock
from training_app.core.db import db, unit_of_work
from training_app.core.errors import InvalidInput, NotFound, Refused


@pytest.fixture
def room(app: Flask) -> Room:
    """Five people, no seats yet, on both databases."""
    return build_hall(people=5)


def test_everybody_is_seated_and_two_change_places(room: Room) -> None:
    assert seating_of(room.class_id) is None
    seating.lay_out(room.class_id, Hall(2, 3, (1,)))
    one, two, *_rest, five = room.enrollments

    assert seating.fill(room.class_id, "list", keep=False) == 5
    seating.exchange(room.class_id, Seat(1, 1), Seat(1, 2))
    seating.exchange(room.class_id, Seat(2, 3), five)

    found = seating_of(room.class_id)
    assert found is not None
    assert found.hall == Hall(2, 3, (1,))
    assert (found.seats[one], found.seats[two], found.seats[five]) == (Seat(1, 2), Seat(1, 1), Seat(2, 3))
    assert len(found.seats) == 5
    body = db.session.scalar(
        select(AuditEntry.body).where(AuditEntry.kind == "classes.PersonSeated").order_by(AuditEntry.id).limit(1)
    )
    assert body is not None
    assert (body["old"], body["new"]) == ("1排1座", "1排2座")


def test_a_smaller_hall_says_who_lost_the_seat_and_too_small_a_one_seats_nobody(room: Room) -> None:
    seating.lay_out(room.class_id, Hall(2, 3))
    seating.fill(room.class_id, "list", keep=False)

    assert seating.lay_out(room.class_id, Hall(1, 3)) == 2
    assert len(seats_of(room.class_id)) == 3
    with pytest.raises(Refused) as refused:
        seating.fill(room.class_id, "list", keep=True)
    assert refused.value.code == "too_few_seats"
    assert seating.clear(room.class_id) == 3
    assert seats_of(room.class_id) == {}


def test_those_who_sit_keep_their_seat_and_who_left_the_class_gives_it_up(room: Room) -> None:
    seating.lay_out(room.class_id, Hall(2, 3))
    seating.exchange(room.class_id, room.enrollments[4], Seat(1, 1))
    seating.exchange(room.class_id, room.enrollments[3], Seat(1, 2))
    with unit_of_work() as session:
        session.execute(update(Enrollment).where(Enrollment.id == room.enrollments[3]).values(status="withdrawn"))

    seating.fill(room.class_id, "list", keep=True)

    assert seats_of(room.class_id)[room.enrollments[4]] == Seat(1, 1)
    assert seats_of(room.class_id)[room.enrollments[0]] == Seat(1, 2)
    assert room.enrollments[3] not in seats_of(room.class_id)


def test_no_seat_twice_even_past_the_rules(room: Room) -> None:
    seating.lay_out(room.class_id, Hall(2, 3))
    seating.exchange(room.class_id, room.enrollments[0], Seat(1, 1))

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(PersonSeat(class_id=room.class_id, enrollment_id=room.enrollments[1], row_no=1, column_no=1))


def test_what_cannot_be(room: Room) -> None:
    with pytest.raises(NotFound):
        seating.fill(room.class_id, "list", keep=False)
    with pytest.raises(InvalidInput):
        seating.lay_out(room.class_id, Hall(0, 3))
    seating.lay_out(room.class_id, Hall(2, 3))
    other = build_hall(people=1, code="BC2")
    for first, second in ((Seat(1, 1), Seat(9, 9)), (Seat(1, 1), Seat(1, 2)), (None, None)):
        with pytest.raises(InvalidInput):
            seating.exchange(room.class_id, first, second)
    with pytest.raises(NotFound):
        seating.exchange(room.class_id, other.enrollments[0], Seat(1, 1))


def test_the_screen_shows_names_as_the_class_wants_them(room: Room) -> None:
    windows.open_check_in(room.lesson_id)
    with unit_of_work() as session:
        session.execute(update(Enrollment).where(Enrollment.id == room.enrollments[0]).values(name="上官光生"))
    staff.mark(room.lesson_id, room.enrollments[0], status="present", reason="no_phone")
    shown = []
    for way in ("full", "surname", "initials"):
        with unit_of_work() as session:
            session.execute(update(TrainingClass).where(TrainingClass.id == room.class_id).values(names_shown=way))
        shown += [each.name for each in latest_names(room.lesson_id)]

    assert shown == ["上官光生", "上官**", "SGGS"]


# --- pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hall(sqlite_app: Flask) -> Room:
    return build_hall(people=5)


def test_seats_are_laid_out_filled_changed_printed_and_cleared(
    sqlite_app: Flask, hall: Room, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    url = f"/classes/{hall.class_id}/seating"
    assert "设置会场" in browser.get(url).text
    assert browser.get(url + ".pdf").status_code == 404
    bad = browser.post(url + "/hall", data={"rows": "2", "columns": "4", "aisles": "9"})
    assert (bad.status_code, "请填写排内座位号" in bad.text) == (422, True)

    browser.post(url + "/hall", data={"rows": "2", "columns": "4", "aisles": "2"})
    browser.post(url + "/fill", data={"order": "list", "keep": "y"})
    first = browser.get(url + "?chosen=1-1").text
    assert 'value="1-2"' in first
    browser.post(url + "/exchange", data={"first": "1-1", "second": "2-4"})

    assert seats_of(hall.class_id)[hall.enrollments[0]] == Seat(2, 4)
    paper = browser.get(url + ".pdf")
    text = pypdfium2.PdfDocument(io.BytesIO(paper.data))[0].get_textpage().get_text_range()
    assert "座次表" in text.replace(" ", "")
    assert all(f"学员{number}" in text for number in range(1, 6))
    assert browser.get(url + ".docx").status_code == 200
    roster = browser.get(f"/classes/{hall.class_id}/roster.pdf")
    assert "2排4座" in pypdfium2.PdfDocument(io.BytesIO(roster.data))[0].get_textpage().get_text_range()
    rows = browser.get(url + "?format=csv").get_data(as_text=True)
    assert rows.index("学员2") < rows.index("学员1")
    assert "2排4座" in rows
    assert browser.post(url + "/clear").status_code == 303
    db.session.rollback()  # a read that is still open would see the older state
    assert seats_of(hall.class_id) == {}


def test_only_who_runs_the_class_may_seat_its_people(
    sqlite_app: Flask, hall: Room, sign_in: Callable[..., Any]
) -> None:
    seating.lay_out(hall.class_id, Hall(2, 4))
    url = f"/classes/{hall.class_id}/seating"
    leader = sign_in(sqlite_app, "leader")

    assert "exchange" not in re.sub(r'action="[^"]*exchange"', "", leader.get(url).text)
    assert "设置会场" not in leader.get(url).text
    assert leader.post(url + "/clear").status_code == 403
    stranger = sign_in(sqlite_app, account_id=teacher(build_hall(people=1, code="BC3").class_id, "other"))
    assert stranger.get(url).status_code == 404
    assert stranger.post(url + "/exchange", data={"first": "1-1", "second": "1-2"}).status_code == 404


def test_the_list_of_a_lesson_and_its_wall_stand_by_seat_once_there_are_seats(
    sqlite_app: Flask, hall: Room, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    seating.lay_out(hall.class_id, Hall(2, 4, (2,)))
    for at, who in enumerate((3, 1, 0, 2), 1):
        seating.exchange(hall.class_id, hall.enrollments[who], Seat(1, at))

    def order(page: str, pattern: str) -> list[str]:
        return re.findall(pattern, browser.get(page).text)

    listed = order(f"/lessons/{hall.lesson_id}/attendance?show=all", r'<td class="c-main"><a[^>]*>(.+?)</a>')
    assert listed == ["学员4", "学员2", "学员1", "学员3", "学员5"]
    by_name = order(f"/lessons/{hall.lesson_id}/attendance?show=all&by=name", r'<td class="c-main"><a[^>]*>(.+?)</a>')
    assert by_name == ["学员1", "学员2", "学员3", "学员4", "学员5"]
    wall = f"/lessons/{hall.lesson_id}/wall"
    assert order(wall, r'class="wall-name">(.+?)<') == listed
    feed = f"/api/v1/lessons/{hall.lesson_id}/wall"
    drawn = re.search(r'data-people="(\w+)"', browser.get(wall).text)
    assert drawn is not None
    assert browser.get(feed).json["people"] == drawn[1]
    seating.exchange(hall.class_id, Seat(1, 1), Seat(2, 1))
    with time_machine.travel(clock.now() + timedelta(seconds=2)):
        assert browser.get(feed).json["people"] != drawn[1]
    seating.exchange(hall.class_id, Seat(1, 1), Seat(2, 1))
    assert browser.get(wall).text.count('class="wall-aisle"') == 2
    assert browser.get(wall).text.count("wall-cell is-free") == 4


def test_the_wall_obeys_the_class_and_its_setting_is_on_the_class_form(
    sqlite_app: Flask, hall: Room, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    form = browser.get(f"/classes/{hall.class_id}/settings").text
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
    saved = browser.post(
        f"/classes/{hall.class_id}/settings",
        data={
            **{name: values[name] for name in ("name", "starts_on", "ends_on", "step_seconds")},
            "names_shown": "surname",
        },
    )

    assert saved.status_code == 302
    wall = browser.get(f"/lessons/{hall.lesson_id}/wall").text
    assert re.findall(r'class="wall-name">(.+?)<', wall) == ["学**"] * 5
    assert "学员1" in browser.get(f"/lessons/{hall.lesson_id}/attendance?show=all").text
