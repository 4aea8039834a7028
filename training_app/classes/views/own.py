"""One's own lessons: those an instructor gives, those a trainee attends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from training_app.classes import labels, ports
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.classes import list_classes
from training_app.classes.queries.enrollments import count_enrollments, enrollments_of_account
from training_app.classes.queries.lessons import lessons_of_teacher
from training_app.classes.queries.timetable import class_names, timetable_of_classes
from training_app.classes.values import LessonInfo
from training_app.classes.views import bp
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.teachers.api import find_teacher_by_account
from training_app.web.access import requires


@bp.get("/my/lessons")
@requires(CLASSES["view"])
def my_lessons() -> ResponseReturnValue:
    """The lessons the signed-in person gives."""
    account_id = current_actor().account_id
    teacher = find_teacher_by_account(account_id) if account_id is not None else None
    lessons = [each for each in lessons_of_teacher(teacher.id) if each.state != "cancelled"] if teacher else []
    today = clock.today()
    coming = [each for each in lessons if each.day >= today]
    past = [each for each in lessons if each.day < today]
    class_ids = {each.class_id for each in lessons}
    return render_template(
        "classes/my_lessons.html",
        teacher=teacher,
        days=by_day(coming),
        past=past[::-1][:100],
        past_hours=sum(each.credit_hours for each in past),
        names=class_names(class_ids),
        people=count_enrollments(class_ids) if class_ids else {},
        labels=labels,
    )


@bp.get("/me/timetable")
@requires(CLASSES["own"])
def my_timetable() -> ResponseReturnValue:
    """The timetable of the classes the signed-in person attends, on the phone."""
    account_id = current_actor().account_id
    enrollments = enrollments_of_account(account_id) if account_id is not None else []
    classes = [
        each for each in list_classes([e.class_id for e in enrollments]) if each.state in ("enrolling", "running")
    ]
    lessons = timetable_of_classes([each.id for each in classes], clock.today()) if classes else []
    return render_template(
        "classes/my_timetable.html",
        classes=classes,
        days=by_day(lessons),
        names={each.id: each.name for each in classes},
        states=ports.check_in_states([each.id for each in lessons]),
        labels=labels,
    )


def by_day(lessons: Sequence[LessonInfo]) -> list[tuple[date, list[LessonInfo]]]:
    """Lessons put together by day."""
    found: dict[date, list[LessonInfo]] = {}
    for each in lessons:
        found.setdefault(each.day, []).append(each)
    return sorted(found.items())
