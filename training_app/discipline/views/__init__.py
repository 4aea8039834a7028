"""Pages, by topic. The blueprint is made here; each topic adds its routes when it is imported."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "discipline",
    "training_app.discipline",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/discipline",
)


def blueprint() -> Blueprint:
    """Give the pages of leave and bulletins, with all their routes."""
    from training_app.discipline.views import (  # noqa: F401, PLC0415 - routes register themselves
        bulletins,
        classes,
        own,
        presence,
        staff,
    )

    return bp
