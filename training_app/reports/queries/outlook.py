"""The classes still to come this year, and whose missing hours they would make up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, or_, select

from training_app.classes.models import PlanLine, Program, SeatAllotment, TrainingClass
from training_app.core import clock
from training_app.core.db import db
from training_app.reports.queries.people import Standings


@dataclass(frozen=True)
class ComingClass:
    """A class of the plan that has not begun."""

    plan_line_id: int
    class_id: int | None
    name: str
    starts_on: date
    ends_on: date
    seats: int
    hours: Decimal
    closes: int  # people whose missing hours it would make up


def coming_classes(standings: Standings, today: date) -> list[ComingClass]:
    """Classes of the rest of the year that would bring somebody to the requirement, those of most use first."""
    lines = _lines(today, standings.year)
    seats = _units_with_seats([line.id for line in lines])
    found = [
        ComingClass(
            line.id,
            line.class_id,
            line.name,
            line.starts_on,
            line.ends_on,
            line.seats,
            line.credit_hours,
            standings.count_where(standings.closable(line.credit_hours, seats.get(line.id, []))),
        )
        for line in lines
    ]
    return sorted((c for c in found if c.closes), key=lambda c: (-c.closes, c.starts_on))


def closable_people(standings: Standings, coming: list[ComingClass]) -> int:
    """How many different people the coming classes would bring to the requirement."""
    if not coming:
        return 0
    seats = _units_with_seats([c.plan_line_id for c in coming])
    return standings.count_where(or_(*(standings.closable(c.hours, seats.get(c.plan_line_id, [])) for c in coming)))


def lines_to_come(chosen: str) -> list[tuple[str, str]]:
    """Names of the coming classes for cadres, to choose from; the one chosen even when it has begun since."""
    today = clock.today()
    found = [(str(line.id), line.name) for line in _lines(today, today.year)]
    if chosen.isdigit() and chosen not in dict(found):
        name = db.session.scalar(select(PlanLine.name).where(PlanLine.id == int(chosen)))
        found += [(chosen, name)] if name else []
    return found


def _lines(today: date, year: int) -> list[Row[Any]]:
    query = (
        select(
            PlanLine.id,
            PlanLine.name,
            PlanLine.starts_on,
            PlanLine.ends_on,
            PlanLine.seats,
            PlanLine.credit_hours,
            TrainingClass.id.label("class_id"),
        )
        .join(Program, Program.id == PlanLine.program_id)
        .outerjoin(TrainingClass, TrainingClass.plan_line_id == PlanLine.id)
        .where(
            PlanLine.starts_on > today,
            PlanLine.starts_on <= date(year, 12, 31),
            Program.for_party_members.is_(False),
            or_(TrainingClass.id.is_(None), TrainingClass.state == "enrolling"),
        )
        .order_by(PlanLine.starts_on)
    )
    return list(db.session.execute(query))


def _units_with_seats(plan_line_ids: list[int]) -> dict[int, list[int]]:
    query = select(SeatAllotment.plan_line_id, SeatAllotment.unit_id).where(
        SeatAllotment.plan_line_id.in_(plan_line_ids)
    )
    found: dict[int, list[int]] = {}
    for line_id, unit_id in db.session.execute(query):
        found.setdefault(line_id, []).append(unit_id)
    return found
