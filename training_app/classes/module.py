"""What plans and classes contribute to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.cadres.events import CadreAccountLinked
from training_app.classes import slots
from training_app.classes.handlers import account_linked
from training_app.classes.labels import audit_codes
from training_app.classes.permissions import CLASSES, PLANS
from training_app.classes.tasks import start_tasks
from training_app.classes.views import blueprint, plan_blueprint
from training_app.classes.views.papers import class_papers
from training_app.core.module import MenuItem, Module, Slot

# Which pages stand under which entry of the menu (beginnings of endpoints).
_PLAN_PAGES = ("plans.show", "plans.edit", "plans.new", "plans.seats", "plans.program", "plans.open_class")
_CLASS_PAGES = (
    "classes.show",
    "classes.enroll",
    "classes.person",
    "classes.nominate",
    "classes.approve",
    "classes.decline",
    "classes.withdraw",
    "classes.put_in_group",
    "classes.timetable",
    "classes.lesson",
    "classes.new_lesson",
    "classes.edit_lesson",
    "classes.staff",
    "classes.add",
    "classes.settings",
    "classes.seating",
    "classes.start",
    "classes.finish",
    "classes.reopen",
    "classes.cancel",
)


def _rest() -> Any:
    from training_app.classes.rest import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


MODULE = Module(
    name="classes",
    blueprints=(blueprint, plan_blueprint, _rest),
    permissions=(PLANS, CLASSES),
    subscriptions={CadreAccountLinked: account_linked},
    menu=(
        MenuItem("plans.index", _l("Plan"), "calendar-stats", 10, tables=_PLAN_PAGES),
        MenuItem("classes.index", _l("Classes"), "school", 20, phone=True, tables=_CLASS_PAGES),
        MenuItem("classes.my_lessons", _l("My lessons"), "chalkboard", 25, roles=("instructor",)),
        MenuItem("classes.sign_ins", _l("Sign-ins for trainees"), "user-plus", 91, section="admin"),
        MenuItem(
            "classes.my_timetable", _l("Timetable"), "calendar", 30, section="home", phone=True, audience="trainee"
        ),
        MenuItem("plans.rooms", _l("Rooms"), "door", 85, section="admin", tables=("plans.room",)),
    ),
    slots=(
        Slot("teacher.file", _l("Lessons"), 20, slots.of_teacher, key="lessons"),
        Slot("course.file", _l("Lessons"), 20, slots.of_course, key="lessons"),
        Slot("site.file", _l("Lessons"), 20, slots.at_site, key="lessons"),
    ),
    providers={"start.tasks": start_tasks, "audit.codes": audit_codes, "class.papers": class_papers},
)
