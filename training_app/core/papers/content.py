"""What an official form says, in words, boxes and millimetres; nothing of PDF or Word.

Sizes are settled here, too: a long name becomes smaller until it fits its box, on one line or two, and is never cut.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

A4 = (210.0, 297.0)
_MM = 72 / 25.4
_ONE_LINE = 7.0  # points; what would have to be smaller goes on two lines
_SMALLEST = 4.6
_TWO_LINES = 1.85
SPACING = 1.35  # from line to line where sentences fill a box, in their size
_LEADING = 1.25  # how high a line is, in its size
_PADDING = 1.9  # mm: the space left and right of the text of a box, together


@dataclass(frozen=True)
class Cell:
    """One box of a table. ``across`` and ``down`` count the boxes it takes."""

    text: str = ""
    align: str = "center"  # left, center, right
    size: float = 10.5
    bold: bool = False
    faint: bool = False
    top: bool = False  # text begins at the upper edge
    across: int = 1
    down: int = 1
    gap: bool = False  # an empty strip between two halves of a table
    hang: float = 0  # in the size of the text: how far lines that go on are set in; a tab in the text goes there
    picture: bytes = b""  # JPEG, PNG or GIF, as large as ``fit`` allows; the text stands in for what cannot be printed
    fit: tuple[float, float] = (33, 42)  # mm


@dataclass(frozen=True)
class Column:
    """A column of a list. ``width`` in millimetres; 0 shares what is left.

    ``kind``: name (spread and fitted), fit (left, made smaller to fit), text (left, goes on as many lines as it
    needs), middle, faint, gap.
    """

    title: str
    width: float = 0
    kind: str = "middle"


@dataclass(frozen=True)
class Row:
    """A row of boxes, at least ``height`` millimetres high."""

    cells: tuple[Cell, ...]
    height: float = 0


@dataclass(frozen=True)
class Table:
    """Boxes in rows; ``heads`` is repeated on every page."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    heads: Row | None = None
    whole: bool = False  # goes to the next page as a whole rather than being divided


@dataclass(frozen=True)
class Line:
    """A line of one part (left), two (left, right) or three (left, middle, right)."""

    parts: tuple[str, ...]
    size: float = 10.5


@dataclass(frozen=True)
class Note:
    """A paragraph under or above a table."""

    text: str
    size: float = 9
    align: str = "left"
    keep: bool = False  # stays on one page with what follows


Block = Table | Line | Note


