"""The timetable of a class as a grid; on the phone day by day."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from training_app.classes import ports
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.lessons import list_lessons
from training_app.classes.queries.scope import may_see_class
from training_app.classes.queries.timetable import changes_of, weeks_of
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core.actor import current_actor
from training_app.web.access import requires


@bp.get("/classes/<int:class_id>/timetable")
@requires(CLASSES["view"])
def timetable(class_id: int) -> ResponseReturnValue:
    """Days across, half days down."""
    klass = visible_class(class_id, CLASSES["view"])
    actor = current_actor()
    lessons = list_lessons(class_id)
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
