"""What results contribute to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.attendance.events import AttendanceCorrected, LessonClosed
from training_app.classes.events import EnrollmentStatusChanged, EnrollmentWithdrawn, LessonCancelled
from training_app.core.module import MenuItem, Module, Slot
from training_app.results import handlers, slots
from training_app.results.permissions import RESULTS
from training_app.results.views import blueprint
from training_app.results.views.papers import class_papers


def _rest() -> Any:
    from training_app.results.rest import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


MODULE = Module(
    name="results",
    blueprints=(blueprint, _rest),
    permissions=(RESULTS,),
    subscriptions={
        LessonClosed: handlers.post_hours_of_lesson,
        AttendanceCorrected: handlers.correct_hours,
        LessonCancelled: handlers.take_back_hours_of_lesson,
        EnrollmentWithdrawn: handlers.take_back_hours,
        EnrollmentStatusChanged: handlers.follow_status,
    },
    menu=(
        MenuItem("results.index", _l("Results"), "certificate", 50, tables=("results.",)),
        MenuItem("results.own_hours", _l("My hours"), "clock", 50, phone=True, short=_l("Hours"), audience="trainee"),
        MenuItem("results.own_certificates", _l("My certificates"), "certificate", 51, audience="trainee"),
    ),
    slots=(
        Slot("cadre.file", _l("Training and hours"), 10, slots.cadre_file, key="training"),
        Slot("me.home", _l("My hours"), 30, slots.own_panel, key="hours"),
        Slot("class.overview", _l("Results"), 50, slots.class_panel, key="results"),
        Slot("class.checklist", _l("Results"), 50, slots.class_checklist, key="results"),
    ),
    providers={
        "start.tasks": slots.start_tasks,
        "cadre.list_columns": slots.list_columns,
        "audit.labels": slots.audit_labels,
        "class.papers": class_papers,
    },
)
