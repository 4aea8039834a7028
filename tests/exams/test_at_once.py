"""Several people at the same time, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from tests.exams.exam_world import World
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict, DomainError
from training_app.exams.models import EntryDuty, ScoreVersion
from training_app.exams.services.entering import take_entry
from training_app.exams.services.publishing import ask_change, decide_change, publish_scores

SCORES = ("85", "92.5", "Q", "59")


def together(app: Flask, *acts):
    """Run acts in threads that start at the same moment; gives what each returned or was refused with."""
    start = Barrier(len(acts))
    db.session.rollback()

    def run(name, act):
        with app.app_context(), acting_as(name):
            start.wait()
            try:
                return act()
            except DomainError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, name, act) for name, act in acts]]


def test_one_of_two_who_reach_for_the_same_entry_gets_it(app: Flask, world: World):
    names = ("first", "second", "third", "fourth")

    done = together(app, *((world.acting(name), lambda: take_entry(world.exam_id, 1)) for name in names))

    assert sum(each is None for each in done) == 1
    assert db.session.scalar(select(func.count()).select_from(EntryDuty)) == 1


def test_scores_are_published_once_however_many_press_the_button(app: Flask, world: World):
    world.enter("first", 1, SCORES)
    world.enter("second", 2, SCORES)

    done = together(app, *((world.acting(name), lambda: publish_scores(world.exam_id)) for name in ("third", "fourth")))

    assert sorted(isinstance(each, Conflict) for each in done) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(ScoreVersion)) == 4


def test_a_change_is_decided_once(app: Flask, world: World):
    world.publish(*SCORES)
    with acting_as(world.acting("first")):
        request = ask_change(world.exam_id, world.enrollments[3], "64", reason="漏加5分")

    done = together(
        app, *((world.acting(name), lambda: decide_change(request, approve=True)) for name in ("third", "fourth"))
    )

    assert sorted(isinstance(each, Conflict) for each in done) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(ScoreVersion)) == 5
