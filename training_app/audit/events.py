"""What happens to the audit trail itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class AuditTrailExported(Event):
    """Entries of the audit trail left the system as a file."""

    sentence: ClassVar[str] = N_("Exported %(rows)s entries of the audit trail as %(file_format)s")
    subject_kind: ClassVar[str] = "audit"

    rows: int
    file_format: str
    search: str = ""
