"""A connection used a moment ago is given out unasked; one that died while idle is replaced before anybody notices."""

from __future__ import annotations

from time import monotonic
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from training_app.core import pool
from training_app.core.db import db

# SQLite has no connection to lose.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def _backend() -> int:
    """The server's process behind the pool's only connection."""
    found = int(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)
    db.session.remove()
    return found


def _from_outside(question: str, backend: int) -> Any:
    """Ask the same server something about a backend, by a connection of our own."""
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        row = other.execute(question, (backend,)).fetchone()
        return row[0] if row else None


def _lie_idle(seconds: float) -> None:
    """Let the pool's connection have lain idle so long."""
    taken: Any = db.engine.raw_connection()
    record = taken._connection_record
    taken.close()
    record.info["used"] = monotonic() - seconds


def test_a_connection_that_died_idle_is_replaced_unnoticed(app: Flask) -> None:
    victim = _backend()
    _lie_idle(pool.MOMENT_SECONDS * 2)
    assert _from_outside("SELECT pg_terminate_backend(%s, 5000)", victim) is True

    assert _backend() not in (0, victim)


@pytest.mark.parametrize(("idle", "asked"), [(0, False), (pool.MOMENT_SECONDS * 2, True)])
def test_only_a_connection_that_lay_idle_is_asked_whether_it_lives(app: Flask, idle: float, asked: bool) -> None:
    backend = _backend()
    _lie_idle(idle)
    db.engine.raw_connection().close()

    last = _from_outside("SELECT query FROM pg_stat_activity WHERE pid = %s", backend)
    assert (last == "SELECT 1") is asked
    assert _backend() == backend
