"""The map of presence: every cell says what became of it and opens its record, and more people cost no more reads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine, event

from tests.discipline.conftest import School, build_school
from training_app.attendance.api import SIGNS
from training_app.attendance.services.staff import mark
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.web.urls import url_maker

MOST_STATEMENTS = 30  # bench/rooms.py holds the page of 100 × 60 to the same


@pytest.fixture
def school(sqlite_app: Flask) -> School:
    return build_school()


def _mark(school: School, lesson: int, person: int, status: str) -> None:
    with acting_as(school.teacher):
        mark(school.lessons[lesson], school.hall.enrollments[person], status=status, reason="当场看到", timed=False)
    db.session.rollback()


def test_each_cell_says_what_became_of_it_and_opens_its_record(sqlite_app, school, sign_in):
    _mark(school, 0, 1, "late")
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    page = desk.get(f"/classes/{school.hall.class_id}/attendance/map").text
    cells = re.findall(
        r'<a class="discipline-mark is-(\w+)" href="([^"]+)"[^>]*>([^<]*)(?:<span>([^<]+)</span>)?</a>', page
    )
    assert len(cells) == len(school.lessons) * len(school.hall.enrollments)
    late = [cell for cell in cells if cell[0] == "late"]
    assert late == [
        ("late", f"/lessons/{school.lessons[0]}/people/{school.hall.enrollments[1]}", SIGNS["late"], "迟到")
    ]
    assert {address for _status, address, _sign, _word in cells} == {
        f"/lessons/{lesson}/people/{person}" for lesson in school.lessons for person in school.hall.enrollments
    }
    assert desk.get(late[0][1]).status_code == 200


def test_more_records_cost_no_more_statements(sqlite_app, school, sign_in):
    desk = sign_in(sqlite_app, account_id=school.teacher.account_id)
    address = f"/classes/{school.hall.class_id}/attendance/map"
    desk.get(address)

    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            assert desk.get(address).status_code == 200
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(seen)

    before = statements()
    for lesson in range(2):
        for person in range(3):
            _mark(school, lesson, person, "present")
    assert statements() == before <= MOST_STATEMENTS


@pytest.mark.parametrize("root", ["", "/training"])
def test_addresses_made_in_bulk_are_those_that_flask_builds(sqlite_app, root):
    with sqlite_app.test_request_context("/", base_url=f"http://localhost{root}/"):
        made = url_maker("attendance.person", "lesson_id", "enrollment_id")
        for lesson, person in ((1, 2), (12, 345), (10**9, 7)):
            assert made(lesson, person) == url_for("attendance.person", lesson_id=lesson, enrollment_id=person)
        assert made(1, 2).startswith(f"{root}/lessons/")
