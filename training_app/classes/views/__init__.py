"""Pages of plans and classes, by topic; ``bp`` holds those of classes, ``plans`` those of the plan and the rooms."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "classes",
    "training_app.classes",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/classes",
)
plans = Blueprint("plans", "training_app.classes", template_folder="templates")


def blueprint() -> Blueprint:
    """The blueprint of classes with every page registered on it."""
    # The pages register their routes on import, which needs bp to exist.
    from training_app.classes.views import (  # noqa: PLC0415
        calendar,  # noqa: F401
        enrolment,  # noqa: F401
        lessons,  # noqa: F401
        nominate,  # noqa: F401
        overview,  # noqa: F401
        own,  # noqa: F401
        papers,  # noqa: F401
        seating,  # noqa: F401
        sign_ins,  # noqa: F401
        staff,  # noqa: F401
        states,  # noqa: F401
        timetable,  # noqa: F401
    )

    return bp


def plan_blueprint() -> Blueprint:
    """The blueprint of the plan with every page registered on it."""
    from training_app.classes.views import plan, rooms, seats  # noqa: F401, PLC0415

    return plans
