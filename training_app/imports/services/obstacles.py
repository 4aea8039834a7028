"""What stands in the way of undoing an import: what was built on it, changed since, or brought in later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, select

from training_app.audit import api as audit
from training_app.classes import api as classes
from training_app.core.db import Base, db
from training_app.core.recording import digest_of, rows_of, to_plain
from training_app.imports import rules
from training_app.imports.entities import SUBJECTS, page_of, told
from training_app.imports.models import ImportBatch, ImportChange
from training_app.results import api as results

_MANY = 5_000  # ids in one IN list
_EXAMPLES = 5
_OWN = ("audit_", "imports_")
_RESULTS = "results_class_result"
Effects = Mapping[tuple[str, int], rules.Effect]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One row that stands in the way: in words, and the page where it can be settled."""

    text: str
    page: tuple[str, dict[str, Any]] | None = None


@dataclass(frozen=True)
class Obstacle:
    """One reason why an import cannot be undone.

    ``code``: changed, removed, built, later_import, later_lines, certificate, sealed, decided, unknown.
    """

    code: str
    entity: str
    count: int
    examples: tuple[Example, ...] = ()
    import_id: int | None = None
    file: str = ""
    by: str = ""
    at: datetime | None = None
    fields: tuple[str, ...] = ()


def find_obstacles(
    batches: Sequence[ImportBatch], effects: Effects, rows: Mapping[str, Mapping[int, Row]]
) -> list[Obstacle]:
    """Everything that stands in the way, imports to undo first at the top."""
    built: dict[tuple[str, int], Row] = {}
    built |= _referring(effects)
    lines = _later_lines(effects, rows)
    decided = _decided(batches, effects)
    later, rest = _by_import(batches, effects, {**built, **lines, **decided})
    found = later
    found += _changed(batches, effects, rows)
    found += _grouped("built", [at for at in built if at in rest], rest)
    found += _grouped("later_lines", [at for at in lines if at in rest and at not in built], rest)
    found += _grouped("decided", [at for at in decided if at in rest and at not in built and at not in lines], rest)
    found += _of_classes(batches, effects, rows)
    return found


# ---------------------------------------------------------------- later imports
def _by_import(
    batches: Sequence[ImportBatch], effects: Effects, others: Mapping[tuple[str, int], Row]
) -> tuple[list[Obstacle], dict[tuple[str, int], Row]]:
    """Later imports that touched our rows or made what was built on them; and what nobody brought in."""
    own = {batch.id for batch in batches}
    touched: dict[int, set[tuple[str, int]]] = {}
    rest = dict(others)
    for batch_id, number, entity, key in _stored_changes([*effects, *others]):
        at = (entity, key)
        if batch_id in own:
            continue
        if at in others or number > effects[at].last:
            touched.setdefault(batch_id, set()).add(at)
            rest.pop(at, None)
    found = []
    for batch in db.session.scalars(
        select(ImportBatch).where(ImportBatch.id.in_(touched)).order_by(ImportBatch.id.desc())
    ):
        entity = next(iter(sorted(touched[batch.id])))[0]
        found.append(
            Obstacle(
                "later_import", entity, len(touched[batch.id]), import_id=batch.id, file=batch.file_name, at=batch.at
            )
        )
    return found, rest


def _stored_changes(keys: Iterable[tuple[str, int]]) -> Iterable[tuple[int, int, str, int]]:
    """What imports that still stand did to these rows: (import, place in the order, table, key)."""
    by_table: dict[str, list[int]] = {}
    for entity, key in keys:
        by_table.setdefault(entity, []).append(key)
    for entity, ids in by_table.items():
        for part in _parts(ids):
            chosen = (
                select(ImportChange.batch_id, ImportChange.id, ImportChange.entity, ImportChange.entity_id)
                .join(ImportBatch, ImportBatch.id == ImportChange.batch_id)
                .where(ImportBatch.state == "stored", ImportChange.entity == entity, ImportChange.entity_id.in_(part))
            )
            yield from (tuple(row) for row in db.session.execute(chosen))  # type: ignore[misc]


