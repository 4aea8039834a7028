"""Heads counted in the room against the records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from training_app.attendance.evidence_rules import Heads, heads_state
from training_app.attendance.models import HeadCount
from training_app.attendance.queries.lower import accounts, lessons
from training_app.attendance.queries.records import Counts, lesson_counts
from training_app.core.db import db, table_of

_count = table_of(HeadCount)


@dataclass(frozen=True)
class HeadRow:
    """One count, or one note about it: who, when, how many were seen and recorded, why they differ."""

    lesson_id: int
    at: datetime
    by: str
    seen: int
    recorded: int
    note: str


@dataclass(frozen=True)
class HeadInfo:
    """How heads and records of a lesson stand. ``state``: '' (not counted), agree, noted, differ."""

    state: str = ""
    last: HeadRow | None = None
    trail: tuple[HeadRow, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.state == "differ"


def heads_of(lesson_ids: Collection[int], counts: Mapping[int, Counts] | None = None) -> dict[int, HeadInfo]:
    """How heads and records stand in lessons; the trail has the latest first. Lessons never counted are left out."""
    rows = db.session.execute(
        select(
            _count.c.lesson_id, _count.c.at, accounts.c.display_name, _count.c.seen, _count.c.recorded, _count.c.note
        )
        .select_from(_count.outerjoin(accounts, accounts.c.id == _count.c.account_id))
        .where(_count.c.lesson_id.in_(tuple(lesson_ids)))
        .order_by(_count.c.id.desc())
    )
    trails: dict[int, list[HeadRow]] = {}
    for lesson_id, at, by, seen, recorded, note in rows:
        trails.setdefault(lesson_id, []).append(HeadRow(lesson_id, at, by or "", seen, recorded, note))
    known = counts if counts is not None else lesson_counts(trails)
    found = {}
    for lesson_id, trail in trails.items():
        last = trail[0]
        state = heads_state(Heads(last.seen, last.recorded, last.note), attended=known[lesson_id].attended)
        found[lesson_id] = HeadInfo(state, last, tuple(trail))
    return found


def heads_of_lesson(lesson_id: int, counts: Counts) -> HeadInfo:
    """The same of one lesson."""
    return heads_of([lesson_id], {lesson_id: counts}).get(lesson_id, HeadInfo())


def differing_heads(class_ids: Collection[int] | None) -> list[HeadInfo]:
    """Lessons of classes (None: all) whose heads differ from the records and nobody has explained it."""
    latest = select(func.max(_count.c.id)).group_by(_count.c.lesson_id)
    statement = (
        select(_count.c.lesson_id)
        .join(lessons, lessons.c.id == _count.c.lesson_id)
        .where(_count.c.id.in_(latest), _count.c.seen != _count.c.recorded, _count.c.note == "")
    )
    if class_ids is not None:
        statement = statement.where(lessons.c.class_id.in_(class_ids))
    return [each for each in heads_of(db.session.scalars(statement).all()).values() if each.differs]
