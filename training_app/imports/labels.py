"""Names of kinds and states, for the screens and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.ports import ask
from training_app.core.text import N_

KINDS: Mapping[str, str] = {
    "units": N_("Register of units"),
    "cadres": N_("Register of cadres"),
    "party-members": N_("Register of party members"),
    "teachers": N_("Teacher pool"),
    "courses": N_("Course catalogue"),
    "sites": N_("Teaching sites"),
    "routes": N_("Teaching routes"),
    "plan": N_("Annual training plan"),
    "quotas": N_("Seats by unit"),
    "online-hours": N_("Network hours"),
    "external": N_("Training at higher levels"),
    "roster": N_("Roster of a class"),
    "timetable": N_("Timetable of a class"),
    "attendance": N_("Attendance list of a class"),
    "scores": N_("Scores of a class"),
    "party-class": N_("Party-member class (attendance and test)"),
    "questions": N_("Question bank"),
    "appointment-forms": N_("Appointment forms"),
    "": N_("Not recognised"),
}
STATES: Mapping[str, tuple[str, str, str]] = {
    "checked": (N_("Checked, not imported"), "warn", "clock"),
    "stored": (N_("Imported"), "ok", "check"),
    "undone": (N_("Undone"), "idle", "arrow-back-up"),
}
UPLOAD_STATES: Mapping[str, tuple[str, str, str]] = {
    "queued": (N_("Waiting for its turn"), "idle", "clock"),
    "checking": (N_("Being checked"), "live", "clock"),
    "checked": (N_("Checked, not imported"), "warn", "clock"),
    "storing": (N_("Being imported"), "live", "clock"),
    "stored": (N_("Imported"), "ok", "check"),
    "failed": (N_("Could not be read"), "bad", "alert-circle"),
    "cancelled": (N_("Stopped"), "idle", "x"),
    "discarded": (N_("Put aside"), "idle", "x"),
    "undone": (N_("Undone"), "idle", "arrow-back-up"),
}
NEEDS_PERSON = N_("Needs you")
LEFT_ASIDE: tuple[str, str, str] = (N_("Not a file to import"), "idle", "x")
FOLDER_STATES: Mapping[str, tuple[str, str, str]] = {
    **{state: UPLOAD_STATES[state] for state in ("queued", "checking", "storing", "failed", "cancelled", "discarded")},
    "ready": (N_("Checked, not imported"), "warn", "clock"),
    "partly": (N_("Partly imported"), "warn", "clock"),
    "stored": UPLOAD_STATES["stored"],
}
ACTS: Mapping[str, str] = {
    "set": N_("cells put right"),
    "out": N_("rows left out"),
    "back": N_("rows taken in after all"),
    "undo": N_("last repair taken back"),
}
DOING: Mapping[str, str] = {
    "": N_("Waiting for its turn"),
    "reading": N_("Reading the file"),
    "checking": N_("Checking the rows"),
    "storing": N_("Working out what is new and what changes"),
    "writing": N_("Writing it down"),
    "reading_files": N_("Reading the files"),
    "rehearsing_files": N_("Working out what each file would do"),
    "storing_files": N_("Importing file by file"),
}


def audit_codes() -> Mapping[str, Mapping[str, str]]:
    """What the codes in our events' fields mean: field → code → English gettext id."""
    return {"kind": KINDS, "act": ACTS, "outcome": {"failed": N_("a fault"), "cancelled": N_("stopped")}}


def audit_labels() -> Mapping[str, str]:
    """How the audit trail names our subjects and fields: English gettext ids."""
    return {
        "import": N_("Import"),
        "import_id": N_("Import"),
        "file": N_("File"),
        "sheet": N_("Worksheet"),
        "file_sha256": N_("Digest of the file"),
        "rows_read": N_("Rows read"),
        "accepted": N_("Rows taken in"),
        "created": N_("New"),
        "updated": N_("Changed"),
        "unchanged": N_("Unchanged"),
        "refused": N_("Refused"),
        "worksheets": N_("Worksheets"),
        "taken_away": N_("Taken away"),
        "changed_back": N_("Put back"),
        "lines": N_("Lines moved out of ledgers"),
        "upload": N_("Uploaded file"),
        "folder": N_("Folder"),
        "files": N_("Files"),
        "left": N_("Left"),
        "column_choice": N_("Settled column"),
        "act": N_("What was done"),
        "column": N_("Column"),
        "rows": N_("Rows"),
        "first_row": N_("First row"),
        "header": N_("Header"),
        "means": N_("Means"),
        "outcome": N_("Outcome"),
    }


def audit_pages() -> Mapping[str, tuple[str, str]]:
    """Where the audit trail finds our subjects: (endpoint, argument)."""
    return {
        "import": ("imports.show", "import_id"),
        "upload": ("imports.show_upload", "upload_id"),
        "folder": ("imports.folder", "folder_id"),
    }


def field_words() -> Mapping[str, str]:
    """How stored fields are called, as the audit trail calls them: English gettext ids."""
    found: dict[str, str] = {}
    for answer in ask("audit.labels"):
        found |= answer
    return found
