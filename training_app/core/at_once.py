"""Many rows of one table by one statement, for those who ask nothing back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnDefault, Insert, Table, insert
from sqlalchemy.dialects import postgresql

from training_app.core.db import db, execute_many

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_at_once(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns; their keys are drawn by the database and not told.

    PostgreSQL is sent the rows as one JSON text: one message to write, to send and to plan instead of one for each
    row, which is most of what a full hall's check-ins would cost both sides. What it refuses is raised as the driver
    says it. SQLite is called once for each row, which costs it nothing.
    """
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        execute_many(_singly(table), rows)
        return
    by_json = _by_json(table, tuple(rows[0]))
    given = [
        by_json.constants | {name: _plain(row[name], bind) for name, bind in by_json.binds.items()} for row in rows
    ]
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is in use has one
    driver.execute(by_json.statement, (json.dumps(given, ensure_ascii=False, default=_said),))


class _ByJson(NamedTuple):
    statement: str
    binds: Mapping[str, Callable[[Any], Any] | None]
    constants: dict[str, Any]


@lru_cache(maxsize=64)
def _singly(table: Table) -> Insert:
    return insert(table).inline()


@lru_cache(maxsize=64)
def _by_json(table: Table, given: tuple[str, ...]) -> _ByJson:
    constants: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in given and column.default is not None:
            if not isinstance(column.default, ColumnDefault) or not column.default.is_scalar:
                raise TypeError(f"{column}: what is drawn anew for each row has to be given")
            constants[column.name] = column.default.arg
    columns = [table.columns[name] for name in (*given, *constants)]
    quote = _POSTGRESQL.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in columns)
    types = ", ".join(f"{quote.format_column(c)} {c.type.compile(dialect=_POSTGRESQL)}" for c in columns)
    statement = (
        f"INSERT INTO {quote.format_table(table)} ({names})"
        f" SELECT {names} FROM json_to_recordset(%s::json) AS given ({types})"
    )
    processors = {name: table.columns[name].type.dialect_impl(_POSTGRESQL) for name in given}
    binds = {
        # JSON is written with the whole text, not each value by itself
        name: None if isinstance(impl, postgresql.JSON) else impl.bind_processor(_POSTGRESQL)
        for name, impl in processors.items()
    }
    return _ByJson(statement, binds, constants)


def _plain(value: Any, bind: Callable[[Any], Any] | None) -> Any:
    return value if value is None or bind is None else bind(value)


def _said(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