# ---------------------------------------------------------------- changed since
def _changed(batches: Sequence[ImportBatch], effects: Effects, rows: Mapping[str, Mapping[int, Row]]) -> list[Obstacle]:
    """Rows that somebody changed since: what they were before can no longer be put back without losing that."""
    replaced = {entity for (entity, _), effect in effects.items() if effect.kind == "deleted"}
    changed: dict[str, list[tuple[int, list[str]]]] = {}
    removed: dict[str, int] = {}
    for (entity, key), effect in effects.items():
        row = rows[entity].get(key)
        digest = digest_of(row) if row is not None and effect.whole else ""
        fields = rules.changed_fields(effect, _plain(row), digest)
        if fields == [rules.GONE] or (row is None and effect.kind == "created" and entity in replaced):
            removed[entity] = removed.get(entity, 0) + 1
        elif fields:
            changed.setdefault(entity, []).append((key, fields))
    since = min(batch.at for batch in batches)
    found = [Obstacle("removed", entity, number) for entity, number in sorted(removed.items())]
    for entity, which in sorted(changed.items()):
        shown = [rows[entity][key] for key, _ in which[:_EXAMPLES]]
        last = audit.last_change_of(SUBJECTS[entity], [key for key, _ in which], since) if entity in SUBJECTS else None
        fields = sorted({name for _, names in which for name in names} - {rules.ANY_FIELD})
        found.append(
            Obstacle(
                "changed", entity, len(which), _examples(entity, shown), fields=tuple(fields),
                by=last.actor if last else "", at=last.at if last else None,
            )
        )  # fmt: skip
    return found


def _plain(row: Row | None) -> Row | None:
    return None if row is None else {name: to_plain(value) for name, value in row.items()}


# ---------------------------------------------------------------- built on it
def _referring(effects: Effects) -> dict[tuple[str, int], Row]:
    """Rows not of this import that point to a row it made."""
    made: dict[str, set[int]] = {}
    for (entity, key), effect in effects.items():
        if effect.kind == "created":
            made.setdefault(entity, set()).add(key)
    found: dict[tuple[str, int], Row] = {}
    for table in Base.metadata.sorted_tables:
        if table.name.startswith(_OWN):
            continue
        for foreign in table.foreign_keys:
            wanted = made.get(foreign.column.table.name)
            if not wanted or not foreign.column.primary_key:
                continue
            for row in _rows_where(table, foreign.parent, wanted):
                key = _number_of(table, row)
                mine = effects.get((table.name, key))
                ours = mine is not None and (mine.kind == "created" or foreign.parent.name in mine.restore)
                if not ours:
                    found[table.name, key] = row
    return found


def _number_of(table: Table, row: Row) -> int:
    """The row's key as a number; rows with other keys are never of an import, so any number that is none will do."""
    keys = list(table.primary_key.columns)
    value = row[keys[0].name] if len(keys) == 1 else None
    return value if isinstance(value, int) else -abs(hash(tuple(str(row[k.name]) for k in keys))) - 1


# ---------------------------------------------------------------- later lines of ledgers
def _later_lines(effects: Effects, rows: Mapping[str, Mapping[int, Row]]) -> dict[tuple[str, int], Row]:
    """Corrections posted after our lines: versions of a score, lines of the ledger for the same lesson or year."""
    found: dict[tuple[str, int], Row] = {}
    for table, key, number in _series():
        ours = [
            rows[table.name][k]
            for (entity, k), effect in effects.items()
            if entity == table.name and effect.kind == "created" and k in rows[table.name]
        ]
        if not ours:
            continue
        stored: list[Row] = []
        for part in _parts(sorted({row[key[0]] for row in ours})):
            chosen = select(table).where(table.c[key[0]].in_(part))
            for name in key[1:]:
                values = {row[name] for row in ours}
                if len(values) < _MANY:
                    chosen = chosen.where(table.c[name].in_(values))
            stored += [dict(row) for row in db.session.connection().execute(chosen).mappings()]
        for row in rules.later_versions(ours, stored, key, number):
            at = (table.name, row["id"])
            if at not in effects:
                found[at] = row
    return found