@dataclass(frozen=True)
class Sheet:
    """What begins on a new page under its own title; without one it goes on with the form of the page before."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    title_size: float = 18


@dataclass(frozen=True)
class Paper:
    """A form as it is printed: margins are (top, right, bottom, left) in millimetres."""

    name: str
    sheets: tuple[Sheet, ...]
    landscape: bool = False
    margins: tuple[float, float, float, float] = (20, 18, 18, 22)
    numbered: bool = True  # pages bear their number

    @property
    def width(self) -> float:
        """Millimetres between the margins."""
        return A4[1 if self.landscape else 0] - self.margins[1] - self.margins[3]

    @property
    def counted(self) -> bool:
        """Whether a page says how many there are: a form that is one whole, not a bundle of a page each."""
        return self.numbered and len(self.sheets) == 1

    def texts(self) -> Iterable[str]:
        """Every text of the form."""
        for sheet in self.sheets:
            yield sheet.title
            yield sheet.subtitle
            for each in sheet.blocks:
                if isinstance(each, Line):
                    yield from each.parts
                elif isinstance(each, Note):
                    yield each.text
        yield from (cell.text for cell in self.cells())

    def cells(self) -> Iterable[Cell]:
        """Every box of its tables."""
        for sheet in self.sheets:
            for each in sheet.blocks:
                if isinstance(each, Table):
                    for row in (each.heads, *each.rows):
                        yield from row.cells if row else ()


def breadth(text: str) -> float:
    """How wide a text is, in its own height; rather too wide than too narrow."""
    return sum(_breadth(sign) for sign in text)


@lru_cache(maxsize=8_192)
def _breadth(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    return 0.78 if sign.isupper() else 0.6


def fitted(text: str, width: float, size: float, height: float = 7) -> float:
    """The size in which a text fits a box (in millimetres) on one line, or on two when one would be too small."""
    lines = text.split("\n")
    longest = max(breadth(line) for line in lines)
    room = max(width - _PADDING, 0) * _MM
    if longest * size <= room:
        return size
    one_line = room / longest
    if one_line >= _ONE_LINE or len(lines) > 1:
        return max(_SMALLEST, one_line)
    return max(_SMALLEST, min(8, size, height * _MM / 2 / _LEADING, one_line * _TWO_LINES))


def lines_taken(text: str, width: float, size: float, hang: float = 0) -> int:
    """How many lines a text takes in a box ``width`` millimetres wide; rather one too many than one too few."""
    room = max((width - _PADDING) * _MM / size - 1, 1)  # a sign may have to go to the next line with its comma
    taken = 0
    for line in text.split("\n"):
        head, tab, rest = line.partition("\t")
        broad = max(hang, breadth(head)) + breadth(rest) if tab else breadth(line)
        taken += 1 + math.ceil(max(broad - room, 0) / max(room - hang, 1))
    return taken


def filling(
    text: str, width: float, height: float, sizes: Sequence[float], hang: float = 0, spacing: float = SPACING
) -> float | None:
    """The largest of the sizes in which sentences fit a box (in millimetres); None when even the last is too large."""
    room = (height - 3) * _MM
    return next((s for s in sizes if lines_taken(text, width, s, hang) * s * spacing <= room), None)


def spread(name: str) -> str:
    """A name of two characters is spread to the width of three."""
    return f"{name[0]}　{name[1]}" if len(name) == 2 and breadth(name) == 2 else name


def shared(widths: Sequence[float], whole: float) -> tuple[float, ...]:
    """Widths in which each 0 takes an equal part of what the others leave of the whole."""
    empty = sum(width == 0 for width in widths)
    part = (whole - sum(widths)) / empty if empty else 0
    return tuple(width or part for width in widths)


def listing(
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    whole: float,
    *,
    size: float = 10,
    height: float = 7,
    head_height: float = 8,
) -> Table:
    """A list under a head that is repeated on each page."""
    widths = shared([column.width for column in columns], whole)
    heads = Row(
        tuple(
            replace(label(column.title, width, size=size), gap=column.kind == "gap")
            for column, width in zip(columns, widths, strict=True)
        ),
        head_height,
    )
    made = tuple(
        Row(tuple(_cell(c, text, w, size, height) for c, text, w in zip(columns, row, widths, strict=True)), height)
        for row in rows
    )
    return Table(widths, made, heads)


def _cell(column: Column, text: str, width: float, size: float, height: float) -> Cell:
    match column.kind:
        case "name":
            shown = spread(text)
            return Cell(shown, size=fitted(shown, width, size, height))
        case "fit":
            return Cell(text, "left", fitted(text, width, size, height))
        case "text":
            return Cell(text, "left", size)
        case "faint":
            return Cell(text, size=fitted(text, width, size * 0.85, height), faint=True)
        case "gap":
            return Cell(gap=True)
        case _:
            return Cell(text, size=fitted(text, width, size, height))


def label(text: str, width: float, *, across: int = 1, down: int = 1, size: float = 10.5) -> Cell:
    """The name of a box."""
    return Cell(text, size=fitted(text, width, size), bold=True, across=across, down=down)


def value(
    text: str, width: float, *, across: int = 1, down: int = 1, size: float = 10.5, align: str = "center"
) -> Cell:
    """What stands in a box, made smaller until it fits ``width`` millimetres."""
    return Cell(text, align, fitted(text, width, size), across=across, down=down)


def block(text: str, *, across: int = 1, size: float = 10.5, top: bool = True) -> Cell:
    """A box for sentences, from its upper edge."""
    return Cell(text, "left", size, top=top, across=across)
