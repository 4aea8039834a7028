"""Where a phone says it is: evidence where a class asks for it, kept as a word, never as coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, radians
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from sqlalchemy import select, text, update

from tests.attendance_hall import Hall, build_hall, teacher
from tests.served import PHONE, at_browser, served
from training_app.attendance.models import AttendanceFlag, AttendancePlace
from training_app.attendance.place_rules import Fix, Point, accuracy_step, metres_between, verdict
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.class_rules import lay_down_rules
from training_app.attendance.services.judging import Who
from training_app.classes.api import get_lesson
from training_app.classes.models import Lesson
from training_app.core.db import db, unit_of_work
from training_app.courses.models import TeachingSite

SITE = Point(27.4512, 109.1834)
_METRES_PER_DEGREE = 111_195

latitudes, longitudes = st.floats(-89, 89), st.floats(-180, 180)
points = st.builds(Point, latitudes, longitudes)


def _away(metres: float) -> Point:
    return Point(SITE.latitude + metres / _METRES_PER_DEGREE, SITE.longitude)


@given(one=points, other=points)
def test_a_distance_is_the_same_both_ways_and_none_to_oneself(one: Point, other: Point) -> None:
    assert metres_between(one, other) == pytest.approx(metres_between(other, one), abs=1e-6)
    assert metres_between(one, one) == 0
    assert 0 <= metres_between(one, other) <= 20_100_000


def test_a_degree_is_as_long_as_it_is() -> None:
    assert metres_between(Point(0, 0), Point(1, 0)) == pytest.approx(_METRES_PER_DEGREE, rel=0.001)
    assert metres_between(Point(60, 10), Point(60, 11)) == pytest.approx(
        _METRES_PER_DEGREE * cos(radians(60)), rel=0.001
    )


@pytest.mark.parametrize(
    ("away", "accuracy", "found"),
    [
        (0, 10, "inside"),
        (290, 10, "inside"),
        (350, 20, "outside"),
        (350, 100, "inside"),  # within its own doubt it may be there
        (5000, 900, "outside"),
        (0, 1500, "unknown"),  # a fix that says nothing
    ],
)
def test_outside_is_only_who_cannot_be_inside(away: float, accuracy: float, found: str) -> None:
    assert verdict(Fix(_away(away), accuracy), SITE, 300) == found


@given(away=st.floats(0, 3000), accuracy=st.floats(0, 1000), radius=st.floats(50, 5000))
def test_a_better_fix_never_brings_somebody_in_who_was_out(away: float, accuracy: float, radius: float) -> None:
    better = verdict(Fix(_away(away), accuracy / 2), SITE, radius)
    if verdict(Fix(_away(away), accuracy), SITE, radius) == "outside":
        assert better == "outside"


def test_without_fix_or_place_nothing_is_known() -> None:
    assert verdict(None, SITE, 300) == verdict(Fix(SITE, 5), None, 300) == "unknown"
    assert [accuracy_step(metres) for metres in (0, 50, 50.1, 1000, 1000.1)] == [50, 50, 200, 1000, None]


@pytest.fixture
def field(app: Flask) -> Hall:
    """A lesson at a teaching site, whose class asks where phones are."""
    return _field()


def _field(*, asked: bool = True) -> Hall:
    hall = build_hall(people=3)
    with unit_of_work() as session:
        site = TeachingSite(name="红军标语馆", latitude=SITE.latitude, longitude=SITE.longitude)
        session.add(site)
        session.flush()
        session.execute(update(Lesson).where(Lesson.id == hall.lesson_id).values(site_id=site.id))
    db.session.expire_all()
    lesson = get_lesson(hall.lesson_id)
    if asked:
        laid_down = replace(rules_for(hall.class_id, lesson.starts_at), location_asked=True)
        lay_down_rules(hall.class_id, laid_down, from_lesson_id=hall.lesson_id)
    windows.open_check_in(hall.lesson_id)
    return hall


def _doubts() -> list[str]:
    """The doubts about places; a scan at the turn of a step has another one."""
    return list(db.session.scalars(select(AttendanceFlag.code).where(AttendanceFlag.code.startswith("geo"))))


def _scan(hall: Hall, person: int, fix: Fix | None) -> Any:
    return scanning.check_in(Who(hall.accounts[person]), code=hall.code(), fix=fix)


def test_the_verdict_is_kept_the_coordinates_are_not_and_the_status_is_the_same(field: Hall) -> None:
    found = [_scan(field, n, fix) for n, fix in enumerate((Fix(_away(20), 15), Fix(_away(4000), 30), None))]

    assert [each.outcome for each in found] == ["accepted"] * 3
    assert [field.status(n) for n in range(3)] == ["present"] * 3
    rows = db.session.execute(select(AttendancePlace.verdict, AttendancePlace.accuracy).order_by("record_id")).all()
    assert [tuple(row) for row in rows] == [("inside", 50), ("outside", 50)]
    assert _doubts() == ["geo_outside"]
    for body in db.session.scalars(text("SELECT CAST(body AS text) FROM audit_entry")):
        assert "27.4" not in body
        assert "109.1" not in body


def test_a_class_that_does_not_ask_keeps_nothing_of_a_position(app: Flask) -> None:
    hall = _field(asked=False)

    assert _scan(hall, 0, Fix(_away(4000), 30)).outcome == "accepted"
    assert db.session.scalar(select(AttendancePlace.record_id)) is None
    assert _doubts() == []


def test_a_press_with_a_position_by_the_interface(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = _field()
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])

    def press(**position: Any) -> Any:
        body = {"nonce": "n", "code": hall.code(), "kind": "in", "position": position}
        return phone.post("/api/v1/check-ins", json=body)

    assert press(latitude=91, longitude=0, accuracy=1).status_code == 422
    assert press(latitude=27.4, longitude=109.1, accuracy=10, speed=1).status_code == 422
    assert press(latitude=30.0, longitude=109.1, accuracy=10).status_code == 201
    db.session.rollback()
    assert _doubts() == ["geo_outside"]
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = staff.get(f"/lessons/{hall.lesson_id}/people/{hall.enrollments[0]}")
    assert "不在现场" in page.text
    assert "不在现场" in phone.get("/me/attendance").text


@pytest.mark.browser
@pytest.mark.parametrize(("where", "kept"), [(_away(40), "inside"), (_away(4000), "outside"), (None, None)])
def test_a_phone_is_asked_once_and_counts_whatever_it_says(
    sqlite_app: Flask, sign_in: Callable[..., Any], browser: Browser, where: Point | None, kept: str | None
) -> None:
    hall = _field()
    trainee = sign_in(sqlite_app, account_id=hall.accounts[0])
    with served(sqlite_app) as base, at_browser(browser, base, trainee, **PHONE) as context:
        if where is not None:
            context.grant_permissions(["geolocation"], origin=base)
            context.set_geolocation({"latitude": where.latitude, "longitude": where.longitude, "accuracy": 20})
        page = context.new_page()
        page.goto(f"{base}/c/{hall.code()}")
        db.session.remove()
        expect(page.get_by_text("不保存坐标")).to_be_visible()
        page.get_by_role("button", name="签到").click()
        expect(page.locator(".zx-ok-name")).to_have_text("学员1")
    db.session.rollback()
    assert hall.status(0) == "present"
    assert db.session.scalar(select(AttendancePlace.verdict)) == kept


def test_only_the_page_that_asks_may_know_where_the_phone_is(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = _field()
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])
    phone.get(f"/c/{hall.code()}")

    assert "geolocation=(self)" in phone.get("/check-in").headers["Permissions-Policy"]
    assert "geolocation=()" in phone.get("/me").headers["Permissions-Policy"]
