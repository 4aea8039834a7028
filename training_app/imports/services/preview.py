"""What an import would do, row by row: made, changed (old → new), left alone; worked out inside the rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, select

from training_app.core.db import Base, db
from training_app.core.spreadsheets.importers import Other, Stored, plain
from training_app.core.spreadsheets.sheets import Sheet
from training_app.imports.entities import told

_MANY = 2_000
_SECRET = ("_encrypted", "_index")
_UNSAID = frozenset({"pinyin", "path", "updated_at", "created_at"})


def preview_of(
    sheet: Sheet, stored: Stored, others: Callable[[Sheet], Sequence[Other]] | None = None
) -> dict[str, Any]:
    """Row → the fields that change with both values; the rows that make something new; what no row is about."""
    made: set[int] = set()
    changed: dict[int, list[list[Any]]] = {}
    wanted: dict[str, set[int]] = {}
    for change in stored.changes:
        if change.action == "created":
            made.add(change.row)
        elif change.before and change.after is None:
            wanted.setdefault(change.entity, set()).add(change.entity_id)
    names: dict[tuple[str, Any], str] = {}
    now = {(table, key): values for table, ids in wanted.items() for key, values in _values(table, ids).items()}
    for change in stored.changes:
        if change.action != "updated" or not change.before:
            continue
        after = change.after if change.after is not None else now.get((change.entity, change.entity_id), {})
        for name, old in change.before.items():
            if name not in _UNSAID and not name.endswith(_SECRET):
                column = Base.metadata.tables[change.entity].columns.get(name)
                values = [_said(column, value, names) for value in (old, plain(after.get(name)))]
                changed.setdefault(change.row, []).append([name, *values])
        changed.setdefault(change.row, [])
    made -= set(changed)
    return {
        "made": sorted(made),
        "changed": {str(row): fields for row, fields in sorted(changed.items())},
        "others": [[each.entity, each.key, each.name, each.note] for each in (others(sheet) if others else ())],
        "same": [row.number for row in sheet.rows if row.accepted and row.number not in made | set(changed)],
    }


def _said(column: Column[Any] | None, value: Any, names: dict[tuple[str, Any], str]) -> Any:
    """A value as a reader knows it: what a foreign key points to by its name, not by its number."""
    if column is None or value is None or not column.foreign_keys:
        return value
    parent = next(iter(column.foreign_keys)).column
    at = (parent.table.name, value)
    if at not in names:
        row = db.session.execute(select(parent.table).where(parent == value)).mappings().first()
        names[at] = (told(parent.table.name, [dict(row)])[0] if row is not None else "") or str(value)
    return names[at]


def _values(table: str, ids: set[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    stored = Base.metadata.tables[table]
    key = next(iter(stored.primary_key.columns))
    wanted = sorted(ids)
    for start in range(0, len(wanted), _MANY):
        chosen = select(stored).where(key.in_(wanted[start : start + _MANY]))
        for row in db.session.execute(chosen).mappings():
            found[row[key.name]] = dict(row)
    return found
