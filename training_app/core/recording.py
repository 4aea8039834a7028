"""What a piece of work does to stored rows, noticed at the session, so that it can be taken back later.

Nobody has to remember to write it down: side rows made by handlers of events, lines of ledgers and rows of features
that do not exist yet are seen like any other. Only rows with one whole number as their key are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Integer, Table, event, inspect, select
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql.dml import Delete, Insert, Update

from training_app.core.db import INSERTED, Base, Hundredths, Instant, db, table_of

_OWN = ("audit_", "imports_")  # what keeps the record is no part of it
_IGNORED = frozenset({"updated_at"})
_PLAIN = frozenset({str, int, bool, float, type(None)})  # what stands for itself
_MANY = 5_000  # ids in one IN list


@dataclass(frozen=True)
class Touch:
    """What became of one stored row. ``action``: created, updated, deleted.

    ``before`` and ``after`` hold what changed, or the whole row where it was deleted; ``digest`` is of the row as it
    stood at the end.
    """

    entity: str
    key: int
    action: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    digest: str = ""


class Recorder:
    """The rows touched since recording began, each with what it was before the first touch."""

    def __init__(self, session: Session) -> None:
        """Begin with nothing."""
        self._session = session
        self._first: dict[tuple[str, int], Mapping[str, Any] | None] = {}

    def touches(self) -> list[Touch]:
        """What became of every row touched, in the order of the first touch."""
        self._session.flush()
        by_table: dict[str, list[int]] = {}
        for entity, key in self._first:
            by_table.setdefault(entity, []).append(key)
        now = {
            (entity, key): row
            for entity, keys in by_table.items()
            for key, row in rows_of(Base.metadata.tables[entity], keys).items()
        }
        found = [_touch(at, old, now.get(at)) for at, old in self._first.items()]
        return [each for each in found if each is not None]

    def before_flush(self, session: Session, *_: object) -> None:
        """Keep what objects about to be changed or deleted are now."""
        keys: dict[Table, list[int]] = {}
        for each in (*(o for o in session.dirty if session.is_modified(o)), *session.deleted):
            table = table_of(type(each))
            identity = inspect(each).identity
            if _key_of(table) is not None and identity:
                keys.setdefault(table, []).append(identity[0])
        for table, ids in keys.items():
            self._remember(table, ids)

    def after_flush(self, session: Session, *_: object) -> None:
        """Keep that objects were new."""
        for each in session.new:
            table = table_of(type(each))
            key = _key_of(table)
            if key is not None:
                self._first.setdefault((table.name, getattr(each, key.key)), None)

    def on_execute(self, state: ORMExecuteState) -> Result[Any] | None:
        """Keep what a statement is about to change; find out what it makes."""
        statement = state.statement
        if not isinstance(statement, Insert | Update | Delete) or not isinstance(statement.table, Table):
            return None
        table = statement.table
        key = _key_of(table)
        if key is None:
            return None
        if isinstance(statement, Insert):
            return self._insert(state, statement, key)
        many = state.parameters if isinstance(state.parameters, list | tuple) else ()
        if many and key.key in many[0]:
            self._remember(table, [each[key.key] for each in many])
            return None
        chosen = select(table)
        if statement.whereclause is not None:
            chosen = chosen.where(statement.whereclause)
        for row in self._session.connection().execute(chosen).mappings():
            self._first.setdefault((table.name, row[key.name]), dict(row))
        return None

    def inserted(self, table: Table, keys: Iterable[int]) -> None:
        """Keep that rows put in by ``insert_many`` were new."""
        if _key_of(table) is not None:
            self._first.update(((table.name, key), None) for key in keys)

    def _insert(self, state: ORMExecuteState, statement: Insert, key: Column[Any]) -> Result[Any] | None:
        asked = list(statement.exported_columns.keys())
        if asked and key.name not in asked:
            raise TypeError(f"an insert into {key.table.name} that gives back no key cannot be recorded")
        many = state.parameters if isinstance(state.parameters, list | tuple) else ()
        if many and not asked and all(key.key in each for each in many):  # they bring their keys along
            self._first |= {(key.table.name, each[key.key]): None for each in many}
            return None
        told = statement if asked else statement.returning(key)
        frozen = state.invoke_statement(statement=told).freeze()
        made = [row[key.name] for row in frozen().mappings()]
        if many and len(made) != len(many):
            raise RuntimeError(f"{len(many)} rows went into {key.table.name}, {len(made)} keys came back")
        for one in made:
            self._first.setdefault((key.table.name, one), None)
        return frozen()

    def _remember(self, table: Table, keys: Iterable[int]) -> None:
        unseen = [key for key in keys if (table.name, key) not in self._first]
        for key, row in rows_of(table, unseen).items():
            self._first[table.name, key] = row


@contextmanager
def recording() -> Iterator[Recorder]:
    """Notice every row that this unit of work touches from here to the end of the block."""
    session: Session = db.session()
    session.flush()
    recorder = Recorder(session)
    hooks = (
        ("before_flush", recorder.before_flush),
        ("after_flush", recorder.after_flush),
        ("do_orm_execute", recorder.on_execute),
    )
    for name, hook in hooks:
        event.listen(session, name, hook)
    listeners = session.info.setdefault(INSERTED, [])
    listeners.append(recorder.inserted)
    try:
        yield recorder
        session.flush()
    finally:
        listeners.remove(recorder.inserted)
        for name, hook in hooks:
            event.remove(session, name, hook)


def rows_of(table: Table, keys: Iterable[int], *, lock: bool = False) -> dict[int, dict[str, Any]]:
    """Stored rows by key, as typed values; locked against others until the end of the unit of work if wanted."""
    key = _key_of(table)
    found: dict[int, dict[str, Any]] = {}
    wanted = sorted(set(keys))
    if key is None:
        return found
    for start in range(0, len(wanted), _MANY):
        chosen = select(table).where(key.in_(wanted[start : start + _MANY])).order_by(key)
        for row in db.session.connection().execute(chosen.with_for_update() if lock else chosen).mappings():
            found[row[key.name]] = dict(row)
    return found


def digest_of(row: Mapping[str, Any]) -> str:
    """A short digest of a row's values: equal as long as nobody changed it."""
    names = _names_of(tuple(row))
    said = repr([(name, v if type(v := row[name]) in _PLAIN else to_plain(v)) for name in names])
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=200)
def _names_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in sorted(columns) if name not in _IGNORED)


