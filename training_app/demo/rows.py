"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from training_app.core.db import Base


def add_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and give their ids, in the order of the rows."""
    if not rows:
        return []
    key = model.__table__.c.id
    return list(session.scalars(insert(model).returning(key, sort_by_parameter_order=True), list(rows)))


def write_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows whose ids nobody needs."""
    if rows:
        session.execute(insert(model), list(rows))
