"""The only place that reads the time.

Instants are aware and in UTC; people see them in Asia/Shanghai. A birth date is a date, never an instant.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def unix() -> float:
    """Seconds since 1970, for codes that are computed from time steps."""
    return time.time()


def local(instant: datetime) -> datetime:
    """The same instant as the wall clock of the county shows it."""
    return instant.astimezone(ZONE)


def today() -> date:
    """The present day in the county."""
    return local(now()).date()


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant (UTC) at which the county's wall clock shows that day and time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)
