"""What every page of a class needs: the class itself, its tabs, its head."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import current_app, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import labels, ports
from training_app.classes.api import get_class_visible_to
from training_app.classes.queries.enrollments import count_enrollments
from training_app.classes.queries.lessons import list_lessons
from training_app.classes.rules import Decision
from training_app.classes.values import ClassInfo, LessonInfo
from training_app.classes.views import bp
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.permissions import Permission
from training_app.web.access import may_open
from training_app.web.display import listing

TABS = (
    ("overview", "classes.show"),
    ("enrollments", "classes.enrollments"),
    ("timetable", "classes.timetable"),
    ("attendance", "attendance.of_class"),
    ("exams", "exams.of_class"),
    ("results", "results.of_class"),
    ("archive", "archives.of_class"),
)


def visible_class(class_id: int, permission: Permission) -> ClassInfo:
    """The class, if the acting person's grant reaches it; else it does not exist for them."""
    return get_class_visible_to(current_actor(), class_id, permission)


@bp.app_template_global()
def class_head(klass: ClassInfo) -> dict[str, Any]:
    """What the head of every page of a class shows: used by ``classes/_class.html`` of any feature."""
    people = count_enrollments([klass.id]).get(klass.id, 0)
    lessons = [each for each in list_lessons(klass.id) if each.state != "cancelled"]
    notes = {
        "enrollments": ports.TabNote(str(people)) if people else None,
        "timetable": ports.TabNote(str(len(lessons))) if lessons else None,
        **ports.tab_notes(klass.id),
    }
    words = {
        "overview": _("At a glance"),
        "enrollments": _("Trainees"),
        "timetable": _("Timetable"),
        "attendance": _("Attendance"),
        "exams": _("Exams"),
        "results": _("Results"),
        "archive": _("Archive"),
    }
    actor = current_actor()
    tabs = [
        {
            "key": key,
            "label": words[key],
            "url": url_for(endpoint, class_id=klass.id),
            "note": note.note if (note := notes.get(key)) else "",
            "tone": note.tone if note else "",
        }
        for key, endpoint in TABS
        if endpoint in current_app.view_functions and may_open(current_app, endpoint, actor)
    ]
    said = state_word(klass, lessons)
    return {"tabs": tabs, "people": people, "state": said, "tone": labels.CLASS_TONE[klass.state]}


def state_word(klass: ClassInfo, lessons: Collection[LessonInfo]) -> str:
    """Its state, and by the days it is taught which day of it this is: 进行中, 第1天，共2天."""
    word = str(_(labels.CLASS_STATE[klass.state]))
    today = clock.today()
    if klass.state == "running" and klass.starts_on <= today <= klass.ends_on:
        days = sorted({each.day for each in lessons})
        if today in days:
            return str(_("%(state)s, day %(day)s of %(days)s", state=word, day=days.index(today) + 1, days=len(days)))
    return word


def class_page(template: str, klass: ClassInfo, **context: Any) -> str:
    """Render a page of a class."""
    return render_template(template, klass=klass, labels=labels, **context)


def say_decisions(decisions: Mapping[int, Decision], names: Mapping[int, str], done: str) -> None:
    """Say what was done (``done`` is a sentence with its number in it) and what was not, with the reason."""
    if done:
        flash(done, "success")
    refused: dict[str, list[str]] = {}
    for key, decision in decisions.items():
        if not decision:
            refused.setdefault(decision.code, []).append(names.get(key, str(key)))
    for code, people in refused.items():
        flash(
            ngettext(
                "%(num)d person (%(names)s): %(reason)s",
                "%(num)d people (%(names)s): %(reason)s",
                len(people),
                names=listing(people),
                reason=_(labels.REASON[code]),
            ),
            "warning",
        )


def say(decision: Decision, done: str) -> bool:
    """Say the outcome of one decision; whether it was a yes."""
    if decision:
        flash(done, "success")
    else:
        flash(_(labels.REASON[decision.code]), "warning")
    return bool(decision)
