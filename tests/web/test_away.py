"""A database that is away, busy or full is said with 503, so that phones and programs ask again; a bug stays 500."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import psycopg
import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from structlog.testing import capture_logs

from tests.attendance_hall import build_hall, teacher
from training_app.core import logs
from training_app.core.away import is_away
from training_app.core.db import db
from training_app.leader import _Behind


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")), True),
        (OperationalError("", {}, sqlite3.OperationalError("database or disk is full")), True),
        (OperationalError("", {}, sqlite3.OperationalError("no such table: attendance_record")), False),
        (InterfaceError("", {}, sqlite3.InterfaceError("bad parameter or other API misuse")), False),
        (OperationalError("", {}, psycopg.errors.LockNotAvailable("lock timeout")), True),
        (OperationalError("", {}, psycopg.errors.QueryCanceled("statement timeout")), True),
        (OperationalError("", {}, psycopg.errors.AdminShutdown("terminating connection")), True),
        (InternalError("", {}, psycopg.errors.IdleInTransactionSessionTimeout("idle")), True),
        (InterfaceError("", {}, psycopg.InterfaceError("the connection is closed")), True),
        (DBAPIError("", {}, psycopg.Error("lost"), connection_invalidated=True), True),
        (ProgrammingError("", {}, psycopg.errors.UndefinedTable("no table")), False),
        (NoConnectionFree("QueuePool limit reached"), True),
        (ValueError("locked"), False),
    ],
)
def test_what_passes_and_what_does_not(error: Exception, away: bool) -> None:
    assert is_away(error) is away


def test_a_locked_database_is_503_with_when_to_come_again(sqlite_app: Flask, tmp_path: Path, sign_in) -> None:
    hall = build_hall()
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 20")
    db.session.rollback()
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        entry = {"enrollment_id": hall.enrollments[0], "nonce": "n-secret", "reason": "他的手机没电了"}
        answer = staff.post(f"/api/v1/lessons/{hall.lesson_id}/check-ins", json={"entries": [entry]})
    finally:
        other.close()

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_values_of_a_failed_statement_stay_out_of_the_log(sqlite_app: Flask) -> None:
    with pytest.raises(OperationalError) as caught:
        db.session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "赵小满"})
    assert "赵小满" not in str(caught.value)


PERSON = "赵小满"


@pytest.mark.parametrize("row", [":name, 1", ":name, -2", "'another', CAST(:name AS INTEGER) + NULL"])
def test_a_row_the_database_quotes_stays_out_of_the_log(app: Flask, row: str) -> None:
    db.session.execute(
        text("CREATE TEMPORARY TABLE person (name TEXT PRIMARY KEY, age INTEGER NOT NULL CHECK (age > 0))")
    )
    db.session.execute(text("INSERT INTO person (name, age) VALUES (:name, 1)"), {"name": PERSON})
    out = io.StringIO()
    logs.configure()
    log = structlog.wrap_logger(structlog.PrintLogger(out), processors=structlog.get_config()["processors"])

    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text(f"INSERT INTO person (name, age) VALUES ({row})"), {"name": PERSON})
    log.error("failed", exc_info=caught.value)
    log.error("failed", exc_info=(type(caught.value), caught.value, caught.value.__traceback__))

    said = out.getvalue()
    assert said.count("INSERT INTO person") >= 2  # what is needed to find the fault stays
    assert PERSON not in said


def test_a_timer_that_is_behind_is_said_once_in_a_while() -> None:
    class Event:
        job_id = "attendance.settle_lapsed_calls"

    behind = _Behind()
    with capture_logs() as said:
        for _ in range(50):
            behind(Event())  # type: ignore[arg-type]

    (line,) = said
    assert (line["event"], line["job"], line["log_level"]) == ("timer behind", Event.job_id, "info")
