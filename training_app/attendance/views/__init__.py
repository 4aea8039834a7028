"""Pages, by topic. The blueprint is made here; each topic adds its routes when it is imported."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "attendance",
    "training_app.attendance",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/attendance",
)


def blueprint() -> Blueprint:
    """Give the pages of attendance, with all their routes."""
    from training_app.attendance.views import (  # noqa: F401, PLC0415 - routes register themselves
        calls,
        classes,
        contests,
        corrections,
        devices,
        evidence,
        keying,
        lessons,
        own,
        papers,
        people,
        phone,
        review,
        scan,
        wall,
        workers,
    )

    return bp
