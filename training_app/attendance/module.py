"""What attendance contributes to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.attendance import answers
from training_app.attendance.jobs import JOBS
from training_app.attendance.labels import audit_codes
from training_app.attendance.permissions import ATTENDANCE, OVERSIGHT
from training_app.attendance.queries.devices import last_used
from training_app.attendance.services.following import follow_cancelled, follow_moved
from training_app.attendance.views import blueprint
from training_app.attendance.views.papers import class_papers
from training_app.classes.events import LessonCancelled, LessonMoved
from training_app.core.module import MenuItem, Module, Slot


def _rest() -> Any:
    # routes are registered when the application is made
    from training_app.attendance import rest_undo, rest_wall  # noqa: F401, PLC0415
    from training_app.attendance.rest import bp  # noqa: PLC0415

    return bp


def _lane(app: Any) -> None:
    from training_app.attendance.lane import Lane  # noqa: PLC0415 - as above

    app.wsgi_app = Lane(app, app.wsgi_app)


def _phone_panel(**context: Any) -> str:
    from training_app.attendance.views.devices import phone_panel  # noqa: PLC0415 - as above

    return phone_panel(**context)


def _wall_lane(app: Any) -> None:
    from training_app.attendance.wall_lane import WallLane  # noqa: PLC0415 - as above

    app.wsgi_app = WallLane(app, app.wsgi_app)


MODULE = Module(
    name="attendance",
    blueprints=(blueprint, _rest),
    permissions=(ATTENDANCE, OVERSIGHT),
    menu=(
        MenuItem(
            "attendance.today",
            _l("Attendance"),
            "qrcode",
            30,
            phone=True,
            tables=("attendance.lesson", "attendance.person", "attendance.close", "attendance.reopen"),
        ),
        MenuItem("attendance.review", _l("Attendance review"), "list-search", 31, tables=("attendance.overrides",)),
        MenuItem("attendance.home", _l("Home"), "home", 1, section="home", phone=True, audience="trainee"),
        MenuItem("attendance.own", _l("My attendance"), "list-check", 30, audience="trainee"),
    ),
    slots=(
        Slot("class.overview", "", 10, answers.class_overview, key="attendance"),
        Slot("layout.leaving", "", 10, answers.leaving, key="scans"),
        Slot("attendance.person", "", 10, _phone_panel, key="phone"),
    ),
    jobs=JOBS,
    lanes=(_lane, _wall_lane),
    subscriptions={LessonCancelled: follow_cancelled, LessonMoved: follow_moved},
    providers={
        "class.tab_notes": answers.tab_notes,
        "class.lesson_notes": answers.lesson_notes,
        "class.next_steps": answers.next_steps,
        "class.papers": class_papers,
        "class.actions": answers.class_actions,
        "lesson.check_in_states": answers.check_in_states,
        "lesson.fixed": answers.lesson_fixed,
        "start.tasks": answers.start_tasks,
        "audit.codes": audit_codes,
        "phone.last_used": last_used,
    },
)
