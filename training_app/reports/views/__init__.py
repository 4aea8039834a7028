"""Pages across features, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reports", "training_app.reports", template_folder="templates")


def blueprint() -> Blueprint:
    """The blueprint with every page registered on it."""
    # The pages register their routes on import, which needs bp to exist.
    from training_app.reports.views import overview, people, search, start, statistics  # noqa: F401, PLC0415

    return bp
