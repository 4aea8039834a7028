"""Pages of imports, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint(
    "imports",
    "training_app.imports",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/imports",
    url_prefix="/imports",
)


def blueprint() -> Blueprint:
    """The blueprint with every page registered on it."""
    # They register their routes on import.
    from training_app.imports.views import columns, folders, repair, templates, undo, uploads  # noqa: F401, PLC0415

    return bp
