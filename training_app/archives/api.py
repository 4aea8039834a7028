"""What reports and linked modules may use of archives."""

from __future__ import annotations

from training_app.archives.queries.checklist import archive_states, checklist
from training_app.archives.queries.items import packages_of_class
from training_app.archives.values import ArchiveState, Checklist, Line, PackageInfo

__all__ = [
    "ArchiveState",
    "Checklist",
    "Line",
    "PackageInfo",
    "archive_states",
    "checklist",
    "packages_of_class",
]
