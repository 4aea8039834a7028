"""Writers of one SQLite file wait for their turn instead of failing when another takes long."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from training_app.core.db import db, unit_of_work


def test_a_writer_outwaits_another_that_holds_longer_than_sqlite_would_wait(sqlite_app: Flask) -> None:
    inside = threading.Event()
    outcomes: list[str] = []

    def holds() -> None:
        with sqlite_app.app_context(), unit_of_work() as session:
            session.execute(text("CREATE TABLE queue_test (name text)"))
            inside.set()
            time.sleep(0.4)
            outcomes.append("held")  # while it holds: once it lets go, the other may be the first to say anything

    def waits() -> None:
        inside.wait(timeout=10)
        with sqlite_app.app_context():
            db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 20")
            with unit_of_work() as session:
                session.execute(text("INSERT INTO queue_test VALUES ('second')"))
            db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 5000")
            db.session.remove()
        outcomes.append("waited")

    threads = [threading.Thread(target=holds), threading.Thread(target=waits)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert outcomes == ["held", "waited"]


def test_a_unit_that_fails_lets_the_next_one_in(sqlite_app: Flask) -> None:
    for _time in range(2):
        with pytest.raises(OperationalError):
            fails()
        db.session.remove()

    done = threading.Event()

    def writes() -> None:
        with sqlite_app.app_context(), unit_of_work() as session:
            session.execute(text("SELECT 1"))
        done.set()

    threading.Thread(target=writes).start()
    assert done.wait(timeout=10)


def fails() -> None:
    with unit_of_work() as session:
        session.execute(text("SELECT 1"))
        session.execute(text("SELECT on purpose"))
