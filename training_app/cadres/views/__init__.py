"""Pages of the people's records, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cadres", "training_app.cadres", template_folder="templates", url_prefix="/cadres")


def blueprint() -> Blueprint:
    """The blueprint with every page registered on it."""
    # The pages register their routes on import, which needs bp to exist.
    from training_app.cadres.views import appointment_forms, changes, files, lists, numbers  # noqa: F401, PLC0415

    return bp
