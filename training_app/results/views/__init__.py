"""Pages, by topic. The blueprint is made here; each topic adds its routes when it is imported."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("results", "training_app.results", template_folder="templates")


def blueprint() -> Blueprint:
    """The pages of results, with all their routes."""
    from training_app.results.views import (  # noqa: F401, PLC0415 - routes register themselves
        certificates,
        classes,
        ledger,
        own,
        papers,
        requirements,
        verification,
    )

    return bp