def to_plain(value: Any) -> Any:
    """A stored value as JSON can keep it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, datetime | date) else value


def from_plain(column: Column[Any], value: Any) -> Any:
    """A kept value as its column takes it."""
    if not isinstance(value, str):
        return value
    if isinstance(column.type, Hundredths):
        return Decimal(value)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def key_of(table: Table) -> Column[Any]:
    """The one column that is a recorded table's key."""
    key = _key_of(table)
    if key is None:
        raise TypeError(table.name)
    return key


def is_recorded(table: Table) -> bool:
    """Whether what becomes of a table's rows is kept; of others it could not be taken back."""
    return _key_of(table) is not None


def _key_of(table: Table) -> Column[Any] | None:
    if table.name.startswith(_OWN):
        return None
    keys: Sequence[Column[Any]] = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


def _touch(at: tuple[str, int], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Touch | None:
    if old is None:
        return Touch(*at, "created", digest=digest_of(new)) if new is not None else None
    if new is None:
        return Touch(*at, "deleted", before={name: to_plain(value) for name, value in old.items()})
    lost = {n: to_plain(v) for n, v in old.items() if n not in _IGNORED and v != new[n]}
    if not lost:
        return None
    return Touch(*at, "updated", lost, {n: to_plain(new[n]) for n in lost}, digest_of(new))
