"""All kinds of sheets there are, and which kind a sheet is. The only place that knows every feature's importers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from training_app.accounts.imports import UNITS
from training_app.attendance.imports import ATTENDANCE
from training_app.cadres.imports import APPOINTMENT_FORMS, CADRES, PARTY_MEMBERS
from training_app.classes.imports import PLAN, QUOTAS, ROSTER, TIMETABLE
from training_app.core.spreadsheets.columns import ColumnSet, Layout, shapes_of, understand
from training_app.core.spreadsheets.grids import Grid
from training_app.core.spreadsheets.importers import FileImporter, Importer, claims_file
from training_app.core.spreadsheets.sheets import Sheet
from training_app.core.spreadsheets.tables import Table, find_table
from training_app.core.spreadsheets.text import bare_label_key, label_key
from training_app.courses.imports import COURSES, ROUTES, SITES
from training_app.exams.imports import QUESTION_FILES, QUESTION_SHEETS, SCORES
from training_app.results.imports import EXTERNAL, ONLINE_HOURS, PARTY_CLASS
from training_app.teachers.imports import TEACHERS

IMPORTERS: dict[str, Importer] = {
    each.kind: each
    for each in sorted(
        (
            UNITS,
            CADRES,
            PARTY_MEMBERS,
            TEACHERS,
            COURSES,
            SITES,
            ROUTES,
            PLAN,
            QUOTAS,
            ONLINE_HOURS,
            EXTERNAL,
            ROSTER,
            TIMETABLE,
            ATTENDANCE,
            SCORES,
            PARTY_CLASS,
            QUESTION_SHEETS,
        ),
        key=lambda importer: importer.order,
    )
}
KINDS = tuple(IMPORTERS)
FILE_IMPORTERS: tuple[FileImporter, ...] = (APPOINTMENT_FORMS, QUESTION_FILES)  # kinds of files that have no worksheets
QUESTIONS = "questions"
_COLUMN_SETS: dict[str, ColumnSet] = {kind: each.columns for kind, each in IMPORTERS.items()}
_HEADERS = frozenset(key for each in _COLUMN_SETS.values() for one in each.fields.values() for key in one.keys)
_TITLE_POINTS = 12  # what a sheet calls itself weighs as much as four telling columns


@dataclass(frozen=True)
class Recognised:
    """A worksheet with its kind; ``kind`` '' and a reason when it is none."""

    kind: str
    grid: Grid
    table: Table | None = None
    layout: Layout | None = None
    reason: str = ""
    missing: tuple[str, ...] = ()
    sheet: Sheet | None = None  # of a file that has no worksheets: its things as rows


def importer_of_file(name: str, data: bytes) -> FileImporter | None:
    """Who takes in a file that has no worksheets; None when it is a table, or nothing known."""
    return next((each for each in FILE_IMPORTERS if claims_file(each, name, data)), None)


def importer_of(recognised: Recognised) -> Importer:
    """Who takes in a worksheet, or the things of a file."""
    if recognised.sheet is not None:
        return next(each for each in FILE_IMPORTERS if each.kind == recognised.kind)
    return IMPORTERS[recognised.kind]


def order_of(kind: str) -> int:
    """Where a kind stands when a whole folder is brought in; what nobody takes in comes last."""
    orders = [each.order for each in (*IMPORTERS.values(), *FILE_IMPORTERS) if each.kind == kind]
    return min(orders, default=999)


def is_header(label: str) -> bool:
    """Whether some kind of sheet has a column of this name."""
    if not label or len(label) > 40:
        return False
    if label_key(label) in _HEADERS or bare_label_key(label) in _HEADERS:
        return True
    return any(each.dynamic is not None and each.dynamic.search(label) is not None for each in _DYNAMIC)


_DYNAMIC = tuple(each for kind, each in _COLUMN_SETS.items() if kind in ("attendance", "timetable"))


def recognise(
    grid: Grid,
    *,
    file: str,
    kind: str = "auto",
    header_row: int | None = None,
    settled: Callable[[str], Mapping[str, str]] = lambda _kind: {},
) -> Recognised:
    """Find the header and the kind: the one asked for, else the one whose columns and title fit best.

    ``settled`` gives for a kind what people said its headers mean; ``header_row`` is the row a person pointed at.
    """
    table = find_table(grid, is_header, at=header_row)
    if table is None:
        return Recognised("" if kind == "auto" else kind, grid, reason="header_missing")
    shapes = shapes_of(table.labels, grid.rows[table.first_line - 1 : table.first_line + 39])
    if kind != "auto":
        return _as(kind, grid, table, understand(table.labels, _COLUMN_SETS[kind], shapes, settled(kind)))
    own = [label_key(text) for text in (*table.titles[:4], grid.name)]
    names = _called(own) or _called([label_key(Path(file.replace("\\", "/")).stem)])
    fits: list[tuple[int, int, str, Layout]] = []
    called: list[tuple[int, int, str, Layout]] = []
    for name, columns in _COLUMN_SETS.items():
        layout = understand(table.labels, columns, shapes, settled(name))
        length = names.get(name, 0)
        points = layout.score + (_TITLE_POINTS + length if length else 0) - 2 * len(layout.unknown)
        rated = (points, length, name, layout)
        if not layout.missing:
            fits.append(rated)
        elif length:
            called.append(rated)
    if fits and (not called or max(f[1] for f in fits) >= max(c[1] for c in called)):
        _, _, name, layout = max(fits, key=lambda each: (bool(each[1]), each[0]))
        return Recognised(name, grid, table, layout)
    if called:  # it says what it is, and lacks something: better to say so than to take it for something else
        _, _, name, layout = max(called, key=lambda each: (each[1], each[0]))
        return _as(name, grid, table, layout)
    return Recognised("", grid, table, reason="kind_unknown")


def _called(places: list[str]) -> dict[str, int]:
    """The kinds whose usual title stands in one of these places, with the title's length."""
    found = {
        kind: max((len(t) for t in columns.titles if any(label_key(t) in place for place in places)), default=0)
        for kind, columns in _COLUMN_SETS.items()
    }
    return {kind: length for kind, length in found.items() if length}


def _as(kind: str, grid: Grid, table: Table, layout: Layout) -> Recognised:
    """The sheet as this kind; with the columns that are missing for it."""
    columns = _COLUMN_SETS[kind]
    missing = tuple(_title_of(columns, name) for name in layout.missing if name not in ("!", "?"))
    return Recognised(kind, grid, table, layout, "columns_missing" if missing else "", missing)


def _title_of(columns: ColumnSet, name: str) -> str:
    return columns.fields[name].title if name in columns.fields else name
