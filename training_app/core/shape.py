"""Whether a database has the shape this program works with, asked before anything is served from it."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

_SQLITE = "sqlite:///"


def shape_fault(database_url: str, migrations: Path) -> str:
    """Why the database cannot be served from: ``empty``, ``old``, ``newer``; '' when it can.

    A database that does not answer is no fault of its shape: the server starts, says so on its pages, and works as
    soon as the database is back.
    """
    if database_url.startswith(_SQLITE) and not Path(database_url.removeprefix(_SQLITE)).is_file():
        return "empty"
    script = ScriptDirectory(str(migrations))
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            found = set(MigrationContext.configure(connection).get_current_heads())
    except OperationalError:
        return ""
    finally:
        engine.dispose()
    if not found:
        return "empty"
    if found == set(script.get_heads()):
        return ""
    known = {revision.revision for revision in script.walk_revisions()}
    return "old" if found <= known else "newer"
