"""Undoing an import needs every table that importers write to be recorded: one whole number as its key."""

from __future__ import annotations

from training_app.app import load_modules
from training_app.core.db import Base
from training_app.core.recording import is_recorded
from training_app.settings import Settings

# What no importer writes, which tests/imports/test_undo_county.py proves: it leaves no row of any kind of file behind.
NEVER_IMPORTED = {
    "accounts_passkey_challenge": "a browser was asked to sign with a passkey",
    "accounts_session": "somebody is signed in",
    "attendance_scan_ticket": "a code shown on the wall was scanned",
    "exams_entry_duty": "who types in the scores of an exam",
}
MEMORY = ("audit_", "imports_")


def test_only_tables_that_no_importer_writes_are_not_recorded(tmp_path):
    load_modules(Settings(env="test", instance=tmp_path))

    unrecorded = {
        table.name
        for table in Base.metadata.sorted_tables
        if not table.name.startswith(MEMORY) and not is_recorded(table)
    }

    assert unrecorded == set(NEVER_IMPORTED)
