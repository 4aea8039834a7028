"""The last seat, wanted by two at once; the last free hall too."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from tests.classes.class_world import World, lesson, open_class
from training_app.classes.api import list_enrollments, list_lessons
from training_app.classes.services.enrolment import nominate
from training_app.classes.services.timetable import schedule_lesson
from training_app.core.actor import acting_as, system
from training_app.core.db import db


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, each in a thread with its own session."""
    start = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        with app.app_context(), acting_as(system("test")):
            start.wait()
            found[number] = act()
            db.session.remove()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_the_last_seat_is_given_once(app: Flask, world: World):
    office = "县委办公室"
    class_id = open_class("B1", {world.units[office]: 1})
    people = world.cadres[office]
    db.session.rollback()

    outcomes = at_once(app, *(lambda person=person: nominate(class_id, [person])[person] for person in people))

    assert sum(map(bool, outcomes)) == 1
    assert {each.code for each in outcomes if not each} == {"seats_full"}
    assert len(list_enrollments(class_id, None)) == 1


def test_a_hall_is_given_once(app: Flask, world: World):
    classes = [open_class(f"B{number}", name=f"知行学堂第{number}期") for number in range(1, 5)]
    hall = world.rooms["报告厅"]
    db.session.rollback()

    outcomes = at_once(app, *(lambda each=each: schedule_lesson(each, lesson(room=hall)) for each in classes))

    assert sum(each.lesson_id is not None for each in outcomes) == 1
    assert sum(len(list_lessons(each)) for each in classes) == 1
