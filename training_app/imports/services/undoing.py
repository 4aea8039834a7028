"""Taking a whole import back: everything it made goes, everything it changed is what it was before; or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from training_app.core import clock
from training_app.core.db import Base, db, serialise, unit_of_work
from training_app.core.errors import Conflict, NotFound, Refused
from training_app.core.events import publish
from training_app.core.recording import from_plain, key_of, to_plain
from training_app.core.text import N_
from training_app.imports import rules
from training_app.imports.events import ImportUndone
from training_app.imports.models import ImportBatch, ImportChange, TakenBack, Upload
from training_app.imports.queries import siblings_of_batch
from training_app.imports.services.obstacles import Effects, Obstacle, find_obstacles, load_rows

# Lines of these leave only into the drawer ``imports_taken_back``; the database sees to it.
POSTED = (
    "classes_enrollment_step",
    "attendance_correction",
    "exams_score_version",
    "exams_mark",
    "results_class_result",
    "results_hour_entry",
)
_MANY = 5_000


@dataclass(frozen=True)
class Amount:
    """How many rows of one table would be taken away, put back as they were, or put back at all."""

    entity: str
    taken_away: int
    changed_back: int
    put_back: int


@dataclass(frozen=True)
class UndoPlan:
    """What undoing would do, and what stands in its way."""

    import_ids: tuple[int, ...]
    amounts: tuple[Amount, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def taken_away(self) -> int:
        """All rows that would go."""
        return sum(each.taken_away for each in self.amounts)

    @property
    def changed_back(self) -> int:
        """All rows that would be what they were before."""
        return sum(each.changed_back + each.put_back for each in self.amounts)


class StandsInTheWayError(Refused):
    """An import on which something was built; ``obstacles`` say what."""

    code = "in_the_way"
    message = N_("This import cannot be undone: something was built on it.")

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        """Remember what stands in the way."""
        super().__init__()
        self.obstacles = tuple(obstacles)


def plan_of(import_id: int) -> UndoPlan:
    """What undoing this import, with the other worksheets of its upload, would do."""
    batches = _batches(import_id)
    effects = _effects(batches)
    obstacles = _unknown(batches) or find_obstacles(batches, effects, load_rows(effects, lock=False))
    return UndoPlan(tuple(batch.id for batch in batches), _amounts(effects), tuple(obstacles))


def obstacles_of(import_id: int) -> list[Obstacle]:
    """What stands in the way of undoing an import; nothing when it can be undone."""
    return list(plan_of(import_id).obstacles)


def undo_import(import_id: int) -> UndoPlan:
    """Take an import back, with all worksheets of its upload, in one transaction.

    Raises:
        NotFound: there is no such import.
        Conflict: it was undone already, never stored, or somebody built on it at this very moment.
        StandsInTheWayError: something was built on it.

    """
    try:
        with unit_of_work():
            return _undo(import_id)
    except IntegrityError as error:  # what the locks below let through, the database's constraints do not
        raise Conflict(
            N_("Somebody is working with these records right now. Please try again."), code="busy"
        ) from error


def _undo(import_id: int) -> UndoPlan:
    serialise("imports")
    db.session.expire_all()
    batches = _batches(import_id)
    for class_id in sorted({batch.class_id for batch in batches if batch.class_id is not None}):
        for subject in ("attendance.class:", "exams:", "results.decide|"):
            serialise(f"{subject}{class_id}")
    effects = _effects(batches)
    rows = load_rows(effects, lock=True)
    obstacles = _unknown(batches) or find_obstacles(batches, effects, rows)
    if obstacles:
        raise StandsInTheWayError(obstacles)
    for batch in batches:
        batch.state = "undoing"
    db.session.flush()
    _keep_posted(batches[0].id, effects, rows)
    _change_back(effects, rows)
    _take_away(effects, rows)
    _put_back(effects, rows)
    db.session.expire_all()
    for batch in batches:
        batch.state = "undone"
        upload = db.session.get(Upload, batch.upload_id) if batch.upload_id is not None else None
        if upload is not None:
            upload.state, upload.updated_at = "undone", clock.now()
    db.session.flush()
    plan = UndoPlan(tuple(batch.id for batch in batches), _amounts(effects), ())
    _say_undone(batches, effects)
    return plan


def _batches(import_id: int) -> list[ImportBatch]:
    batch = db.session.get(ImportBatch, import_id)
    if batch is None:
        raise NotFound
    if batch.state == "undone":
        raise Conflict(N_("This import has been undone already."), code="already_undone")
    if batch.state != "stored":
        raise Conflict(N_("This file was only checked; there is nothing to undo."), code="not_stored")
    return siblings_of_batch(batch)


def _effects(batches: Sequence[ImportBatch]) -> Effects:
    chosen = select(
        ImportChange.id, ImportChange.entity, ImportChange.entity_id, ImportChange.action, ImportChange.before,
        ImportChange.after, ImportChange.digest,
    ).where(ImportChange.batch_id.in_([batch.id for batch in batches]))  # fmt: skip
    return rules.combine(rules.Done(*row) for row in db.session.execute(chosen.order_by(ImportChange.id)))


def _unknown(batches: Sequence[ImportBatch]) -> list[Obstacle]:
    """Imports of an older version, of which not everything was kept."""
    chosen = select(ImportChange.id).where(
        ImportChange.batch_id.in_([batch.id for batch in batches]),
        ImportChange.digest == "",
        ImportChange.action != "deleted",
    )
    return [Obstacle("unknown", "", 1)] if db.session.scalar(chosen.limit(1)) is not None else []


def _amounts(effects: Effects) -> tuple[Amount, ...]:
    counted = Counter((effect.entity, effect.kind) for effect in effects.values())
    return tuple(
        Amount(table.name, counted[table.name, "created"], counted[table.name, "updated"],
               counted[table.name, "deleted"])
        for table in Base.metadata.sorted_tables
        if any(counted[table.name, kind] for kind in ("created", "updated", "deleted"))
    )  # fmt: skip


def _keep_posted(batch_id: int, effects: Effects, rows: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> None:
    """Lay the lines of append-only tables into the drawer before they may go."""
    now = clock.now()
    lines = [
        {
            "batch_id": batch_id,
            "entity": entity,
            "entity_id": key,
            "values": {name: to_plain(value) for name, value in rows[entity][key].items()},
            "at": now,
        }
        for (entity, key), effect in effects.items()
        if entity in POSTED and effect.kind == "created" and key in rows[entity]
    ]
    if lines:
        db.session.execute(insert(TakenBack), lines)


def _change_back(effects: Effects, rows: Mapping[str, Mapping[int, Any]]) -> None:
    """Give changed rows the values they had."""
    groups: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for (entity, key), effect in effects.items():
        if effect.kind != "updated" or key not in rows[entity]:
            continue
        table = Base.metadata.tables[entity]
        own = key_of(table).name
        values = {f"to_{n}": from_plain(table.c[n], v) for n, v in effect.restore.items() if n in table.c and n != own}
        groups.setdefault((entity, tuple(sorted(values))), []).append({"at_key": key, **values})
    for (entity, names), many in groups.items():
        if not names:
            continue
        table = Base.metadata.tables[entity]
        change = (
            update(table)
            .where(key_of(table) == bindparam("at_key"))
            .values({name.removeprefix("to_"): bindparam(name) for name in names})
        )
        db.session.connection().execute(change, many)


def _take_away(effects: Effects, rows: Mapping[str, Mapping[int, Any]]) -> None:
    """Delete what the import made, what points to something before what it points to."""
    made: dict[str, list[int]] = {}
    for (entity, key), effect in effects.items():
        if effect.kind == "created" and key in rows[entity]:
            made.setdefault(entity, []).append(key)
    for table in reversed(Base.metadata.sorted_tables):
        keys = sorted(made.get(table.name, ()), reverse=True)
        for start in range(0, len(keys), _MANY):
            part = keys[start : start + _MANY]
            _forget_in_imports(table, part)
            db.session.connection().execute(table.delete().where(key_of(table).in_(part)))


def _forget_in_imports(table: Table, keys: Sequence[int]) -> None:
    """Let what is kept of imports no longer point to what goes (the class a file opened)."""
    for own in Base.metadata.sorted_tables:
        if not own.name.startswith("imports_"):
            continue
        for foreign in own.foreign_keys:
            if _points_to(foreign, table) and foreign.parent.nullable:
                change = update(own).where(foreign.parent.in_(keys)).values({foreign.parent.name: None})
                db.session.connection().execute(change)


def _points_to(foreign: ForeignKey, table: Table) -> bool:
    return foreign.column.table is table


def _put_back(effects: Effects, rows: Mapping[str, Mapping[int, Any]]) -> None:
    """Enter again what the import had deleted; under a new number where another row has taken the old one."""
    for table in Base.metadata.sorted_tables:
        for (entity, key), effect in effects.items():
            if entity != table.name or effect.kind != "deleted":
                continue
            values = {n: from_plain(table.c[n], v) for n, v in effect.restore.items() if n in table.c}
            if key in rows[entity]:
                del values[key_of(table).name]
            db.session.connection().execute(table.insert().values(values))


def _say_undone(batches: Sequence[ImportBatch], effects: Effects) -> None:
    counted = Counter(effect.kind for effect in effects.values())
    posted = sum(effect.entity in POSTED and effect.kind == "created" for effect in effects.values())
    for batch in batches:
        publish(
            ImportUndone(
                import_id=batch.id,
                kind=batch.kind,
                file=batch.file_name,
                sheet=batch.sheet,
                worksheets=len(batches),
                taken_away=counted["created"],
                changed_back=counted["updated"] + counted["deleted"],
                lines=posted,
            )
        )
