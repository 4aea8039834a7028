"""Plain values that archives hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# What a class's archive must hold, in the order of the file. Those in AUTOMATIC come from the system itself.
KINDS = (
    "roster",
    "timetable",
    "attendance",
    "paper",
    "scores",
    "reflections",
    "evaluation",
    "summary",
    "results",
    "certificates",
)
AUTOMATIC = frozenset({"roster", "timetable", "attendance", "scores", "results", "certificates"})
UPLOADED = ("paper", "reflections", "evaluation", "summary", "other")
WAIVABLE = frozenset({"paper", "scores", "reflections", "evaluation", "certificates"})


@dataclass(frozen=True)
class ItemInfo:
    """A document that somebody put into a class's archive, or the reason why there is none."""

    id: int
    class_id: int
    kind: str
    title: str
    file_sha256: str | None
    file_name: str
    text: str
    waived: bool
    account_name: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One line of the checklist. ``state``: present, missing, waived; ``done`` of ``total`` where it can be counted."""

    kind: str
    state: str
    done: int = 0
    total: int = 0
    code: str = ""  # what is missing, as a code of archives.labels
    items: tuple[ItemInfo, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is needed here."""
        return self.state != "missing"


@dataclass(frozen=True)
class Checklist:
    """What a class's archive holds and lacks."""

    class_id: int
    lines: tuple[Line, ...]
    others: tuple[ItemInfo, ...] = ()

    @property
    def missing(self) -> int:
        """How many lines still lack something."""
        return sum(not line.is_settled for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Whether it may be sealed."""
        return self.missing == 0


@dataclass(frozen=True)
class PackageInfo:
    """A sealed package."""

    id: int
    class_id: int
    number: int
    reason: str
    file_sha256: str
    size: int
    checkpoint: str
    item_count: int
    sealed_at: datetime
    sealed_by: str
    approved_by: str


@dataclass(frozen=True)
class ProposalInfo:
    """A wish to seal that waits for a second person."""

    id: int
    class_id: int
    number: int
    reason: str
    state: str
    proposed_by_id: int | None
    proposed_by: str
    proposed_at: datetime
    decision_note: str = ""


@dataclass(frozen=True)
class ArchiveState:
    """Where a class's archive stands: ``open``, ``proposed``, ``sealed``; ``missing`` lines while it is open."""

    class_id: int
    state: str
    packages: int = 0
    sealed_at: datetime | None = None
    missing: int | None = None
