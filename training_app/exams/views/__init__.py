"""Pages, by topic. The blueprint is made here; each topic adds its routes when it is imported."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "exams", "training_app.exams", template_folder="templates", static_folder="static", static_url_path="/static/exams"
)


def blueprint() -> Blueprint:
    """The pages of exams, with all their routes."""
    from training_app.exams.views import admission, entry, marks, own, papers, planning, scores  # noqa: F401, PLC0415 - routes register themselves

    return bp
