"""The rule of who is of a lesson: one answer for its page, wall, projector, closing and whatever is printed of it.

Who was in the class when the lesson began counts. Nothing here asks the time or the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Place:
    """How a person stands to a class and one of its lessons.

    ``left_at``: when somebody who had been in the class left it; None for those who are in it, and for those who never
    were (declined, not shown up, a nomination taken back).
    """

    in_class: bool
    recorded: bool
    left_at: datetime | None = None


def standing(place: Place, *, closed: bool, began_at: datetime) -> str:
    """Whether somebody is of a lesson: of, left (of it, and gone since), later (in the class, not of it), '' (neither).

    A record does not go with the person: who has one is of the lesson, come what may. Until it is closed everybody of
    the class is, and those who left after it began: they were due. Closing writes everybody's record, so who has none
    then came into the class later and is not counted.
    """
    if place.recorded:
        return "of" if place.in_class else "left"
    if place.in_class:
        return "later" if closed else "of"
    return "left" if not closed and place.left_at is not None and place.left_at > began_at else ""


def counts_in(standing_: str) -> bool:
    """Whether such a person is counted."""
    return standing_ in ("of", "left")


def may_be_marked(standing_: str, *, left_at: datetime | None, seen_at: datetime | None) -> bool:
    """Whether staff may still note somebody by hand: who left must not have been seen after leaving (None: no time)."""
    return standing_ == "of" or (
        standing_ == "left" and (seen_at is None or (left_at is not None and seen_at <= left_at))
    )
