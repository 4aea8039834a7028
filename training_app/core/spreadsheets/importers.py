"""What a feature says of a kind of sheet it can take in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table as DatabaseTable
from sqlalchemy import select

from training_app.core.db import Base, db
from training_app.core.recording import Recorder
from training_app.core.spreadsheets.columns import ColumnSet, Layout
from training_app.core.spreadsheets.fillings import Filling
from training_app.core.spreadsheets.grids import Grid
from training_app.core.spreadsheets.parsed import Parsed
from training_app.core.spreadsheets.reading import in_child
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.core.spreadsheets.tables import Table

_MANY = 5_000  # ids in one IN list


class SheetRefused(Exception):
    """A sheet that cannot be taken in as a whole: its class is unknown, it has no roster yet."""

    def __init__(self, code: str, **params: Any) -> None:
        """Remember why; the words belong to the code."""
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Change:
    """What storing did to one stored row, so that it can be undone. ``action``: created, updated.

    ``after`` is given where the stored row does not say it in clear; a new version of something sealed, say.
    """

    row: int
    entity: str
    entity_id: int
    action: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


@dataclass
class Stored:
    """What storing a sheet did, by data line and by stored row.

    ``changes`` say which line a stored row comes from; ``seen`` knows every row touched, side rows included.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    seen: Recorder | None = None


@dataclass(frozen=True)
class Other:
    """Something on record that a list of everything of its kind does not name; nothing is done about it."""

    entity: str
    key: int
    name: str
    note: str = ""


@dataclass(frozen=True)
class Importer:
    """One kind of sheet: its columns, how its rows are judged, how they are stored.

    ``check`` looks up what it needs, judges each row and puts what it made of it into ``row.values``; it changes
    nothing. ``store`` runs inside the caller's unit of work. ``order`` is the order in which a whole folder goes in.
    ``others``, of lists that hold everything of their kind: what is on record and not in this list, as information.
    """

    kind: str
    order: int
    columns: ColumnSet
    check: Callable[[Sheet], None]
    store: Callable[[Sheet], Stored]
    of_class: bool = False
    others: Callable[[Sheet], Sequence[Other]] | None = None
    fill: Callable[[int], Filling] | None = None  # of a class's sheet: what the template can know beforehand


@dataclass(frozen=True)
class FileImporter(Importer):
    """A kind of file that has no worksheets (question files, appointment forms): one report entry per file.

    ``claims`` and ``parse`` are dotted names ``package.module:function`` of pure functions of (name, data), the first
    saying whether the file is of this kind, the second giving a ``Parsed``. Both run in a child process with limits, so
    they take and give plain values only and their module imports neither Flask nor the database.
    """

    claims: str = ""
    parse: str = ""


def claims_file(importer: FileImporter, name: str, data: bytes) -> bool:
    """Whether a file is of this kind, by its kind's own look at it.

    Raises:
        Unreadable: it cannot be looked at safely.
    """
    return bool(in_child(importer.claims, name, data)[0])


def parse_file(importer: FileImporter, name: str, data: bytes) -> Parsed:
    """Read a file without worksheets by its kind's own parser, in a child with limits.

    Raises:
        Unreadable: it is damaged, dangerous, or takes more memory or time than a file may.
    """
    (plain,) = in_child(importer.parse, name, data)
    findings = [(item, field_, code, params) for item, field_, code, params in plain["findings"]]
    return Parsed(plain["format"], plain["items"], plain["extras"], findings)


def sheet_of_items(importer: Importer, parsed: Parsed, *, file: str) -> Sheet:
    """The things of a file as the rows of a sheet, numbered from 1, so that checking and repairing work alike."""
    fields = importer.columns.fields
    names = [name for name in fields if any(name in item for item in parsed.items)]
    labels = {name: fields[name].title for name in names}
    rows = [
        Row(number, {name: item.get(name) for name in names}, labels) for number, item in enumerate(parsed.items, 1)
    ]
    for row, extra in zip(rows, parsed.extras, strict=False):
        row.extra = extra
    for number, name, code, params in parsed.findings:
        rows[number - 1].refuse(name, code, **params)
    grid = Grid("", [[item.get(name) for name in names] for item in parsed.items])
    table = Table(grid, 0, 0, list(labels.values()), [])
    layout = Layout({name: n for n, name in enumerate(names, 1)}, labels)
    return Sheet(importer.kind, "", file, table, layout, rows, [])


def snapshot(model: type[Base], ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The stored values of some rows, by id, as plain values."""
    table = model.__table__
    if not isinstance(table, DatabaseTable):
        raise TypeError(model)
    key = next(iter(table.primary_key.columns))
    wanted = sorted(set(ids))
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _MANY):
        for row in db.session.execute(select(table).where(key.in_(wanted[start : start + _MANY]))).mappings():
            found[row[key.name]] = dict(row)
    return found


def compare(
    model: type[Base],
    *,
    before: Mapping[int, Mapping[str, Any]],
    ids: Sequence[int],
    rows: Sequence[Row],
    ignore: frozenset[str] = frozenset({"updated_at"}),
) -> list[Change]:
    """What became of the rows' stored counterparts: made, or changed with the values they had before."""
    after = snapshot(model, ids)
    changes = []
    for row, entity_id in zip(rows, ids, strict=True):
        old = before.get(entity_id)
        if old is None:
            changes.append(Change(row.number, model.__tablename__, entity_id, "created"))
            continue
        lost = {k: plain(v) for k, v in old.items() if k not in ignore and after[entity_id][k] != v}
        if lost:
            changes.append(Change(row.number, model.__tablename__, entity_id, "updated", lost))
    return changes


def plain(value: Any) -> Any:
    """A value as JSON can keep it."""
    return str(value) if isinstance(value, Decimal | datetime | date) else value
