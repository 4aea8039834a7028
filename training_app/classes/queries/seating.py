"""Who sits where in a class's hall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from training_app.classes.models import Enrollment, PersonSeat, SeatingHall
from training_app.classes.seating_rules import Hall, Seat
from training_app.classes.values import ACTIVE
from training_app.core.db import db


@dataclass(frozen=True)
class Seating:
    """A hall and, by enrollment, the seats of those who take part."""

    hall: Hall
    seats: Mapping[int, Seat]


def seating_of(class_id: int) -> Seating | None:
    """The hall of a class with its people's seats; None while no hall is laid out."""
    found = db.session.get(SeatingHall, class_id)
    if found is None:
        return None
    rows = db.session.execute(
        select(PersonSeat.enrollment_id, PersonSeat.row_no, PersonSeat.column_no)
        .join(Enrollment, Enrollment.id == PersonSeat.enrollment_id)
        .where(PersonSeat.class_id == class_id, Enrollment.status.in_(ACTIVE))
        .order_by(PersonSeat.row_no, PersonSeat.column_no)
    )
    return Seating(hall_of(found), {row.enrollment_id: Seat(row.row_no, row.column_no) for row in rows})


def hall_of(found: SeatingHall) -> Hall:
    """The stored hall as the rules see it."""
    return Hall(found.row_count, found.column_count, tuple(int(each) for each in found.aisles.split(",") if each))


def seats_of(class_id: int) -> Mapping[int, Seat]:
    """The seats of a class's people by enrollment; empty where nobody has one."""
    found = seating_of(class_id)
    return found.seats if found else {}
