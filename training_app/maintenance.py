"""Backup, restore, and a look at whether everything is in order.

A backup is a ZIP of plain JSON lines, a table each, read in one transaction, with the stored files beside them. It does
not depend on the kind of database: what SQLite wrote PostgreSQL can take in. The keys are not in it; without the same
``FIELD_KEY`` the personal fields stay unreadable, and ``restore`` says so.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Date, Table, func, insert, select, text
from sqlalchemy.engine import Connection

from training_app.audit.api import verify_chain
from training_app.core import clock, crypto, files
from training_app.core.clock_offset import read_offset
from training_app.core.db import Base, Hundredths, Instant, db
from training_app.core.errors import Conflict, InvalidInput
from training_app.settings import ROOT

_FORMAT = 1
_ROWS_AT_ONCE = 2000
_PROBE = "zhixing backup"


def backup(target: Path) -> dict[str, int]:
    """Write a consistent backup; returns rows per table. The file appears under its name only when it is complete."""
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=target.name, delete=False) as out:
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
            db.engine.connect() as connection,
        ):
            _one_picture(connection)
            for table in Base.metadata.sorted_tables:
                name = f"tables/{table.name}.jsonl"
                digest, count = hashlib.sha256(), 0
                with archive.open(name, "w", force_zip64=True) as file:
                    for line in _lines(connection, table):
                        file.write(line)
                        digest.update(line)
                        count += 1
                counts[table.name], digests[name] = count, digest.hexdigest()
            for path in sorted(p for p in files.folder().glob("??/*") if p.is_file()):
                archive.write(path, f"files/{path.name}", zipfile.ZIP_STORED)
            head = {
                "format": _FORMAT,
                "revision": _revision(connection),
                "made_at": clock.now().isoformat(),
                "counts": counts,
                "sha256": digests,
                "key_probe": crypto.encrypt(_PROBE, "backup"),
            }
            archive.writestr("backup.json", json.dumps(head, ensure_ascii=False, indent=1))
        Path(out.name).replace(target)
    return counts


def restore(source: Path) -> dict[str, int]:
    """Bring a backup into an empty, migrated database; nothing is written when anything about the file is wrong.

    Raises:
        InvalidInput: the file is damaged, of another format or shape, or was made under another FIELD_KEY.
        Conflict: the database holds data.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return _restore(archive)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise InvalidInput(f"This is no whole backup: {error}") from error


def _restore(archive: zipfile.ZipFile) -> dict[str, int]:
    head = json.loads(archive.read("backup.json"))
    if head["format"] != _FORMAT:
        raise InvalidInput("The backup has a format this program does not know.")
    try:
        crypto.decrypt(head["key_probe"], "backup")
    except Exception:  # noqa: BLE001 - whatever the library calls it, the key does not fit
        raise InvalidInput("The backup was made under another FIELD_KEY; personal fields would be lost.") from None
    for name, digest in head["sha256"].items():
        if hashlib.sha256(archive.read(name)).hexdigest() != digest:
            raise InvalidInput(f"{name} is damaged.")
    with db.engine.connect() as connection:
        if head["revision"] != _revision(connection):
            raise InvalidInput(f"The backup has the shape {head['revision']}, the database {_revision(connection)}.")
        if any(connection.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables):
            raise Conflict("The database holds data; restore into an empty one.")
    with db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys=ON"))  # a unit's row may stand before its parent's
            lines = archive.read(f"tables/{table.name}.jsonl").splitlines()
            for start in range(0, len(lines), _ROWS_AT_ONCE):
                connection.execute(
                    insert(table), [_values(table, line) for line in lines[start : start + _ROWS_AT_ONCE]]
                )
            _continue_numbers(connection, table)
    for name in archive.namelist():
        if name.startswith("files/"):
            files.store(archive.read(name))
    counts: dict[str, int] = head["counts"]
    return counts


def doctor(app: Flask) -> list[tuple[str, bool, str]]:
    """One line per thing checked: what, whether it is in order, and a figure or hint."""
    found = [(name, _try(check), "") for name, check in app.extensions["readiness"].items()]
    offset = read_offset()
    known = f"system {_ms(offset.system_ms)}, database {_ms(offset.database_ms)}"
    found.append(("clock offset", offset.state != "degraded", known))
    with db.engine.connect() as connection:
        newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
        found.append(("database shape", _revision(connection) == newest, f"{_revision(connection)}, newest {newest}"))
    chain = verify_chain()
    found.append(("audit chain", chain.broken_at is None, f"{chain.last_seq} entries, {chain.waiting} waiting"))
    settings = app.config["SETTINGS"]
    found.append(("production settings", settings.env == "production", settings.env))
    assets = Path(str(app.static_folder)) / "build" / "office.css"
    found.append(("front-end assets", assets.exists(), "" if assets.exists() else "run make assets"))
    return found


def _ms(offset: int | None) -> str:
    return "unknown" if offset is None else f"{offset} ms"


def _try(check: Any) -> bool:
    try:
        return bool(check())
    except Exception:  # noqa: BLE001 - whatever it is, it is not in order
        return False


def _one_picture(connection: Connection) -> None:
    """See one state of the database throughout."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    rows = connection.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=1000))
    for row in rows:
        values = {key: _plain(value) for key, value in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's public name
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _values(table: Table, line: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(line)
    for column in table.columns:
        value = values.get(column.name)
        if value is None:
            continue
        if isinstance(column.type, Instant):
            values[column.name] = datetime.fromisoformat(value)
        elif isinstance(column.type, Date):
            values[column.name] = date.fromisoformat(value)
        elif isinstance(column.type, Hundredths):
            values[column.name] = Decimal(value)
    return values


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's counters go on behind the highest number brought in."""
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name != "postgresql" or table.autoincrement_column is None:
        return
    sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
    connection.execute(text(f"SELECT setval({sequence}, COALESCE(MAX({key.name}), 0) + 1, false) FROM {table.name}"))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
