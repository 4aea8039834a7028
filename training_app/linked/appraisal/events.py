"""What appraisal publishes: who looked at whose statement, and what was taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class StatementRead(Event):
    """Somebody read a person's training statement for the assessment."""

    sentence: ClassVar[str] = N_("read the training statement of %(year)s")
    subject_kind: ClassVar[str] = "cadre"
    subject_field: ClassVar[str] = "cadre_id"

    cadre_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class StatementsTaken(Event):
    """Training statements left the program as a file."""

    sentence: ClassVar[str] = N_("took out %(rows)s training statements of %(year)s as %(form)s: %(unit)s")
    subject_kind: ClassVar[str] = "unit"
    subject_field: ClassVar[str] = "unit_id"

    unit_id: int
    unit: str
    year: int
    rows: int
    form: str
