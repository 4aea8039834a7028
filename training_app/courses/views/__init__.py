"""Pages of the catalogue, the sites and the routes, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("courses", "training_app.courses", template_folder="templates")


def blueprint() -> Blueprint:
    """The blueprint with every page registered on it."""
    # The pages register their routes on import, which needs bp to exist.
    from training_app.courses.views import catalogue, routes, sites  # noqa: F401, PLC0415

    return bp
