"""The timetable as a grid: days across, half days down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from training_app.accounts.api import list_accounts
from training_app.classes.models import LessonChange, TrainingClass
from training_app.classes.queries.lessons import list_lessons, list_lessons_of_classes
from training_app.classes.timetable_rules import LessonPicture, read_picture
from training_app.classes.values import HALF_DAYS, ClassInfo, LessonInfo
from training_app.core.db import db


@dataclass(frozen=True)
class Change:
    """What a lesson was before somebody changed it, and why."""

    at: datetime
    by: str
    before: LessonPicture | None
    after: LessonPicture | None
    """None: it was cancelled."""
    reason: str


@dataclass(frozen=True)
class Week:
    """Some days of a timetable that stand side by side."""

    days: tuple[date, ...]
    half_days: tuple[str, ...]
    """Evening only where something is taught then."""
    cells: Mapping[tuple[date, str], Sequence[LessonInfo]]


_DAYS_ACROSS = 5
_LONGEST = 60


def weeks_of(training_class: ClassInfo, lessons: Sequence[LessonInfo] | None = None) -> list[Week]:
    """The days of a class, at most five side by side; weekends only where something is taught."""
    lessons = list_lessons(training_class.id) if lessons is None else lessons
    taught = {each.day for each in lessons}
    days = set(taught)
    length = (training_class.ends_on - training_class.starts_on).days
    for offset in range(min(length, _LONGEST) + 1):
        day = training_class.starts_on + timedelta(days=offset)
        if day.weekday() < _DAYS_ACROSS or length <= 1:
            days.add(day)
    ordered = sorted(days)
    if len(ordered) <= _DAYS_ACROSS:
        groups = [ordered]
    else:
        by_week: dict[tuple[int, int], list[date]] = {}
        for day in ordered:
            by_week.setdefault(day.isocalendar()[:2], []).append(day)
        groups = list(by_week.values())
    cells: dict[tuple[date, str], list[LessonInfo]] = {}
    for each in lessons:
        cells.setdefault((each.day, each.half_day), []).append(each)
    return [_week(group, cells) for group in groups]


def _week(days: Sequence[date], cells: Mapping[tuple[date, str], list[LessonInfo]]) -> Week:
    shown = [name for name in HALF_DAYS if name != "evening" or any((day, "evening") in cells for day in days)]
    return Week(tuple(days), tuple(shown), cells)


def changes_of(lesson_ids: Collection[int]) -> dict[int, list[Change]]:
    """Changes of lessons, the latest first."""
    rows = db.session.scalars(
        select(LessonChange).where(LessonChange.lesson_id.in_(lesson_ids)).order_by(LessonChange.id.desc())
    ).all()
    names = (
        {
            each.id: each.display_name
            for each in list_accounts({row.account_id for row in rows if row.account_id is not None})
        }
        if rows
        else {}
    )
    found: dict[int, list[Change]] = {}
    for row in rows:
        found.setdefault(row.lesson_id, []).append(
            Change(
                row.at,
                names.get(row.account_id or 0, ""),
                read_picture(row.before),
                read_picture(row.after),
                row.reason,
            )
        )
    return found


def timetable_of_classes(class_ids: Collection[int], since: date) -> list[LessonInfo]:
    """Lessons of several classes from a day on, in order of time."""
    lessons = [each for each in list_lessons_of_classes(class_ids) if each.day >= since]
    return sorted(lessons, key=lambda each: each.starts_at)


def class_names(class_ids: Collection[int]) -> dict[int, str]:
    """Names of classes."""
    rows = db.session.execute(select(TrainingClass.id, TrainingClass.name).where(TrainingClass.id.in_(class_ids)))
    return dict(rows.all())
