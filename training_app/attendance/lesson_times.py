"""Which days a lesson lies on: nearly always one; two when it goes on past midnight."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from training_app.classes.api import LessonInfo
from training_app.core import clock

_HALF_A_DAY = timedelta(hours=12)


def last_day_of(lesson: LessonInfo) -> date:
    """The day it ends on."""
    return max(lesson.day, clock.local(lesson.ends_at).date())


def is_on(lesson: LessonInfo, moment: datetime) -> bool:
    """Whether a moment lies on a day of the lesson."""
    return lesson.day <= clock.local(moment).date() <= last_day_of(lesson)


def moment_of(lesson: LessonInfo, noted: time) -> datetime:
    """The moment that a time noted on paper means: ten past midnight in a lesson until one is the day after."""
    at = datetime.combine(lesson.day, noted, clock.ZONE)
    next_day = at < lesson.starts_at - _HALF_A_DAY and last_day_of(lesson) > lesson.day
    return at + timedelta(days=1) if next_day else at
