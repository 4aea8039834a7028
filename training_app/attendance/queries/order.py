"""In which order staff see the people of a lesson: as the class is listed, or by name as the dictionary has it."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.attendance.queries.people import PersonRow
from training_app.cadres.api import pinyin_of

ORDERS = ("group", "name")


def chosen_order(asked: str) -> str:
    """The order asked for, if there is such a one; else by group and unit."""
    return asked if asked in ORDERS else "group"


def in_order(people: Sequence[PersonRow], order: str) -> list[PersonRow]:
    """The people in that order."""
    if order == "name":
        return sorted(people, key=lambda each: (pinyin_of(each.name).partition(" ")[0], each.name, each.enrollment_id))
    return list(people)
