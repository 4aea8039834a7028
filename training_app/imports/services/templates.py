"""The empty Excel file of a kind: the importer's own columns with the county's own units to choose from."""

from __future__ import annotations

from training_app.accounts.api import list_units
from training_app.core.spreadsheets.templates import write_template
from training_app.imports.registry import IMPORTERS


def template_of(kind: str) -> bytes:
    """The template of a kind; it holds no personal data."""
    return write_template(IMPORTERS[kind].columns, {"units": [unit.name for unit in list_units()]})
