"""Seats of a planned class: allotted, taken, left; by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from training_app.accounts.api import UnitInfo, list_units
from training_app.classes import rules
from training_app.classes.models import (
    Enrollment,
    PlanLine,
    SeatAllotment,
    TrainingClass,
)
from training_app.core.db import db
from training_app.core.errors import NotFound


@dataclass(frozen=True)
class SeatUse:
    """How the seats of one plan line stand."""

    planned: int
    allotted: Mapping[int, int]
    """Unit → seats; empty: the seats are open to every unit."""
    taken_by_unit: Mapping[int, int]
    """Unit with seats → people who use one (nominated or taken in)."""
    holding: int
    """People who are nominated or taken in."""
    taking_part: int
    """People who are taken in."""

    @property
    def left(self) -> int:
        """Seats of the class nobody holds yet; never below 0."""
        return max(0, self.planned - self.holding)

    @property
    def free(self) -> int:
        """Seats that nobody taken in has; never below 0."""
        return max(0, self.planned - self.taking_part)

    def of_unit(self, path: str) -> tuple[int | None, int]:
        """Seats of the unit with this path, and how many are taken; None when it has no share.

        Where nothing was allotted, the seats of the class are open to all.
        """
        if not self.allotted:
            return self.planned, self.holding
        unit_id = rules.seat_unit(path, self.allotted)
        if unit_id is None:
            return None, 0
        return self.allotted[unit_id], self.taken_by_unit[unit_id]


def seat_use(plan_line_id: int, units: Mapping[int, UnitInfo] | None = None) -> SeatUse:
    """How the seats of a plan line stand now."""
    planned = db.session.scalar(select(PlanLine.seats).where(PlanLine.id == plan_line_id))
    if planned is None:
        raise NotFound
    allotted = dict(
        db.session.execute(
            select(SeatAllotment.unit_id, SeatAllotment.seats).where(SeatAllotment.plan_line_id == plan_line_id)
        ).all()
    )
    people = db.session.execute(
        select(Enrollment.unit_id, Enrollment.nominated_by_unit_id, Enrollment.status)
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(TrainingClass.plan_line_id == plan_line_id, Enrollment.status.in_(rules.SEAT_HOLDING))
    ).all()
    paths = []
    if allotted and people:
        by_id = units if units is not None else {unit.id: unit for unit in list_units()}
        # The person's own unit decides whose seat it is; the nominating unit stands in where it is not known.
        unit_ids = [each.unit_id or each.nominated_by_unit_id for each in people]
        paths = [by_id[unit_id].path for unit_id in unit_ids if unit_id is not None]
    return SeatUse(
        planned=planned,
        allotted=allotted,
        taken_by_unit=rules.seats_taken(paths, allotted),
        holding=len(people),
        taking_part=sum(each.status in rules.TAKING_PART for each in people),
    )
