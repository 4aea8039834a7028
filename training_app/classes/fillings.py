"""What the templates of a class's own sheets can know beforehand: its people, its days, what is planned already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from training_app.cadres.api import list_files
from training_app.classes.queries.classes import get_class
from training_app.classes.queries.enrollments import list_enrollments
from training_app.classes.queries.lessons import list_lessons
from training_app.classes.values import EnrollmentInfo, LessonInfo
from training_app.core.spreadsheets.fillings import Filling

HALF_DAYS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}


def half_day_label(half_day: str) -> str:
    """A half day as sheets head it."""
    return HALF_DAYS[half_day]


def sheet_title(class_id: int, what: str) -> str:
    """The line by which an importer knows the class and its year again."""
    klass = get_class(class_id)
    return f"{klass.name}{what}（{klass.starts_on.year}年）"


def list_lines(class_id: int) -> list[tuple[EnrollmentInfo, dict[str, str | int | float]]]:
    """The people of a class as lists name them: name and unit."""
    return [(each, {"name": each.name, "unit": each.unit_name}) for each in list_enrollments(class_id)]


def roster(class_id: int) -> Filling:
    """The people enrolled already; more can be added below them. Citizen numbers are left to be typed."""
    people = list_enrollments(class_id)
    files = list_files([each.cadre_id for each in people])
    rows = [
        {
            "name": each.name,
            "sex": files[each.cadre_id].sex if each.cadre_id in files else "",
            "unit_and_post": each.unit_name + each.post_title.removeprefix(each.unit_name),
            "group_name": each.group_name,
            "class_role": each.class_role,
            "note": each.note,
        }
        for each in people
    ]
    return Filling(sheet_title(class_id, "学员名单"), rows)


def timetable(class_id: int) -> Filling:
    """A row for each day of the class, with the lessons that are planned already."""
    klass = get_class(class_id)
    planned: dict[tuple[object, str], list[LessonInfo]] = {}
    for lesson in list_lessons(class_id):
        if lesson.state != "cancelled":
            planned.setdefault((lesson.day, lesson.half_day), []).append(lesson)
    days = [klass.starts_on + timedelta(days=n) for n in range((klass.ends_on - klass.starts_on).days + 1)]
    rows: list[dict[str, str | int | float]] = []
    for day in days:
        row: dict[str, str | int | float] = {"day": f"{day.year}年{day.month}月{day.day}日"}
        for half_day, label in HALF_DAYS.items():
            row[label] = _entry(planned.get((day, half_day), ()))
        rows.append(row)
    return Filling(sheet_title(class_id, "课程表"), rows, tuple(HALF_DAYS.values()))


def _entry(lessons: Sequence[LessonInfo]) -> str:
    """One cell: course, teacher, place, each on its line; a half day with several lessons is left to its page."""
    if len(lessons) != 1:
        return ""
    (lesson,) = lessons
    teacher = f"授课人：{lesson.teacher_text}" if lesson.teacher_text else ""
    return "\n".join(part for part in (lesson.title, teacher, f"地点：{lesson.place}" if lesson.place else "") if part)
