"""What people settle about a file: repairs laid over its rows, what its columns mean. Pure; the original stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training_app.core.spreadsheets.sheets import Row, Sheet

_TELL_EVERY = 200  # rows


@dataclass(frozen=True)
class SheetWishes:
    """What was settled about one worksheet; ``cells`` by row and field (or header, where headers are data)."""

    kind: str = ""
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    out: frozenset[int] = frozenset()


class WatchedRows(list[Row]):
    """Rows that tell how many of them have been taken."""

    def __init__(self, rows: Sequence[Row], tell: Callable[[str, int, int], None]) -> None:
        """Take the rows and whom to tell."""
        super().__init__(rows)
        self._tell = tell

    def __iter__(self) -> Iterator[Row]:
        """Give them in order."""
        for number, row in enumerate(super().__iter__()):
            if number % _TELL_EVERY == 0:
                self._tell("checking", number, len(self))
            yield row


def fold(edits: Mapping[str, Any]) -> dict[str, SheetWishes]:
    """Everything settled about a file, from its steps in order: worksheet → what holds now."""
    cells: dict[str, dict[tuple[int, str], str]] = {}
    out: dict[str, set[int]] = {}
    for step in edits.get("steps", ()):
        sheet = step["sheet"]
        for row, name, value in step.get("cells", ()):
            cells.setdefault(sheet, {})[row, name] = value
        out.setdefault(sheet, set()).update(step.get("out", ()))
        out[sheet].difference_update(step.get("back", ()))
    settled = edits.get("sheets", {})
    return {
        name: SheetWishes(
            kind=settled.get(name, {}).get("kind", ""),
            header_row=settled.get(name, {}).get("header_row"),
            columns=settled.get(name, {}).get("columns", {}),
            cells=cells.get(name, {}),
            out=frozenset(out.get(name, ())),
        )
        for name in {*settled, *cells, *out}
    }


def apply_edits(sheet: Sheet, wishes: SheetWishes) -> list[int]:
    """Lay the repairs over the rows, take away those left out; gives the numbers of the latter."""
    if wishes.cells:
        by_number = {row.number: row for row in sheet.rows}
        headers = {label: number for number, label in sheet.layout.dynamic.items()}
        for (number, name), value in wishes.cells.items():
            row = by_number.get(number)
            if row is None:
                continue
            if name in headers:
                row.dynamic[headers[name]] = value or None
            else:
                row.cells[name] = value or None
    if not wishes.out:
        return []
    left = [row.number for row in sheet.rows if row.number in wishes.out]
    sheet.rows = [row for row in sheet.rows if row.number not in wishes.out]
    return left
