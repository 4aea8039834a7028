"""What exams contribute to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module, Slot
from training_app.exams import slots
from training_app.exams.labels import audit_codes, audit_labels
from training_app.exams.permissions import EXAMS, QUESTIONS
from training_app.exams.views import blueprint
from training_app.exams.views.papers import class_papers


def _questions() -> Any:
    from training_app.exams.views.questions import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


def _rest() -> Any:
    from training_app.exams.rest import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


MODULE = Module(
    name="exams",
    blueprints=(blueprint, _questions, _rest),
    permissions=(EXAMS, QUESTIONS),
    menu=(
        MenuItem("exams.index", _l("Exams"), "pencil", 40, tables=("exams.",)),
        MenuItem("questions.index", _l("Question bank"), "list-check", 41, tables=("questions.",)),
        MenuItem("exams.own_scores", _l("My scores"), "certificate", 40, audience="trainee"),
    ),
    slots=(
        Slot("class.overview", _l("Exams"), 40, slots.class_panel, key="exams"),
        Slot("class.checklist", _l("Exams"), 40, slots.class_checklist, key="exams"),
        Slot("me.home", _l("My scores"), 40, slots.own_scores_panel, key="exams"),
    ),
    providers={
        "start.tasks": slots.start_tasks,
        "class.papers": class_papers,
        "audit.codes": audit_codes,
        "audit.labels": audit_labels,
    },
)
