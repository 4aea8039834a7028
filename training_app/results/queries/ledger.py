"""The ledger of hours: lines and sums."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from training_app.core.db import db
from training_app.results.models import HourEntry
from training_app.results.values import ZERO, HourLine, HourSum

HOURS_PER_DAY = Decimal(8)
_CHUNK = 500
_COLUMNS: tuple[Any, ...] = (
    HourEntry.id,
    HourEntry.cadre_id,
    HourEntry.class_id,
    HourEntry.enrollment_id,
    HourEntry.earned_on,
    HourEntry.kind,
    HourEntry.hours,
    HourEntry.source_kind,
    HourEntry.source_id,
    HourEntry.revision,
    HourEntry.title,
    HourEntry.note,
    HourEntry.posted_at,
)


def lines_of_cadre(cadre_id: int, *, first: date, last: date) -> list[HourLine]:
    """A person's ledger lines of a period, by day."""
    query = (
        select(*_COLUMNS)
        .where(HourEntry.cadre_id == cadre_id, HourEntry.earned_on.between(first, last))
        .order_by(HourEntry.earned_on, HourEntry.source_kind, HourEntry.source_id, HourEntry.revision)
    )
    return [HourLine(*row) for row in db.session.execute(query)]


def lines_of_cadres(cadre_ids: Collection[int], *, first: date, last: date) -> list[HourLine]:
    """The ledger lines of some people in a period, by day."""
    found: list[HourLine] = []
    base = select(*_COLUMNS).where(HourEntry.earned_on.between(first, last))
    for query in _for_cadres(base, cadre_ids):
        ordered = query.order_by(HourEntry.earned_on, HourEntry.source_kind, HourEntry.source_id, HourEntry.revision)
        found += [HourLine(*row) for row in db.session.execute(ordered)]
    return found


def lines_of_class(class_id: int) -> list[HourLine]:
    """The ledger lines that a class posted."""
    query = select(*_COLUMNS).where(HourEntry.class_id == class_id).order_by(HourEntry.id)
    return [HourLine(*row) for row in db.session.execute(query)]


def lines_of_enrollment(enrollment_id: int) -> list[HourLine]:
    """The ledger lines of one person in one class."""
    query = (
        select(*_COLUMNS)
        .where(HourEntry.enrollment_id == enrollment_id)
        .order_by(HourEntry.earned_on, HourEntry.source_id, HourEntry.revision)
    )
    return [HourLine(*row) for row in db.session.execute(query)]


def years_of_cadre(cadre_id: int) -> list[int]:
    """The years in which a person has ledger lines, newest first."""
    query = select(HourEntry.year).where(HourEntry.cadre_id == cadre_id).distinct().order_by(HourEntry.year.desc())
    return list(db.session.execute(query).scalars())


def years_of_ledger() -> list[int]:
    """The years in which the ledger has lines, newest first."""
    return list(db.session.execute(select(HourEntry.year).distinct().order_by(HourEntry.year.desc())).scalars())


def hours_by_cadre(year: int, cadre_ids: Collection[int] | None = None) -> dict[int, HourSum]:
    """Hours of a year by person and kind; who has none is missing."""
    return hours_in_years(year, year, cadre_ids)


def hours_in_years(first: int, last: int, cadre_ids: Collection[int] | None = None) -> dict[int, HourSum]:
    """Hours of some years by person and kind."""
    return _sums(HourEntry.year.between(first, last), cadre_ids)


def hours_between(first: date, last: date, cadre_ids: Collection[int] | None = None) -> dict[int, HourSum]:
    """Hours of a period by person and kind."""
    return _sums(HourEntry.earned_on.between(first, last), cadre_ids)


def days_in_years(first: int, last: int, cadre_ids: Collection[int] | None = None) -> dict[int, int]:
    """Days of training by person: days with a lesson attended, and external hours at eight a day."""
    found: dict[int, int] = {}
    per_day = select(HourEntry.cadre_id, HourEntry.earned_on).where(
        HourEntry.kind == "group", HourEntry.year.between(first, last)
    )
    for query in _for_cadres(per_day, cadre_ids):
        grouped = (
            query.group_by(HourEntry.cadre_id, HourEntry.earned_on).having(func.sum(HourEntry.hours) > 0).subquery()
        )
        counted = select(grouped.c.cadre_id, func.count()).group_by(grouped.c.cadre_id)
        found.update({row[0]: row[1] for row in db.session.execute(counted)})
    external = select(HourEntry.cadre_id, func.sum(HourEntry.hours)).where(
        HourEntry.kind == "external", HourEntry.year.between(first, last)
    )
    for query in _for_cadres(external, cadre_ids):
        for cadre_id, hours in db.session.execute(query.group_by(HourEntry.cadre_id)):
            found[cadre_id] = found.get(cadre_id, 0) + int(hours // HOURS_PER_DAY)
    return found


def _sums(period: ColumnElement[bool], cadre_ids: Collection[int] | None) -> dict[int, HourSum]:
    sums: dict[int, dict[str, Decimal]] = {}
    base = select(HourEntry.cadre_id, HourEntry.kind, func.sum(HourEntry.hours)).where(period)
    for query in _for_cadres(base, cadre_ids):
        for cadre_id, kind, hours in db.session.execute(query.group_by(HourEntry.cadre_id, HourEntry.kind)):
            sums.setdefault(cadre_id, {})[kind] = hours
    return {
        cadre_id: HourSum(
            group=by_kind.get("group", ZERO),
            online=by_kind.get("online", ZERO),
            external=by_kind.get("external", ZERO),
            lecturing=by_kind.get("lecturing", ZERO),
        )
        for cadre_id, by_kind in sums.items()
    }


def _for_cadres(query: Any, cadre_ids: Collection[int] | None) -> Iterable[Any]:
    """The query for everyone, or in portions for some people (a database takes only so many parameters)."""
    if cadre_ids is None:
        yield query
        return
    ids = sorted(cadre_ids)
    for start in range(0, len(ids), _CHUNK):
        yield query.where(HourEntry.cadre_id.in_(ids[start : start + _CHUNK]))
