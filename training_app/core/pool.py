"""Connections that were used a moment ago are taken to be alive; others are asked before they are given out.

To ask each time would be one more way to the database and back for every request. A connection that dies within the
moment fails once, as it would if it died right after having been asked, and takes the others with it.
"""

from __future__ import annotations

import sqlite3
from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, Pool

MOMENT_SECONDS = 1.0


@event.listens_for(Pool, "connect")
@event.listens_for(Pool, "checkin")
def _note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ask_the_idle(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        return
    driver: Any = connection
    if not driver.closed and monotonic() - record.info["used"] < MOMENT_SECONDS:
        return
    try:
        driver.autocommit = True
        driver.execute("SELECT 1")
        driver.autocommit = False
    except driver.Error as error:
        raise InvalidatePoolError from error
