"""What leave and bulletins contribute to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module, Slot
from training_app.discipline import answers
from training_app.discipline.labels import audit_codes, audit_labels
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.leaves import leave_for_lesson
from training_app.discipline.views import blueprint

MODULE = Module(
    name="discipline",
    blueprints=(blueprint,),
    permissions=(DISCIPLINE,),
    menu=(
        MenuItem(
            "discipline.index",
            _l("Leave"),
            "calendar-off",
            32,
            tables=("discipline.show", "discipline.ask_for", "discipline.class_rules"),
        ),
        MenuItem(
            "discipline.bulletins",
            _l("Attendance bulletins"),
            "news",
            33,
            tables=("discipline.bulletin", "discipline.preview_bulletin"),
        ),
        MenuItem(
            "discipline.presence", _l("Presence at a glance"), "grid-dots", 34, tables=("discipline.presence_records",)
        ),
        MenuItem("discipline.own", _l("My leave"), "calendar-off", 35, section="home", audience="trainee"),
    ),
    slots=(Slot("class.overview", "", 20, answers.class_overview, key="leave"),),
    providers={
        "attendance.leave": leave_for_lesson,
        "start.tasks": answers.start_tasks,
        "class.next_steps": answers.next_steps,
        "audit.codes": audit_codes,
        "audit.labels": audit_labels,
    },
)
