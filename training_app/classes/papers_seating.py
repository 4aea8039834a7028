"""座次表: the hall from above, its front at the top; who sits where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from training_app.classes.papers import facts_of
from training_app.classes.queries.seating import Seating
from training_app.classes.seating_rules import Seat
from training_app.classes.values import ClassInfo, EnrollmentInfo
from training_app.core.papers import Cell, Line, Note, Paper, Row, Sheet, Table
from training_app.core.papers.content import breadth, fitted, spread

_MARGINS = (15.0, 14.0, 14.0, 14.0)
_HEIGHT = 132.0  # mm for the rows of a page
_AISLE = 5.0
_SIDE = 9.0
_INSET = 2.4  # mm of a box that its text does not reach
_POINT = 25.4 / 72
_SMALLEST = 4.6


def seat_plan(klass: ClassInfo, seating: Seating, people: Sequence[EnrollmentInfo]) -> Paper:
    """The plan with the seats of these people; whoever has none is named beneath."""
    name = f"{klass.name}座次表"
    whole = Paper(name, (), landscape=True, margins=_MARGINS).width
    hall = seating.hall
    width = (whole - 2 * _SIDE - _AISLE * len(hall.aisles)) / hall.columns
    width = min(width, 34.0)
    height = max(min(_HEIGHT / hall.rows, 16.0), 6.0)
    sitting = {seating.seats[each.id]: each for each in people if each.id in seating.seats}
    names = Counter(each.name for each in people)
    twice = {each for each, number in names.items() if number > 1}
    widths, heads = _heads(hall.columns, hall.aisles, width)
    rows = []
    for row in range(1, hall.rows + 1):
        cells = [Cell(f"{row}排", size=9, faint=True)]
        for column in range(1, hall.columns + 1):
            cells.append(_seat(sitting.get(Seat(row, column)), width, height, twice))
            if column in hall.aisles:
                cells.append(Cell(gap=True))
        rows.append(Row((*cells, Cell(f"{row}排", size=9, faint=True)), height))
    blocks: list[Line | Table | Note] = [
        facts_of(klass, len(people)),
        Note("讲　　台", size=12, align="center", keep=True),
        Table(widths, tuple(rows), Row(heads, 6)),
    ]
    standing = [each for each in people if each.id not in seating.seats]
    if standing:
        blocks.append(Note("未排座：" + "、".join(f"{each.name}（{each.unit_name}）" for each in standing)))
    return Paper(name, (Sheet(name, tuple(blocks)),), landscape=True, margins=_MARGINS)


def _heads(columns: int, aisles: Sequence[int], width: float) -> tuple[tuple[float, ...], tuple[Cell, ...]]:
    widths, cells = [_SIDE], [Cell()]
    for column in range(1, columns + 1):
        widths.append(width)
        cells.append(Cell(str(column), size=9, faint=True))
        if column in aisles:
            widths.append(_AISLE)
            cells.append(Cell(gap=True))
    return (*widths, _SIDE), (*cells, Cell())


def _seat(person: EnrollmentInfo | None, width: float, height: float, twice: Collection[str]) -> Cell:
    """The name on one line, all of one size as far as they fit; with the unit where two people could be meant."""
    if person is None:
        return Cell()
    largest = 13 if width > 18 and height > 9 else 10.5
    if width < 16:
        return Cell(person.name, size=_one_line(person.name, width, largest))
    text = f"{person.name}\n{person.unit_name}" if person.name in twice else spread(person.name)
    return Cell(text, size=fitted(text, width, largest, height))


def _one_line(name: str, width: float, largest: float) -> float:
    """The size in which a name stays on one line of a narrow box."""
    return max(min(largest, (width - _INSET) / _POINT / max(breadth(name), 3)), _SMALLEST)
