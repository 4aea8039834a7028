"""The annual statistics (forms.md 6.11): by level, by unit, by program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from training_app.core.db import db
from training_app.reports.queries.people import GroupSum
from training_app.reports.rules import ZERO, ClassFacts, Number, number, one_place, share
from training_app.results.models import HourEntry


@dataclass(frozen=True)
class PeopleRow:
    """A row of people: a level, a unit, or everybody. ``unit_id`` where it is a unit."""

    name: str
    people: int
    trained: int
    times: int
    trained_share: float
    hours: Number
    mean_hours: Number
    online_people: int
    online: Number
    mean_online: Number
    reached: int
    reached_share: float
    behind: int
    unit_id: int | None = None


@dataclass(frozen=True)
class ProgramRow:
    """A row of classes: a program, or all of them."""

    name: str
    classes: int
    enrolled: int
    attended: int
    attendance_share: float
    hours: Number
    hours_earned: Number
    examined: int
    pass_share: float
    resat: int
    graduated: int
    not_graduated: int


def people_row(group: GroupSum, *, name: str = "", unit_id: int | None = None) -> PeopleRow:
    """A group as a row of the table."""
    return PeopleRow(
        name=name or group.key,
        people=group.people,
        trained=group.trained,
        times=group.times,
        trained_share=share(group.trained, group.people),
        hours=number(group.hours),
        mean_hours=number(one_place(group.mean_hours)),
        online_people=group.online_people,
        online=number(group.online),
        mean_online=number(one_place(group.mean_online)),
        reached=group.reached,
        reached_share=share(group.reached, group.people),
        behind=group.behind,
        unit_id=unit_id,
    )


def program_rows(facts: Sequence[ClassFacts]) -> list[ProgramRow]:
    """Classes by program, in the order in which each began."""
    groups: dict[str, list[ClassFacts]] = {}
    for one in facts:
        groups.setdefault(one.program, []).append(one)
    return [program_row(name, rows) for name, rows in groups.items()]


def program_row(name: str, rows: Sequence[ClassFacts]) -> ProgramRow:
    """Some classes together."""
    tested = [f for f in rows if f.examined or f.sittings]
    base = sum(f.tested for f in tested)
    decided = [f for f in rows if f.is_decided and not f.for_party_members]
    graduated = sum(f.graduated for f in decided)
    return ProgramRow(
        name=name,
        classes=len(rows),
        enrolled=sum(f.enrolled for f in rows),
        attended=sum(f.attended for f in rows),
        attendance_share=share(sum(f.came for f in rows), sum(sum(f.marks.values()) for f in rows)),
        hours=number(sum((f.hours for f in rows), ZERO)),
        hours_earned=number(sum((f.hours_earned for f in rows), ZERO)),
        examined=sum(f.examined for f in rows),
        pass_share=share(sum(f.passed for f in tested), base),
        resat=sum(f.resat for f in rows),
        graduated=graduated,
        not_graduated=sum(f.enrolled for f in decided) - graduated,
    )


def years_of_ledger(at_least: int) -> list[int]:
    """Years with hours, the newest first."""
    years = set(db.session.scalars(select(HourEntry.year).distinct()))
    return sorted(years | {at_least}, reverse=True)


def period_of_year(year: int, today: date) -> tuple[date, date]:
    """The part of a year that is over."""
    return date(year, 1, 1), min(today, date(year, 12, 31))


def mean(values: Sequence[Decimal]) -> Decimal:
    """The arithmetic mean; 0 of nothing."""
    return sum(values, ZERO) / len(values) if values else ZERO
