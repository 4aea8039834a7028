"""The traces of reading and taking out statements."""

from __future__ import annotations

from training_app.core.db import command
from training_app.core.events import publish
from training_app.linked.appraisal.events import StatementRead, StatementsTaken


@command
def note_read(cadre_id: int, *, year: int) -> None:
    """Leave in the audit trail that a person's statement was read."""
    publish(StatementRead(cadre_id=cadre_id, year=year))


@command
def note_taken(unit_id: int, *, unit: str, year: int, rows: int, form: str) -> None:
    """Leave in the audit trail that statements were taken out."""
    publish(StatementsTaken(unit_id=unit_id, unit=unit, year=year, rows=rows, form=form))
