"""What reports publish: figures and lists that left the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class ListTaken(Event):
    """A list or table of the statistics was taken out as a file."""

    sentence: ClassVar[str] = N_("took out %(what)s as %(form)s, %(rows)s rows")
    subject_kind: ClassVar[str] = "report"
    subject_field: ClassVar[str] = "what"

    what: str
    form: str
    rows: int
    filters: str = ""
