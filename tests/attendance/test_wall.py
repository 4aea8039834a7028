"""The live wall: who is on it, what its feed says to whom, and the list in the order asked for."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, event, update

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.accounts.api import store_unit
from training_app.accounts.services.sessions import end_sessions
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.wall import wall_for
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, windows
from training_app.attendance.services.judging import Who
from training_app.classes.models import Enrollment
from training_app.core import clock
from training_app.core.actor import system
from training_app.core.db import unit_of_work
from training_app.core.errors import NotFound

LATER = timedelta(seconds=2)


def said(hall: Hall, *, later: timedelta = timedelta()) -> dict[str, Any]:
    with time_machine.travel(clock.now() + later):
        found: dict[str, Any] = json.loads(wall_for(hall.lesson_id, system("test"), ATTENDANCE["view"]).body)
    return found


def test_it_says_by_status_who_came_and_nothing_of_those_who_did_not(hall: Hall) -> None:
    one, two, three = hall.enrollments
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())
    staff.mark(hall.lesson_id, two, status="leave_sick", reason="")

    found = said(hall)

    assert found["marks"] == {"present": [one], "leave_sick": [two]}
    assert found["state"] == "open"
    assert {name: found["counts"][name] for name in ("expected", "attended", "on_leave", "missing")} == {
        "expected": 3,
        "attended": 1,
        "on_leave": 1,
        "missing": 1,
    }
    assert str(three) not in json.dumps(found["marks"])


def test_for_a_second_all_are_told_the_same_and_then_what_has_become_of_it(hall: Hall) -> None:
    before = said(hall)
    scanning.check_in(Who(hall.accounts[0]), code=hall.code())

    assert said(hall) == before
    assert said(hall, later=LATER)["marks"] == {"present": [hall.enrollments[0]]}


def test_another_person_in_the_class_makes_the_page_draw_itself_anew(hall: Hall) -> None:
    before = said(hall)["people"]
    with unit_of_work() as session:
        session.execute(update(Enrollment).where(Enrollment.id == hall.enrollments[2]).values(status="withdrawn"))

    assert said(hall, later=LATER)["people"] != before


def test_no_such_lesson(app: Flask) -> None:
    with pytest.raises(NotFound):
        wall_for(999, system("test"), ATTENDANCE["view"])


# --- pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def room(sqlite_app: Flask) -> Hall:
    """Three people, check-in open, on SQLite."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made


def test_the_feed_is_304_while_nothing_changes_and_asks_the_database_nothing_more(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=teacher(room.class_id))
    url = f"/api/v1/lessons/{room.lesson_id}/wall"
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    with time_machine.travel(clock.now(), tick=False):
        first = browser.get(url)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            again = browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-store"
    assert "学员" not in first.text
    assert statements == []
    staff.mark(room.lesson_id, room.enrollments[0], status="present", reason="no_phone")
    with time_machine.travel(clock.now() + LATER):
        changed = browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["marks"]) == (200, {"present": [room.enrollments[0]]})


def test_a_unit_sees_its_own_people_only(sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]) -> None:
    unit = store_unit(code="A1", name="县财政局")
    other = store_unit(code="A2", name="县审计局")
    with unit_of_work() as session:
        session.execute(update(Enrollment).where(Enrollment.id == room.enrollments[1]).values(unit_id=unit))
    for each in room.enrollments:
        staff.mark(room.lesson_id, each, status="present", reason="no_phone")
    own = sign_in(sqlite_app, "unit_officer", unit_id=unit)
    stranger = sign_in(sqlite_app, "unit_officer", unit_id=other)

    assert own.get(f"/api/v1/lessons/{room.lesson_id}/wall").json["marks"] == {"present": [room.enrollments[1]]}
    page = own.get(f"/lessons/{room.lesson_id}/wall").text
    assert re.findall(r'data-id="(\d+)"', page) == [str(room.enrollments[1])]
    for url in (f"/api/v1/lessons/{room.lesson_id}/wall", f"/lessons/{room.lesson_id}/wall"):
        assert stranger.get(url).status_code == 404
        assert sign_in(sqlite_app, account_id=room.accounts[0]).get(url).status_code == 403


