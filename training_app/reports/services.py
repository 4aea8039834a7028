"""Reports write nothing but the trace of what was taken out."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.db import command
from training_app.core.events import publish
from training_app.reports.events import ListTaken


@command
def note_export(what: str, *, form: str, rows: int, filters: Mapping[str, str]) -> None:
    """Leave in the audit trail that a list left the program."""
    shown = ", ".join(f"{name}={value}" for name, value in sorted(filters.items()))
    publish(ListTaken(what=what, form=form, rows=rows, filters=shown))
