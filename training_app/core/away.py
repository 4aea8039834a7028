"""Telling a database that is away, busy or full from a program that is wrong: the one passes, the other does not."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

# What SQLite says of a passing trouble; "no such table" is an OperationalError, too, and does not pass.
_PASSING = ("locked", "busy", "full", "disk i/o", "unable to open", "interrupted")
# Idle too long in a transaction, and a server that only reads for the moment (PostgreSQL calls both internal errors).
_PASSING_STATES = ("25P03", "25006")


def is_away(error: BaseException) -> bool:
    """Whether asking again later may help: no connection, none free, a lock or time limit, a full disk."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _PASSING_STATES:
        return True
    if type(error.orig).__module__.startswith("sqlite3"):
        return any(word in str(error.orig).lower() for word in _PASSING)
    return isinstance(error, OperationalError | InterfaceError)