def _series() -> Iterable[tuple[Table, list[str], str]]:
    """The tables whose rows are numbered versions of something: (table, of what, number)."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                *key, number = [column.name for column in constraint.columns]
                if key and number in ("version", "revision") and "id" in table.c:
                    yield table, key, number


# ---------------------------------------------------------------- what a class decided
def _decided(batches: Sequence[ImportBatch], effects: Effects) -> dict[tuple[str, int], Row]:
    """Results decided since, which counted on the attendance and scores brought in here."""
    table = Base.metadata.tables[_RESULTS]
    found: dict[tuple[str, int], Row] = {}
    for batch in batches:
        if batch.class_id is None:
            continue
        chosen = select(table).where(table.c.class_id == batch.class_id, table.c.decided_at > batch.at)
        for row in db.session.connection().execute(chosen).mappings():
            if (_RESULTS, row["id"]) not in effects:
                found[_RESULTS, row["id"]] = dict(row)
    return found


def _of_classes(
    batches: Sequence[ImportBatch], effects: Effects, rows: Mapping[str, Mapping[int, Row]]
) -> list[Obstacle]:
    """Sealed classes, and certificates of people whose attendance or scores came in here."""
    ids = sorted({batch.class_id for batch in batches if batch.class_id is not None})
    found = []
    for klass in classes.list_classes(ids):
        if klass.state == "archived":
            page = ("classes.show", {"class_id": klass.id})
            found.append(Obstacle("sealed", "archives_package", 1, (Example(klass.name, page),)))
    people = {
        row["enrollment_id"]
        for (entity, key) in effects
        if entity != "classes_enrollment_step" and (row := rows[entity].get(key)) and row.get("enrollment_id")
    }
    for class_id in ids:
        valid = [c for c in results.certificates_of_class(class_id) if c.enrollment_id in people and c.state == "valid"]
        if valid:
            shown = tuple(
                Example(f"{c.number} {c.holder_name}", ("results.certificate", {"certificate_id": c.id}))
                for c in valid[:_EXAMPLES]
            )
            found.append(Obstacle("certificate", "results_completion_certificate", len(valid), shown))
    return found


# ---------------------------------------------------------------- small things
def _grouped(code: str, keys: Iterable[tuple[str, int]], rows: Mapping[tuple[str, int], Row]) -> list[Obstacle]:
    by_table: dict[str, list[Row]] = {}
    for at in keys:
        by_table.setdefault(at[0], []).append(rows[at])
    return [
        Obstacle(code, entity, len(group), _examples(entity, group[:_EXAMPLES]))
        for entity, group in sorted(by_table.items())
    ]


def _examples(entity: str, rows: Sequence[Row]) -> tuple[Example, ...]:
    return tuple(
        Example(text, page_of(entity, row)) for text, row in zip(told(entity, rows), rows, strict=True) if text
    )


def _rows_where(table: Table, column: Column[Any], keys: Iterable[int]) -> Iterable[Row]:
    for part in _parts(sorted(keys)):
        chosen = select(table).where(column.in_(part))
        yield from (dict(row) for row in db.session.connection().execute(chosen).mappings())


def _parts(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(keys), _MANY):
        yield keys[start : start + _MANY]


def load_rows(effects: Effects, *, lock: bool) -> dict[str, dict[int, dict[str, Any]]]:
    """The rows an import touched, as they stand now, by table; locked for the undoing."""
    keys: dict[str, list[int]] = {}
    for entity, key in effects:
        keys.setdefault(entity, []).append(key)
    order = [table for table in Base.metadata.sorted_tables if table.name in keys]
    return {table.name: rows_of(table, keys[table.name], lock=lock) for table in order}