def test_tiles_are_links_with_sign_and_word_and_the_page_agrees_with_its_feed(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    staff.mark(room.lesson_id, room.enrollments[0], status="leave_sick", reason="")
    browser = sign_in(sqlite_app, account_id=teacher(room.class_id))

    page = browser.get(f"/lessons/{room.lesson_id}/wall").text

    assert page.count('class="wall-tile"') == 3
    assert f'href="/lessons/{room.lesson_id}/people/{room.enrollments[0]}"' in page
    tile = page[page.index(f'data-id="{room.enrollments[0]}"') :].partition("</a>")[0]
    assert ">△<" in tile
    assert "病假" in tile
    shown = re.search(r'data-people="(\w+)"', page)
    assert shown is not None
    assert browser.get(f"/api/v1/lessons/{room.lesson_id}/wall").json["people"] == shown[1]
    assert 'id="record"' in page


def test_the_list_comes_by_name_as_the_dictionary_has_it_and_a_tap_stays_there(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    with unit_of_work() as session:
        for each, name in zip(room.enrollments, ("张三", "阿依", "李四"), strict=True):
            session.execute(update(Enrollment).where(Enrollment.id == each).values(name=name))
    browser = sign_in(sqlite_app, account_id=teacher(room.class_id))
    url = f"/lessons/{room.lesson_id}/attendance?show=missing"

    def order(address: str) -> list[str]:
        return re.findall(r'<td class="c-main"><a[^>]*>(.+?)</a>', browser.get(address).text)

    assert order(url) == ["张三", "阿依", "李四"]
    assert order(url + "&by=name") == ["阿依", "李四", "张三"]
    assert order(url + "&by=nonsense") == ["张三", "阿依", "李四"]
    done = browser.post(
        f"/lessons/{room.lesson_id}/people/{room.enrollments[0]}/tick",
        data={"reason": "no_phone", "show": "missing", "by": "name"},
    )
    assert done.status_code == 303
    assert "by=name" in done.location
    assert order(done.location) == ["阿依", "李四"]


def test_the_lane_repeats_what_the_route_says_and_nothing_else(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    unit = store_unit(code="A1", name="县财政局")
    with unit_of_work() as session:
        session.execute(update(Enrollment).where(Enrollment.id == room.enrollments[1]).values(unit_id=unit))
    for each in room.enrollments:
        staff.mark(room.lesson_id, each, status="present", reason="no_phone")
    url = f"/api/v1/lessons/{room.lesson_id}/wall"
    for browser in (
        sign_in(sqlite_app, account_id=teacher(room.class_id)),
        sign_in(sqlite_app, "unit_officer", unit_id=unit),
    ):
        with time_machine.travel(clock.now(), tick=False):
            by_route, by_lane = browser.get(url), browser.get(url)
            assert (by_lane.status_code, by_lane.data) == (by_route.status_code, by_route.data)
            assert sorted(by_lane.headers) == sorted(by_route.headers)
            assert browser.get(url + "?x=1").data == by_route.data
            assert browser.post(url).status_code == 405
            assert browser.get(url.replace(f"/{room.lesson_id}/", "/999/")).status_code == 404
    assert sqlite_app.test_client().get(url).status_code == 401


def test_a_session_that_was_ended_is_let_in_for_ten_seconds_at_most(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=(account_id := teacher(room.class_id)))
    url = f"/api/v1/lessons/{room.lesson_id}/wall"
    begun = clock.now()
    with time_machine.travel(begun, tick=False):
        assert browser.get(url).status_code == 200
        end_sessions(account_id)
        assert browser.get(f"/lessons/{room.lesson_id}/wall").status_code == 302
    with time_machine.travel(begun + timedelta(seconds=9), tick=False):
        assert browser.get(url).status_code == 200
    with time_machine.travel(begun + timedelta(seconds=11), tick=False):
        assert browser.get(url).status_code == 401


def test_sixteen_pages_at_once_look_the_lesson_up_once(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(sqlite_app, account_id=teacher(room.class_id))
    url = f"/api/v1/lessons/{room.lesson_id}/wall"
    cookie = browser.client.get_cookie("sid").value
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM attendance_record" in statement and "enrollment_id" in statement:
            seen.append(statement)

    def look() -> None:
        client = sqlite_app.test_client()
        client.set_cookie("sid", cookie)
        assert client.get(url).status_code == 200

    now = clock.now() + LATER
    with time_machine.travel(now, tick=False):
        event.listen(Engine, "before_cursor_execute", note)
        try:
            threads = [threading.Thread(target=look) for _ in range(16)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    assert len(seen) == 1
