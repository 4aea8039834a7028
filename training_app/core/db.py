"""The database: typed declarative base, unit of work, ``@command``.

Nothing else in the house commits (``tests/architecture`` checks it). SQLite and PostgreSQL both.
"""

from __future__ import annotations

import fcntl
import functools
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    ColumnDefault,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    Table,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

import training_app.core.pool  # noqa: F401 - listens to every pool there is
from training_app.core.errors import NotFound

P = ParamSpec("P")
R = TypeVar("R")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept in UTC, also where the database has no time zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they mean nothing."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time is not an instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Hundredths(TypeDecorator[Decimal]):
    """A decimal with two places (credit hours, scores), exact on SQLite too: kept as whole hundredths."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> int | None:
        """Store 7.25 as 725; more than two places is a programming error."""
        if value is None:
            return None
        scaled = Decimal(str(value)) * 100
        whole = int(scaled)
        if scaled != whole:
            raise ValueError(f"{value} has more than two decimal places")
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Give 725 back as 7.25."""
        return None if value is None else Decimal(value) / 100


class Base(DeclarativeBase):
    """Base of every table; instants are aware, decimals exact."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant, Decimal: Hundredths}
    )


M = TypeVar("M", bound=Base)

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, see _begin
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        found = tuple(
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("busy_timeout", "synchronous", "foreign_keys")
        )
        cursor.close()
        if found != (5000, 2, 1):
            raise RuntimeError(f"SQLite did not take its settings: {found}")


class _WriterQueue(threading.local):
    """Writers of one SQLite file wait for their turn in the kernel, which wakes the next one at once.

    SQLite's own way is to sleep and look again, up to a tenth of a second each time. This is for speed alone: what
    keeps two writers apart is still SQLite's lock.
    """

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._held: int | None = None

    def wait(self, database: str) -> None:
        """Wait until it is this thread's turn; a file that cannot have a lock beside it has no queue."""
        if self._held is not None or not database or database == ":memory:":
            return
        try:
            file = self._files.get(database)
            if file is None:
                file = self._files[database] = os.open(f"{database}-queue", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            return
        self._held = file

    def leave(self) -> None:
        """Let the next one write."""
        if self._held is not None:
            fcntl.flock(self._held, fcntl.LOCK_UN)
            self._held = None


_queue = _WriterQueue()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        _queue.wait(connection.engine.url.database or "")
        # A writer takes its lock at once: a read lock upgraded later can only fail when two do it.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: committed at the end, rolled back on any exception; joins the one already open."""
    session: Session = db.session()
    if _writing.get():
        yield session
        session.flush()
        return
    if session.in_transaction():
        _end_reading(session)
    token = _writing.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _queue.leave()
        _writing.reset(token)


def read_singly() -> None:
    """Let each statement read for itself until something is changed: on PostgreSQL that saves announcing a transaction.

    To be called before anything was read.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


@contextmanager
def unit_in_one_trip() -> Iterator[Session]:
    """A unit of work of changes whose answers nobody needs: PostgreSQL is sent all of them with the commit, at once.

    Whatever goes wrong is raised at its end, as the driver says it, and nothing is stored. On SQLite, a plain unit of
    work. Needs ``read_singly`` before.
    """
    with unit_of_work() as session:
        if session.get_bind().dialect.name != "postgresql":
            yield session
            return
        driver = session.connection().connection.driver_connection
        assert driver is not None and driver.autocommit  # noqa: S101, PT018 - BEGIN and COMMIT below are the real ones
        with driver.pipeline():
            driver.execute("BEGIN")
            yield session
            session.flush()
            driver.execute("COMMIT")


def _end_reading(session: Session) -> None:
    """End the read that was going on; nothing can be lost, since only units of work change anything.

    PostgreSQL reads committed: every statement sees the newest state anyway, so it is enough to forget what the
    session holds, and the connection needs no new transaction. SQLite has to take its write lock from the start.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.expire_all()
    else:
        session.rollback()


def table_of(model: type[Base]) -> Table:
    """Give the plain table behind a model, for statements that need no objects."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is mapped to one
    return table


def execute(statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Run a plain-table statement without the session's own machinery: for what every request or scan runs."""
    return db.session.connection().execute(statement, values)


def execute_many(statement: Executable, values: Sequence[Mapping[str, Any]]) -> None:
    """Run a plain-table statement once for each set of values; nobody asks what came of it."""
    if values:
        db.session.connection().execute(statement, values)


def insert_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of a table with one whole number as its key, in one go; each row is given its key.

    Keys are drawn beforehand: to be told them by the database makes thousands of single statements on SQLite, and one
    of a megabyte on PostgreSQL that the driver must take apart. Rows must have the same columns. Only within a unit of
    work: SQLite's writer is alone, so the highest key cannot move.
    """
    if not _writing.get():
        raise RuntimeError("insert_many() outside a unit of work")
    if not rows:
        return
    table = table_of(model)
    (key,) = table.primary_key.columns
    session = db.session()
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        draw = text("SELECT nextval(pg_get_serial_sequence(:table, :key)) FROM generate_series(1, :many)")
        told = session.scalars(draw, {"table": table.name, "key": key.name, "many": len(rows)}).all()
    else:
        first = (session.scalar(select(func.max(key))) or 0) + 1
        told = range(first, first + len(rows))
    for one, number in zip(rows, told, strict=True):
        one[key.name] = number
    for hear in session.info.get(INSERTED, ()):
        hear(table, told)
    if is_postgresql:
        _copy(session, table, rows)
    else:
        for lot in _alike(table, rows):
            session.connection().execute(insert(table), lot)


INSERTED = "inserted"  # in a session's info: who wants to hear of rows put in by insert_many(): (table, keys)


def _alike(table: Table, rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that leave the same JSON columns empty together: a None that is handed over becomes JSON's own null."""
    names = [column.name for column in table.columns if isinstance(column.type, JSON)]
    lots: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in rows:
        empty = tuple(name for name in names if one.get(name) is None)
        lots.setdefault(empty, []).append({n: v for n, v in one.items() if n not in empty} if empty else one)
    return list(lots.values())


def _copy(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """PostgreSQL's own way to take in many rows."""
    connection = session.connection()
    constants: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in rows[0] and column.default is not None:
            if not isinstance(column.default, ColumnDefault) or not column.default.is_scalar:
                raise TypeError(column)
            constants[column.name] = column.default.arg
    columns = [table.columns[name] for name in (*rows[0], *constants)]
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in columns)
    binds = [(c.name, c.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)) for c in columns]
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("no connection")
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote.format_table(table)} ({names}) FROM STDIN") as out:
        for each in rows:
            values = {**constants, **each} if constants else each
            out.write_row([_bound(values[name], bind) for name, bind in binds])


def _bound(value: Any, bind: Callable[[Any], Any] | None) -> Any:
    return value if value is None or bind is None else bind(value)


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service function one unit of work, or part of its caller's."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return function(*args, **kwargs)

    return run


def in_unit_of_work() -> bool:
    """Whether changes may be made now."""
    return _writing.get()


def serialise(subject: str) -> None:
    """Let only one unit of work at a time pass here for this subject, until its end.

    For rules that count rows (seats, rooms, gapless numbers). SQLite has one writer anyway.
    """
    if not _writing.get():
        raise RuntimeError("serialise() outside a unit of work")
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:subject))"), {"subject": subject})


def be_patient() -> None:
    """Let this unit of work take its time (long work only; a request must give up early)."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {limit} = '600s'"))


def as_stored(model: type[M], key: int) -> M:
    """The row as the database has it now, whatever this session has read before.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(model, key, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def locked(model: type[M], key: int) -> M:
    """The row as it is now, held until the end of this unit of work; changes not yet flushed to it are lost.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(model, key, populate_existing=True, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def row(instance: Base) -> dict[str, Any]:
    """The plain column values of a stored object (for before/after pictures in the audit trail)."""
    return {column.key: getattr(instance, column.key) for column in instance.__table__.columns}
