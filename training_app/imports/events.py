"""What happens to files that are brought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class SheetChecked(Event):
    """A worksheet was read and judged; nothing was stored yet."""

    sentence: ClassVar[str] = N_("checked %(file)s, %(sheet)s: %(accepted)s of %(rows_read)s rows can be taken in")
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    kind: str
    file: str
    sheet: str
    rows_read: int
    accepted: int


@dataclass(frozen=True, kw_only=True)
class SheetImported(Event):
    """The accepted rows of a worksheet were stored."""

    sentence: ClassVar[str] = N_(
        "imported %(file)s, %(sheet)s: %(created)s new, %(updated)s changed, %(unchanged)s unchanged,"
        " %(refused)s refused"
    )
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    kind: str
    file: str
    sheet: str
    file_sha256: str
    class_id: int | None
    accepted: int
    created: int
    updated: int
    unchanged: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class CheckDiscarded(Event):
    """A file that was checked was not imported after all."""

    sentence: ClassVar[str] = N_("discarded the check of %(file)s")
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    file: str


@dataclass(frozen=True, kw_only=True)
class OriginalDownloaded(Event):
    """Somebody took the original file of an import out of the system."""

    sentence: ClassVar[str] = N_("downloaded the original %(file)s")
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    file: str


@dataclass(frozen=True, kw_only=True)
class UploadFailed(Event):
    """The check or the import of a file ended early, by a fault or a person. ``outcome``: failed, cancelled."""

    sentence: ClassVar[str] = N_("%(file)s was not taken in: %(outcome)s")
    subject_kind: ClassVar[str] = "upload"
    subject_field: ClassVar[str] = "upload_id"

    upload_id: int
    file: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class SheetRepaired(Event):
    """Somebody repaired cells, or left rows out, before importing; what was typed is not quoted here."""

    sentence: ClassVar[str] = N_("repaired %(sheet)s of %(file)s: %(act)s, column %(column)s, %(rows)s rows")
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    file: str
    sheet: str
    act: str
    column: str
    rows: int
    first_row: int


@dataclass(frozen=True, kw_only=True)
class ColumnSettled(Event):
    """Somebody said what a header means in a unit's files."""

    sentence: ClassVar[str] = N_("settled that the header %(header)s means %(means)s")
    subject_kind: ClassVar[str] = "column_choice"
    subject_field: ClassVar[str] = "choice_id"

    choice_id: int
    kind: str
    header: str
    means: str


@dataclass(frozen=True, kw_only=True)
class ColumnForgotten(Event):
    """Somebody took back what a header means."""

    sentence: ClassVar[str] = N_("took back what the header %(header)s means")
    subject_kind: ClassVar[str] = "column_choice"
    subject_field: ClassVar[str] = "choice_id"

    choice_id: int
    kind: str
    header: str


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    """An import was taken back as a whole; the counts are of its upload, ``lines`` of them from tables that only grow.

    Those lines are kept in ``imports_taken_back``.
    """

    sentence: ClassVar[str] = N_(
        "undid the import of %(file)s, %(sheet)s: %(taken_away)s records taken away, %(changed_back)s put back"
    )
    subject_kind: ClassVar[str] = "import"
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    kind: str
    file: str
    sheet: str
    worksheets: int
    taken_away: int
    changed_back: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class FolderReceived(Event):
    """Somebody brought in many files at once."""

    sentence: ClassVar[str] = N_("brought in the folder %(folder)s with %(files)s files")
    subject_kind: ClassVar[str] = "folder"
    subject_field: ClassVar[str] = "folder_id"

    folder_id: int
    folder: str
    files: int


@dataclass(frozen=True, kw_only=True)
class FolderImported(Event):
    """What could be taken in of a folder was stored, file by file. ``left``: files that wait for a person."""

    sentence: ClassVar[str] = N_("imported the folder %(folder)s: %(files)s files stored, %(left)s left")
    subject_kind: ClassVar[str] = "folder"
    subject_field: ClassVar[str] = "folder_id"

    folder_id: int
    folder: str
    files: int
    left: int


@dataclass(frozen=True, kw_only=True)
class FolderStopped(Event):
    """Reading or storing a folder ended early, by a fault or a person. ``outcome``: failed, cancelled."""

    sentence: ClassVar[str] = N_("the folder %(folder)s was not taken in to its end: %(outcome)s")
    subject_kind: ClassVar[str] = "folder"
    subject_field: ClassVar[str] = "folder_id"

    folder_id: int
    folder: str
    outcome: str
