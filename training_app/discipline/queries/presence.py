"""Presence at a glance: units over the months, people late again and again, and the records behind each figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from training_app.attendance.api import ATTENDED_STATUSES, LEAVE_STATUSES
from training_app.classes.api import class_ids_seen_whole, unit_ids_seen
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.pages import ListQuery, Page
from training_app.discipline import rules
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.lower import classes, enrollments, lessons, records, windows

SORTABLE = ("starts_at", "name", "unit_name", "class_name", "status")
FILTERS = ("unit", "status", "month", "person", "year")


@dataclass
class Tally:
    """How often people were due and what became of it, in closed lessons."""

    due: int = 0
    came: int = 0
    late: int = 0
    leave: int = 0
    absent: int = 0

    def add(self, status: str, times: int) -> None:
        """Count a status; an exemption is not due."""
        if status == "exempt":
            return
        self.due += times
        self.came += times * (status in ATTENDED_STATUSES)
        self.late += times * (status == "late")
        self.leave += times * (status in LEAVE_STATUSES)
        self.absent += times * (status == "absent")

    @property
    def rate(self) -> float:
        """The part that came."""
        return self.came / self.due if self.due else 0.0


@dataclass
class UnitTrend:
    """One unit: the whole year, and month by month."""

    unit_id: int | None
    unit_name: str
    whole: Tally = field(default_factory=Tally)
    months: dict[int, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class ChronicRow:
    """Somebody who is late again and again."""

    cadre_id: int
    name: str
    unit_name: str
    late: int
    lessons: int


@dataclass(frozen=True)
class PresenceRow:
    """One record behind a figure."""

    enrollment_id: int
    lesson_id: int
    name: str
    unit_name: str
    class_id: int
    class_name: str
    title: str
    starts_at: datetime
    status: str


_joined = (
    records.join(lessons, lessons.c.id == records.c.lesson_id)
    .join(windows, windows.c.lesson_id == lessons.c.id)
    .join(enrollments, enrollments.c.id == records.c.enrollment_id)
    .join(classes, classes.c.id == lessons.c.class_id)
)


def _conditions(actor: Actor, year: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        windows.c.state == "closed",
        lessons.c.state != "cancelled",
        lessons.c.day.between(date(year, 1, 1), date(year, 12, 31)),
    ]
    whole = class_ids_seen_whole(actor, DISCIPLINE["view"])
    if whole is None:
        return found
    units = unit_ids_seen(actor, DISCIPLINE["view"])
    found.append(or_(lessons.c.class_id.in_(whole), enrollments.c.unit_id.in_(units)))
    return found


def unit_trends(actor: Actor, year: int) -> list[UnitTrend]:
    """Units by how many of their people came, the lowest first; those with little to go by at the end."""
    rows = db.session.execute(
        select(enrollments.c.unit_id, enrollments.c.unit_name, lessons.c.day, records.c.status, func.count())
        .select_from(_joined)
        .where(*_conditions(actor, year))
        .group_by(enrollments.c.unit_id, enrollments.c.unit_name, lessons.c.day, records.c.status)
    )
    found: dict[int | None, UnitTrend] = {}
    for unit_id, unit_name, day, status, times in rows:
        unit = found.setdefault(unit_id, UnitTrend(unit_id, unit_name))
        unit.whole.add(status, times)
        unit.months.setdefault(day.month, Tally()).add(status, times)
    return sorted(found.values(), key=lambda unit: (unit.whole.rate, -unit.whole.due, unit.unit_name))


def chronic_people(actor: Actor, year: int) -> list[ChronicRow]:
    """People late three times or more and in a tenth of their lessons or more, over all their classes."""
    rows = db.session.execute(
        select(
            enrollments.c.cadre_id,
            func.max(enrollments.c.name).label("name"),
            func.max(enrollments.c.unit_name).label("unit_name"),
            records.c.status,
            func.count().label("times"),
        )
        .select_from(_joined)
        .where(*_conditions(actor, year))
        .group_by(enrollments.c.cadre_id, records.c.status)
    ).all()
    tallies: dict[int, Tally] = {}
    names: dict[int, tuple[str, str]] = {}
    for row in rows:
        tallies.setdefault(row.cadre_id, Tally()).add(row.status, row.times)
        names[row.cadre_id] = (row.name, row.unit_name)
    found = [
        ChronicRow(person, *names[person], tally.late, tally.due)
        for person, tally in tallies.items()
        if rules.is_chronic(tally.late, tally.due)
    ]
    return sorted(found, key=lambda row: (-row.late, row.name))


def _filtered(actor: Actor, query: ListQuery, year: int) -> Select[Any]:
    conditions = _conditions(actor, year)
    if query.q:
        like = f"%{query.q}%"
        conditions.append(or_(enrollments.c.name.like(like), enrollments.c.unit_name.like(like)))
    groups: Mapping[str, tuple[str, ...]] = {"leave": LEAVE_STATUSES, "came": ATTENDED_STATUSES}
    status = query.wants("status")
    if status:
        conditions.append(records.c.status.in_(groups.get(status, (status,))))
    for name, column in (("unit", enrollments.c.unit_id), ("person", enrollments.c.cadre_id)):
        value = query.wants(name)
        if value.isascii() and value.isdigit():
            conditions.append(column == int(value[:9]))
    month = query.wants("month")
    if month.isascii() and month.isdigit() and 1 <= int(month[:3]) <= 12:
        first = date(year, int(month), 1)
        last = date(year + int(month) // 12, int(month) % 12 + 1, 1)
        conditions += [lessons.c.day >= first, lessons.c.day < last]
    return (
        select(
            records.c.enrollment_id,
            records.c.lesson_id,
            enrollments.c.name,
            enrollments.c.unit_name,
            lessons.c.class_id,
            classes.c.name.label("class_name"),
            lessons.c.title,
            lessons.c.starts_at,
            records.c.status,
        )
        .select_from(_joined)
        .where(*conditions)
    )


def list_records(actor: Actor, query: ListQuery, year: int, *, everything: bool = False) -> Page[PresenceRow]:
    """The records behind a figure."""
    chosen = _filtered(actor, query, year)
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    by: Any = {
        "name": enrollments.c.name,
        "unit_name": enrollments.c.unit_name,
        "class_name": classes.c.name,
        "status": records.c.status,
    }.get(query.sort, lessons.c.starts_at)
    chosen = chosen.order_by(by.desc() if query.descending else by.asc(), lessons.c.id, enrollments.c.id)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([PresenceRow(*row) for row in db.session.execute(chosen)], total, query)
