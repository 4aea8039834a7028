"""What classes add to the pages of teachers, courses and teaching sites: the lessons, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from training_app.classes.permissions import CLASSES
from training_app.classes.queries.classes import list_classes
from training_app.classes.queries.lessons import lessons_at_site, lessons_of_course, lessons_of_teacher
from training_app.classes.queries.scope import class_ids_visible_to
from training_app.classes.values import LessonInfo
from training_app.core.actor import current_actor

_SHOWN = 20


def of_teacher(*, teacher_id: int) -> str:
    """The lessons a teacher has given and will give."""
    return _panel(lessons_of_teacher(teacher_id))


def of_course(*, course_id: int) -> str:
    """The lessons in which a course was or will be taught."""
    return _panel(lessons_of_course(course_id))


def at_site(*, site_id: int) -> str:
    """The lessons held at a teaching site."""
    return _panel(lessons_at_site(site_id))


def _panel(lessons: Sequence[LessonInfo]) -> str:
    lessons = [each for each in lessons if each.state != "cancelled"]
    if not lessons:
        return ""
    shown = lessons[::-1][:_SHOWN]
    return render_template(
        "classes/_lessons_given.html",
        lessons=shown,
        total=len(lessons),
        hours=sum(each.credit_hours for each in lessons),
        classes={each.id: each for each in list_classes(ids={each.class_id for each in shown})},
        open_to_me=class_ids_visible_to(current_actor(), CLASSES["view"]),
    )
