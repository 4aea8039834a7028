"""Tables that only grow: the database itself refuses UPDATE and DELETE."""

from __future__ import annotations

from alembic import op


def make_append_only(*tables: str) -> None:
    """Add the triggers to tables, in a migration."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
        )
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in tables:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )


_TAKEN_BACK = (
    "SELECT 1 FROM imports_taken_back t JOIN imports_batch b ON b.id = t.batch_id "
    "WHERE t.entity = '{table}' AND t.entity_id = OLD.id AND b.state = 'undoing'"
)


def let_go_with_import(*tables: str) -> None:
    """Let lines leave tables that only grow, only into the drawer of an import that is being undone just now."""
    for table in tables:
        keep_but_for(table, _TAKEN_BACK.format(table=table))


def keep_but_for(table: str, kept: str) -> None:
    """Let lines leave a table that only grows where ``kept`` finds something: that the line (OLD) is kept elsewhere."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION refuse_change_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND EXISTS ({kept}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
        )
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change_{table}()"
        )
        return
    op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT EXISTS ({kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    )


def keep_for_good(*tables: str) -> None:
    """Take :func:`let_go_with_import` or :func:`keep_but_for` back: nothing leaves these tables."""
    for table in tables:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"DROP FUNCTION refuse_change_{table}()")
            continue
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )


def drop_append_only(*tables: str) -> None:
    """Take the triggers of :func:`make_append_only` off, before a table goes."""
    for table in tables:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
            op.execute(f"DROP TRIGGER {table}_not_truncated ON {table}")
            continue
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
