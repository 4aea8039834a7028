"""A worksheet as it stands: values, merged cells, what is hidden, notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None
FORMULA_ERROR = "#REF!"  # stands for whatever a formula failed with: #N/A, #VALUE!, #DIV/0!
Span = tuple[int, int, int, int]  # first row, first column, last row, last column; from 1


@dataclass(frozen=True)
class Grid:
    """The values of a worksheet, from its very first row and column; nothing filled in, nothing left out."""

    name: str
    rows: list[list[Value]]
    merges: tuple[Span, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    text_only: bool = False  # a CSV file: numbers are text too

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """The value of a cell; both count from 1. None outside the grid."""
        if 1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None


@dataclass(frozen=True)
class Book:
    """A spreadsheet file: its worksheets in order. ``format``: xlsx, xls, csv."""

    format: str
    grids: tuple[Grid, ...]
    encoding: str = ""
