"""Pages, by topic. The blueprint is made here; each topic adds its routes when it is imported."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("archives", "training_app.archives", template_folder="templates")


def blueprint() -> Blueprint:
    """The pages of archives, with all their routes."""
    from training_app.archives.views import classes, items, people, sealing  # noqa: F401, PLC0415 - routes register themselves

    return bp
