"""How far the server's clock is off: by what the kernel knows from its time service, and against the database's clock.

One clock judges every scan, so whoever runs the server has to see when it drifts (SECURITY.md 2.2, T8). What cannot be
known is unknown, not a failure.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from training_app.core import clock
from training_app.core.db import db

ALARM_MS = 1000
_UNSYNCHRONISED = 0x0040  # STA_UNSYNC: no time service has set the clock lately
_NANOSECONDS = 0x2000  # STA_NANO: the offset counts nanoseconds, else microseconds
_TIME_ERROR = 5


@dataclass(frozen=True)
class ClockOffset:
    """Milliseconds, None where unknown. ``system``: what the kernel has still to correct; ``database``: ahead of us."""

    system_ms: int | None
    database_ms: int | None

    @property
    def state(self) -> str:
        """``degraded`` when something known is more than a second off, ``unknown`` without a time service, else ok."""
        known = [each for each in (self.system_ms, self.database_ms) if each is not None]
        if any(abs(each) > ALARM_MS for each in known):
            return "degraded"
        return "unknown" if self.system_ms is None else "ok"

    @property
    def worst_ms(self) -> int:
        """The largest that is known; 0 when nothing is."""
        return max((abs(each) for each in (self.system_ms, self.database_ms) if each is not None), default=0)


def read_offset(*, ask_database: bool = True) -> ClockOffset:
    """What this machine and the database say now."""
    return ClockOffset(_system_ms(), _database_ms() if ask_database else None)


class Timex(ctypes.Structure):
    """``struct timex`` of adjtimex(2) as far as it is read, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def kernel_ms(returned: int, offset: int, status: int) -> int | None:
    """What adjtimex(2) answered, as milliseconds; None when it failed or no time service sets the clock."""
    if returned in (-1, _TIME_ERROR) or status & _UNSYNCHRONISED:
        return None
    return round(offset / (1_000_000 if status & _NANOSECONDS else 1000))


def _system_ms() -> int | None:
    if sys.platform != "linux":
        return None
    asked = Timex()  # modes 0: only read, which needs no rights
    try:
        returned = ctypes.CDLL(None).adjtimex(ctypes.byref(asked))
    except (AttributeError, OSError):
        return None
    return kernel_ms(returned, asked.offset, asked.status)


def database_ms(ahead: timedelta, trip: timedelta) -> int:
    """How far the database's clock is ahead of the middle of the trip, less what the trip leaves open."""
    off, open_ = ahead / timedelta(milliseconds=1), trip / timedelta(milliseconds=2)
    sure = max(abs(off) - abs(open_), 0.0)
    return round(sure if off > 0 else -sure)


def _database_ms() -> int | None:
    """Only PostgreSQL has a clock of its own, perhaps on another machine."""
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name != "postgresql":
                return None
            connection.execute(text("SELECT 1"))  # so that the trip below is one trip
            asked = clock.now()
            theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            answered = clock.now()
    except SQLAlchemyError:
        return None
    trip = answered - asked
    return database_ms(theirs - (asked + trip / 2), trip)
