"""A worksheet on its way in: rows with their findings, and the values a feature made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from training_app.core.spreadsheets import cells as read
from training_app.core.spreadsheets.columns import ColumnSet, Layout
from training_app.core.spreadsheets.grids import FORMULA_ERROR, Value
from training_app.core.spreadsheets.tables import Table, data_lines


@dataclass(frozen=True)
class Finding:
    """What is to be said of a cell (or of a whole row: ``label`` ''); ``params`` fill the reason's words."""

    row: int
    label: str
    value: str
    code: str
    name: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class Row:
    """One data line: its cells by field, what was made of them, what is to be said."""

    number: int
    cells: dict[str, Value]
    labels: dict[str, str]
    dynamic: dict[int, Value] = field(default_factory=dict)
    hidden: bool = False
    loose: bool = False  # from a CSV file
    failed: tuple[str, ...] = ()  # fields whose formula gave an error instead of a value
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # what of an item of a file does not fit into cells
    refused: list[Finding] = field(default_factory=list)
    flagged: list[Finding] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Whether it can be taken in."""
        return not self.refused

    def text(self, name: str) -> str:
        """The text of a field; '' when the column or the cell is missing."""
        return read.text(self.cells.get(name))

    def words(self, name: str) -> str:
        """The text of a field without blanks."""
        return read.words(self.cells.get(name))

    def refuse(self, name: str, code: str, /, **params: Any) -> None:
        """The row cannot be taken in; the first reason is the one that is told."""
        if not self.refused:
            self.refused.append(self._finding(name, code, params))

    def flag(self, name: str, code: str, /, **params: Any) -> None:
        """The row is taken in, and shown to a person."""
        self.flagged.append(self._finding(name, code, params))

    def flag_at(self, label: str, value: Value, code: str) -> None:
        """The same for a cell below a header that is data itself."""
        self.flagged.append(Finding(self.number, label, read.shown(value), code))

    def _finding(self, name: str, code: str, params: dict[str, Any]) -> Finding:
        return Finding(
            self.number, self.labels.get(name, ""), read.shown(self.cells.get(name)) if name else "", code, name, params
        )

    # -------- readings that say what is wrong by themselves
    def citizen_number(self, name: str = "id_number", *, required: bool = True) -> str:
        """A valid citizen number, or '' after refusing the row."""
        number, reason = read.citizen_number(self.cells.get(name))
        if not reason:
            return number
        if reason != "id_missing" or required:
            self.refuse(name, reason)
        return ""

    def phone(self, name: str = "phone") -> str | None:
        """The phone; None (not taken, flagged) when it cannot be one."""
        number, reason = read.phone(self.cells.get(name))
        if reason:
            self.flag(name, reason)
        return number

    def month(self, name: str, *, known: str = "") -> str:
        """A month; '' when empty, or when it is none (flagged)."""
        value, reason = read.month(self.cells.get(name), known=known, loose=self.loose)
        if reason:
            self.flag(name, reason)
        return value or ""

    def whole(self, name: str) -> int | None:
        """A whole number; None when there is none."""
        return read.whole(self.cells.get(name))

    def amount(self, name: str) -> Decimal | None:
        """Any number; None when there is none."""
        return read.number(self.cells.get(name))


@dataclass
class Sheet:
    """One worksheet as one kind of table."""

    kind: str
    name: str
    file: str  # path below the folder that is brought in, or the file's name
    table: Table
    layout: Layout
    rows: list[Row]
    footers: list[str]
    class_code: str = ""
    class_id: int | None = None
    notes: dict[str, Any] = field(default_factory=dict)  # what a check wants its store to know

    @property
    def places(self) -> list[str]:
        """Where a sheet says what it is about: its titles, its folder, its file, its own name."""
        path = PurePosixPath(self.file.replace("\\", "/"))
        folders = [part for part in reversed(path.parts[:-1]) if part not in ("/", ".")]
        return [*self.table.titles, *folders, path.stem, self.name]

    @property
    def year(self) -> int | None:
        """The year its titles speak of; else that of its folder, file, or of a full date anywhere in it."""
        return read.year_in(self.places) or read.year_in(self.footers) or self._year_in_cells()

    def _year_in_cells(self) -> int | None:
        for row in self.rows[:200]:
            for value in (*row.cells.values(), *row.dynamic.values()):
                if isinstance(value, date):
                    return value.year
                if isinstance(value, str) and (found := read.span(value)):
                    return found[0].year
        return None

    def accepted(self) -> list[Row]:
        """The rows that are taken in, in order."""
        return [row for row in self.rows if row.accepted]

    def column(self, number: int) -> str:
        """The label of a column."""
        return self.table.labels[number - 1]


def make_sheet(
    kind: str, table: Table, layout: Layout, *, columns: ColumnSet, file: str, class_code: str = ""
) -> Sheet:
    """Take the data lines of a table as rows of one kind."""
    lines, footers = data_lines(table, layout)
    by_field = list(layout.columns.items())
    carry: dict[str, Value] = {}
    rows = []
    for line in lines:
        cells = {name: line.cells[n - 1] if n <= len(line.cells) else None for name, n in by_field}
        for name in layout.columns:
            if columns.fields[name].fill_down:
                carry[name] = cells[name] = cells[name] if read.text(cells[name]) else carry.get(name)
        row = Row(
            line.number,
            cells,
            layout.labels,
            dynamic={n: line.cells[n - 1] if n <= len(line.cells) else None for n in layout.dynamic},
            hidden=line.number in table.grid.hidden_rows,
            loose=table.grid.text_only,
        )
        if FORMULA_ERROR in line.cells:
            _empty_errors(row)
        rows.append(row)
    return Sheet(kind, table.grid.name, file, table, layout, rows, footers, class_code=class_code)


def _empty_errors(row: Row) -> None:
    """A formula that failed gives no value: #REF! is nobody's name."""
    row.failed = tuple(name for name, value in row.cells.items() if value == FORMULA_ERROR)
    row.cells |= dict.fromkeys(row.failed)
    for number in [n for n, value in row.dynamic.items() if value == FORMULA_ERROR]:
        row.dynamic[number] = None


def flag_failed(rows: Iterable[Row]) -> None:
    """Say of every cell whose formula failed that it has no value, or it would pass for one that was left empty."""
    for row in rows:
        for name in row.failed:
            if row.cells.get(name) is None:
                row.flagged.append(Finding(row.number, row.labels.get(name, ""), FORMULA_ERROR, "formula_error", name))


def flag_hidden(rows: Iterable[Row]) -> None:
    """Say of every row that was hidden that it was read like any other."""
    for row in rows:
        if row.hidden:
            row.flag("", "hidden_row")
