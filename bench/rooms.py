"""Scenario: what the class teacher waits for: closing a lesson of 500, a bulletin of 100 × 60, and the map of presence.

Each with seconds and the number of statements; the aim for statements is that they do not grow with the people.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, insert, select, update

from bench import hall
from training_app.accounts.api import create_account, open_session
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.services.windows import close_check_in
from training_app.classes.models import ClassStaff, Enrollment, Lesson
from training_app.core import clock
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.discipline.services.bulletins import issue_bulletin
from training_app.web import cookies

BIG, PEOPLE, LESSONS = 500, 100, 60
AIM_SECONDS = {"closing": 1.0, "bulletin": 1.0, "map": 1.0}
AIM_STATEMENTS = 30
TITLE = "## What a class teacher waits for"
HEAD = (
    "| when | load | database | closing a lesson of 500 | bulletin of 100 × 60 | map of 100 × 60 |",
    "|---|---|---|---|---|---|",
)


def line(moment: str, load: object, database: str, figures: dict[str, Any]) -> str:
    """A row of the table: seconds / statements, and whether the aims are met."""
    cells = [
        f"{each['seconds']} / {each['statements']}{'' if each['met'] else ' (**not met**)'}"
        for each in figures.values()
    ]
    return f"| {moment} | {load} | {database} | {' | '.join(cells)} |"


def run(app: Flask, rounds: int) -> dict[str, Any]:
    """Measure in an empty, migrated database."""
    closing = hall.build(app, people=BIG, rounds=rounds, code="CLOSING")
    klass = hall.build(app, people=PEOPLE, rounds=LESSONS, code="MAP", past=0)
    with app.app_context(), acting_as(system("bench")):
        class_id, cookie = _fill(klass)
        day = clock.today()
        return {
            "closing": _measured("closing", [partial(close_check_in, each) for each in closing.lessons]),
            "bulletin": _measured("bulletin", [lambda: issue_bulletin(class_id, "weekly", day)]),
            "map": _measured("map", [lambda: _get(app, f"/classes/{class_id}/attendance/map", cookie)] * rounds),
        }


def _measured(name: str, acts: list[Callable[[], object]]) -> dict[str, Any]:
    seconds, counts = [], []
    for act in acts:
        db.session.remove()
        with _counting() as seen:
            started = time.perf_counter()
            act()
            seconds.append(time.perf_counter() - started)
        counts.append(seen[0])
    middle = statistics.median(seconds)
    return {
        "seconds": round(middle, 3),
        "statements": max(counts),
        "aims": {"seconds": AIM_SECONDS[name], "statements": AIM_STATEMENTS},
        "met": middle < AIM_SECONDS[name] and max(counts) <= AIM_STATEMENTS,
    }


@contextmanager
def _counting() -> Iterator[list[int]]:
    seen = [0]

    def note(*_rest: Any) -> None:
        seen[0] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _fill(klass: hall.Hall) -> tuple[int, str]:
    """Everybody's record in every lesson, all closed, and the class teacher's session."""
    now = clock.now()
    with unit_of_work() as session:
        class_id = session.scalar(select(Lesson.class_id).where(Lesson.id == klass.lessons[0])) or 0
        people = list(session.scalars(select(Enrollment.id).where(Enrollment.class_id == class_id)))
        session.execute(
            insert(AttendanceRecord),
            [
                {
                    "lesson_id": lesson,
                    "enrollment_id": person,
                    "status": "late" if (lesson + person) % 17 == 0 else "present",
                    "check_in_at": now,
                    "recorded_at": now,
                    "method": "scan",
                }
                for lesson in klass.lessons
                for person in people
            ],
        )
        session.execute(
            update(CheckInWindow).where(CheckInWindow.class_id == class_id).values(state="closed", closed_at=now)
        )
        session.execute(update(Lesson).where(Lesson.class_id == class_id).values(state="held"))
        teacher = create_account(username="bench-teacher", display_name="bench", roles=["class_teacher"])
        session.add(ClassStaff(class_id=class_id, account_id=teacher, duty="class_teacher"))
    return class_id, open_session(teacher)


def _get(app: Flask, url: str, cookie: str) -> None:
    browser = app.test_client()
    browser.set_cookie(cookies.SESSION, cookie)
    answer = browser.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: {answer.status_code}")
