"""The timetable of a class as a grid; on the phone day by day."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import labels, ports
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.lessons import list_lessons
from training_app.classes.queries.scope import may_see_class
from training_app.classes.queries.timetable import changes_of, weeks_of
from training_app.classes.values import LessonInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, wants_export


@bp.get("/classes/<int:class_id>/timetable")
@requires(CLASSES["view"])
def timetable(class_id: int) -> ResponseReturnValue:
    """Days across, half days down."""
    klass = visible_class(class_id, CLASSES["view"])
    actor = current_actor()
    lessons = list_lessons(class_id)
    if wants_export():
        title = f"{klass.name} {_('Timetable')}"
        return export(_columns(), [_line(each) for each in lessons if each.state != "cancelled"], title)
    return class_page(
        "classes/timetable.html",
        klass,
        weeks=weeks_of(klass, lessons),
        lessons=lessons,
        taught=[each for each in lessons if each.state != "cancelled"],
        changes=changes_of([each.id for each in lessons]),
        notes=ports.lesson_notes(class_id),
        may_run=CLASSES["run"].held_by(actor)
        and may_see_class(actor, class_id, CLASSES["run"])
        and klass.state in ("enrolling", "running"),
    )


def _columns() -> list[Column]:
    return [
        Column("day", _("Day"), "date"),
        Column("half_day", _("Half day")),
        Column("starts_at", _("Begins at")),
        Column("ends_at", _("Ends at")),
        Column("title", _("Lesson")),
        Column("teacher_text", _("Teachers")),
        Column("method", _("Method")),
        Column("credit_hours", _("Credit hours"), "number"),
        Column("place", _("Place")),
    ]


def _line(lesson: LessonInfo) -> dict[str, Any]:
    line: dict[str, Any] = {column.key: getattr(lesson, column.key) for column in _columns()}
    line["half_day"] = _(labels.HALF_DAY[lesson.half_day])
    line["starts_at"] = f"{clock.local(lesson.starts_at):%H:%M}"
    line["ends_at"] = f"{clock.local(lesson.ends_at):%H:%M}"
    return line
