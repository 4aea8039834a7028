"""The rules of seats: which there are in a hall, who sits where, who changes with whom. Values in, values out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_ROWS = 60
MOST_COLUMNS = 60
FILL_ORDERS = ("list", "group", "unit", "name")


@dataclass(frozen=True, order=True)
class Seat:
    """A seat: its row from the front and its place in the row from the left, as one who looks to the front counts."""

    row: int
    column: int

    @property
    def text(self) -> str:
        """As it stands on tickets and in lists."""
        return f"{self.row}排{self.column}座"


@dataclass(frozen=True)
class Hall:
    """Rows of equally many seats; an aisle runs behind each of the columns named."""

    rows: int
    columns: int
    aisles: tuple[int, ...] = ()

    @property
    def capacity(self) -> int:
        """How many seats there are."""
        return self.rows * self.columns

    def has(self, seat: Seat) -> bool:
        """Whether the seat exists."""
        return 1 <= seat.row <= self.rows and 1 <= seat.column <= self.columns

    def seats(self) -> list[Seat]:
        """Every seat, from the front, from the left."""
        return [Seat(row, column) for row in range(1, self.rows + 1) for column in range(1, self.columns + 1)]


@dataclass(frozen=True)
class Sitter:
    """Somebody who wants a seat, with what the orders go by."""

    id: int
    number: int
    name: str
    spelled: str = ""
    unit: str = ""
    group: str = ""


def suggested_hall(people: int) -> Hall:
    """A hall that fits: about half again as broad as deep, with an aisle in the middle when it is broad."""
    columns = min(max(math.ceil(math.sqrt(max(people, 1) * 1.5)), 4), MOST_COLUMNS)
    columns += columns % 2
    rows = min(max(math.ceil(people / columns), 1), MOST_ROWS)
    return Hall(rows, columns, (columns // 2,) if columns >= 8 else ())


def read_aisles(text: str, columns: int) -> tuple[int, ...] | None:
    """The columns that an aisle runs behind, as typed (``4、8``); None when it is not a list of such columns."""
    parts = [part for part in re.split(r"[\s,，、;；]+", text.strip()) if part]
    if any(not re.fullmatch(r"[0-9]{1,2}", part) for part in parts):
        return None
    found = tuple(sorted({int(part) for part in parts}))
    return found if all(1 <= each < columns for each in found) else None


def arrange(
    sitters: Sequence[Sitter], hall: Hall, order: str, taken: Mapping[int, Seat] | None = None
) -> dict[int, Seat]:
    """Give everybody a seat, those who have one (``taken``) keep theirs; the others fill up from the front.

    By group, each group begins a row of its own if the hall has rows enough and nobody sits already. Whoever finds no
    seat because the hall is too small is left out.
    """
    kept = {who: seat for who, seat in (taken or {}).items() if hall.has(seat)}
    waiting = in_order([each for each in sitters if each.id not in kept], order)
    if order == "group" and not kept and (rows := _rows_of_groups(waiting, hall)) is not None:
        return rows
    occupied = set(kept.values())
    free = [seat for seat in hall.seats() if seat not in occupied]
    return {**kept, **{each.id: seat for each, seat in zip(waiting, free, strict=False)}}


def in_order(sitters: Sequence[Sitter], order: str) -> list[Sitter]:
    """The people in the order in which seats are filled."""
    keys = {
        "list": lambda each: (each.number,),
        "group": lambda each: (each.group == "", each.group, each.number),
        "unit": lambda each: (each.unit == "", each.unit, each.number),
        "name": lambda each: (each.spelled, each.name, each.number),
    }
    return sorted(sitters, key=keys[order])


def _rows_of_groups(sitters: Sequence[Sitter], hall: Hall) -> dict[int, Seat] | None:
    groups: dict[str, list[Sitter]] = {}
    for each in sitters:
        groups.setdefault(each.group, []).append(each)
    if sum(-(-len(group) // hall.columns) for group in groups.values()) > hall.rows:
        return None
    found: dict[int, Seat] = {}
    row = 1
    for group in groups.values():
        for at, each in enumerate(group):
            found[each.id] = Seat(row + at // hall.columns, at % hall.columns + 1)
        row += -(-len(group) // hall.columns)
    return found


Spot = Seat | int | None
"""A seat, a person by id, or no seat at all."""


def exchange(seats: Mapping[int, Seat], first: Spot, second: Spot) -> dict[int, Seat]:
    """Let whoever is at the first spot and whoever is at the second change places; an empty seat is a place, too."""
    (one, here), (other, there) = _at(seats, first), _at(seats, second)
    after = dict(seats)
    for who, where in ((one, there), (other, here)):
        if who is None or one == other:
            continue
        if where is None:
            after.pop(who, None)
        else:
            after[who] = where
    return after


def _at(seats: Mapping[int, Seat], spot: Spot) -> tuple[int | None, Seat | None]:
    """Who is there, and where that is."""
    if isinstance(spot, Seat):
        return next((who for who, seat in seats.items() if seat == spot), None), spot
    return (spot, seats.get(spot)) if spot is not None else (None, None)
