"""A whole database as values, to be compared before and after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from training_app.core.db import Base, db

# What remembers that something was done: the trail, the list of imports and the drawer. All else must be equal.
MEMORY = ("audit_", "imports_")


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the memory of what was done, without the times of changes."""
    db.session.expire_all()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name.startswith(MEMORY):
            continue
        columns = [column for column in table.columns if column.name != "updated_at"]
        rows = db.session.execute(select(*columns).order_by(*table.primary_key.columns))
        if values := [tuple(row) for row in rows]:
            found[table.name] = values
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is not the same, table by table."""
    wrong = []
    for name in sorted({*before, *after}):
        was, now = before.get(name, []), after.get(name, [])
        if was != now:
            lost = [row for row in was if row not in now][:2]
            left = [row for row in now if row not in was][:2]
            wrong.append(f"{name}: {len(was)} rows, then {len(now)}; lost {lost}; left {left}")
    return wrong
