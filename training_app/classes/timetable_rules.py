"""Half days, overlaps and free times of a timetable. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

HALF_DAY_TIMES = {
    "morning": (time(8, 30), time(11, 30)),
    "afternoon": (time(14, 30), time(17, 30)),
    "evening": (time(19, 30), time(21, 0)),
}
"""When the county's party school teaches."""

_NOON, _EVENING = time(12, 30), time(18, 30)
_WEEKEND = 5


@dataclass(frozen=True)
class Taken:
    """A span of time in which something needed is taken."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class HalfDay:
    """A half day of the calendar."""

    day: date
    name: str
    starts_at: datetime
    ends_at: datetime


def half_day_of(starts_at: datetime) -> str:
    """Morning, afternoon or evening, by the county's wall clock."""
    at = starts_at.astimezone(ZONE).time()
    if at < _NOON:
        return "morning"
    return "afternoon" if at < _EVENING else "evening"


def half_day(day: date, name: str) -> HalfDay:
    """A half day at its usual times."""
    start, end = HALF_DAY_TIMES[name]
    return HalfDay(day, name, datetime.combine(day, start, ZONE), datetime.combine(day, end, ZONE))


def overlaps(first: Taken, second: Taken) -> bool:
    """Whether two spans share time; one that ends when the other begins does not."""
    return first.starts_at < second.ends_at and second.starts_at < first.ends_at


def next_free(
    first: date,
    last: date,
    taken: Sequence[Taken],
    *,
    not_before: datetime,
    limit: int = 3,
    weekends: Collection[date] = (),
) -> list[HalfDay]:
    """The next mornings and afternoons in which nothing needed is taken.

    On working days, and on the ``weekends`` on which the class is taught anyway.
    """
    found: list[HalfDay] = []
    day = first
    while day <= last and len(found) < limit:
        if day.weekday() < _WEEKEND or day in weekends:
            for name in ("morning", "afternoon"):
                each = half_day(day, name)
                span = Taken(each.starts_at, each.ends_at)
                if each.starts_at >= not_before and not any(overlaps(span, other) for other in taken):
                    found.append(each)
        day += timedelta(days=1)
    return found[:limit]


def outside(day: date, starts_on: date, ends_on: date) -> bool:
    """Whether a lesson lies outside the days of its class; worth a warning, not a refusal."""
    return not starts_on <= day <= ends_on


@dataclass(frozen=True)
class LessonPicture:
    """What a lesson was at one time."""

    starts_at: datetime
    ends_at: datetime
    place: str
    teachers: str
    title: str


def picture(*, starts_at: datetime, ends_at: datetime, place: str, teachers: str, title: str) -> str:
    """A lesson in five lines of text, as kept with each change."""
    times = (f"{each.astimezone(ZONE):%Y-%m-%d %H:%M}" for each in (starts_at, ends_at))
    return "\n".join((*times, place, teachers, title))[:500]


def read_picture(text: str) -> LessonPicture | None:
    """A kept picture, readable again; None for a lesson that was cancelled."""
    if not text:
        return None
    start, end, place, teachers, title = (*text.split("\n", 4), "", "", "")[:5]
    at = [datetime.strptime(each, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE) for each in (start, end)]
    return LessonPicture(at[0], at[1], place, teachers, title)


_NEAR_DAY = re.compile(r"([0-9]{1,2})[-./月]([0-9]{1,2})日?")


def read_near_day(text: str, today: date) -> date | None:
    """A day typed without its year, such as 12月2日 or 4.10: the one nearest to today; None for anything else."""
    found = _NEAR_DAY.fullmatch(text)
    if found is None:
        return None
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        with suppress(ValueError):  # no such day in that year
            days.append(date(year, int(found[1]), int(found[2])))
    return min(days, key=lambda day: abs(day - today), default=None)
