"""In which order staff see the people of a lesson: by seat, as the class is listed, or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training_app.attendance.queries.names import spelled
from training_app.attendance.queries.people import PersonRow
from training_app.classes.api import Seat

ORDERS = ("seat", "group", "name")


def orders(seats: Mapping[int, Seat]) -> tuple[str, ...]:
    """The orders there are: by seat only where somebody has one."""
    return ORDERS if seats else ORDERS[1:]


def chosen_order(asked: str, seats: Mapping[int, Seat]) -> str:
    """The order asked for, if there is such a one; else by seat, or by group and unit where nobody has a seat."""
    return asked if asked in orders(seats) else orders(seats)[0]


def in_order(people: Sequence[PersonRow], order: str, seats: Mapping[int, Seat]) -> list[PersonRow]:
    """The people in that order; whoever has no seat comes after those who have one."""
    if order == "name":
        return sorted(people, key=lambda each: (spelled(each.name), each.name, each.enrollment_id))
    if order == "seat":
        last = Seat(10_000, 0)
        return sorted(people, key=lambda each: seats.get(each.enrollment_id, last))
    return list(people)
