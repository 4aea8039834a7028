"""Long work: done once, seen while it goes on, stopped when asked, taken up again after a dead worker."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from training_app.core import clock, jobs
from training_app.core.db import db, unit_of_work
from training_app.core.jobs import JobProgress, JobRow, Work


@pytest.fixture
def ended(app):
    """Work of a kind "test" that runs what the test says; gives whoever heard of an early end."""
    heard: list[tuple[int, str]] = []
    before = dict(jobs._works)
    yield heard
    jobs.wire(before)


def do(work, heard) -> None:
    jobs.wire({"test": Work(work, lambda subject, state, _error: heard.append((subject, state)))})


def state_of(job_id: int) -> str:
    found = jobs.progress_of(job_id)
    db.session.rollback()
    return found.state if found else ""


def test_a_job_is_done_once_and_says_how_far_it_is(app, ended):
    seen = []
    job_id = jobs.enqueue("test", 7, None)

    def work(run):
        run.tell("checking", 3, 10)
        assert jobs.claim() is None  # nobody else gets it
        seen.append(run.subject_id)

    do(work, ended)
    assert jobs.is_waiting()
    assert jobs.run_next()
    assert not jobs.run_next()

    assert seen == [7]
    assert state_of(job_id) == "done"
    assert ended == []


def test_a_fault_ends_the_job_and_is_told(app, ended):
    job_id = jobs.enqueue("test", 7, None)

    def work(_run):
        raise ValueError("the disk is full")

    do(work, ended)
    jobs.run_next()

    assert state_of(job_id) == "failed"
    assert ended == [(7, "failed")]


def test_a_job_nobody_has_begun_is_cancelled_at_once(app, ended):
    job_id = jobs.enqueue("test", 7, None)
    do(lambda _run: pytest.fail("it was cancelled"), ended)

    assert jobs.request_cancel(job_id) == "cancelled"

    assert not jobs.run_next()
    assert ended == [(7, "cancelled")]


def test_a_running_job_stops_even_while_it_holds_the_lock_of_writers(app, ended):
    """On SQLite a store holds the only write lock; asking it to stop must not wait for its end."""
    job_id = jobs.enqueue("test", 7, None)
    begun, asked = threading.Event(), threading.Event()

    def work(run):
        with unit_of_work():
            db.session.execute(update(JobRow).where(JobRow.id == -1).values(error=""))
            begun.set()
            assert asked.wait(20)
            assert run.cancel.wait(20)
            run.tell("storing")

    do(work, ended)

    def ask() -> None:
        with app.app_context():
            begun.wait(20)
            jobs.request_cancel(job_id)
            asked.set()

    thread = threading.Thread(target=ask)
    thread.start()
    jobs.run_next()
    thread.join(20)

    assert state_of(job_id) == "cancelled"
    assert ended == [(7, "cancelled")]


def test_the_job_of_a_dead_worker_is_taken_up_again_but_not_for_ever(app, ended):
    job_id = jobs.enqueue("test", 7, None)
    do(lambda _run: None, ended)
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        run = jobs.claim()
        assert run is not None, attempt
        assert not jobs.is_waiting()
        _die(job_id)
        assert jobs.is_waiting()

    assert jobs.claim() is None

    assert state_of(job_id) == "failed"
    assert ended == [(7, "failed")]


def test_two_workers_never_get_the_same_job(app, ended):
    ids = [jobs.enqueue("test", number, None) for number in range(12)]
    do(lambda _run: None, ended)
    taken: list[int] = []

    def work() -> None:
        with app.app_context():
            while (run := jobs.claim()) is not None:
                taken.append(run.id)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(taken) == len(set(taken))
    assert set(taken) <= set(ids)
    assert len(taken) >= len(ids) - 3  # a look that met only locked rows may end early; the next look finds them


def _die(job_id: int) -> None:
    """What a killed worker leaves: a row that runs on another machine, and an old heartbeat."""
    with unit_of_work():
        db.session.execute(update(JobRow).where(JobRow.id == job_id).values(worker="elsewhere:1:1"))
    with jobs._board().begin() as connection:
        table = JobProgress.__table__
        old = clock.now() - jobs.STALE_AFTER - timedelta(seconds=1)
        connection.execute(update(table).where(table.c.job_id == job_id).values(heartbeat_at=old))
