"""Running migrations: one at a time, with limits so that none can hang a live database."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import Connection

from training_app.core.db import db

_LOCK_ID = 5_417_022


def _include(obj: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:  # noqa: FBT001 - Alembic's signature
    return not (kind == "table" and reflected and compare_to is None)


def _run(connection: Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="types.",
        include_object=_include,
        transaction_per_migration=True,
        **current_app.extensions["migrate"].configure_args.get("context", {}),
    )
    with context.begin_transaction():
        if postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        context.run_migrations()


with db.engine.connect() as connection:
    _run(connection)
