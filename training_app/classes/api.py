"""The front door: what attendance, exams, results, archives, reports and imports may ask and do."""

from __future__ import annotations

from training_app.classes.fillings import half_day_label, list_lines, sheet_title
from training_app.classes.matching import (
    ClassList,
    PlannedClass,
    class_of_sheet,
    ensure_open,
    list_planned_classes,
    load_class_list,
)
from training_app.classes.ports import ClassAction, ClassPaper, LessonNote, NextStep, TabNote
from training_app.classes.queries.classes import (
    class_teacher_names,
    find_class_by_code,
    find_class_by_name,
    get_class,
    list_classes,
)
from training_app.classes.queries.enrollments import (
    count_enrollments,
    enrollments_between,
    enrollments_of_account,
    enrollments_of_cadre,
    enrollments_of_cadres,
    find_enrollment,
    get_enrollment,
    list_enrollments,
)
from training_app.classes.queries.forms import roster_paper, timetable_paper
from training_app.classes.queries.lessons import (
    get_lesson,
    lessons_between,
    lessons_of_teacher,
    list_lessons,
    list_lessons_of_classes,
    list_lessons_of_day,
    teachers_of_lessons,
)
from training_app.classes.queries.plan import list_programs
from training_app.classes.queries.scope import (
    PeopleScope,
    class_ids_seen_whole,
    class_ids_visible_to,
    may_see_class,
    people_scope,
    unit_ids_seen,
)
from training_app.classes.queries.seating import Seating, seating_of, seats_of
from training_app.classes.seating_rules import Hall, Seat
from training_app.classes.services.classes import add_staff, set_class_state
from training_app.classes.services.enrolment import (
    enroll,
    enroll_many,
    set_enrollment_status,
    set_enrollment_statuses,
)
from training_app.classes.services.plan import (
    allot_seats,
    find_or_create_program,
    open_class_from_plan,
    save_plan_line,
)
from training_app.classes.services.timetable import (
    add_lessons,
    find_or_create_room,
    set_lesson_state,
)
from training_app.classes.shown_names import name_shown
from training_app.classes.timetable_imports import half_day_of_label
from training_app.classes.values import (
    ACTIVE,
    ClassInfo,
    EnrollmentInfo,
    LessonInfo,
    NewEnrollment,
    NewLesson,
)
from training_app.core.actor import Actor
from training_app.core.errors import NotFound
from training_app.core.permissions import Permission

__all__ = (
    "ACTIVE",
    "ClassAction",
    "ClassInfo",
    "ClassList",
    "ClassPaper",
    "EnrollmentInfo",
    "Hall",
    "LessonInfo",
    "LessonNote",
    "NewEnrollment",
    "NewLesson",
    "NextStep",
    "PeopleScope",
    "PlannedClass",
    "Seat",
    "Seating",
    "TabNote",
    "add_lessons",
    "add_staff",
    "allot_seats",
    "class_ids_seen_whole",
    "class_ids_visible_to",
    "class_of_sheet",
    "class_teacher_names",
    "count_enrollments",
    "enroll",
    "enroll_many",
    "enrollments_between",
    "enrollments_of_account",
    "enrollments_of_cadre",
    "enrollments_of_cadres",
    "ensure_open",
    "find_class_by_code",
    "find_class_by_name",
    "find_enrollment",
    "find_or_create_program",
    "find_or_create_room",
    "get_class",
    "get_class_visible_to",
    "get_enrollment",
    "get_lesson",
    "half_day_label",
    "half_day_of_label",
    "lessons_between",
    "lessons_of_teacher",
    "list_classes",
    "list_enrollments",
    "list_enrollments_visible_to",
    "list_lessons",
    "list_lessons_of_classes",
    "list_lessons_of_day",
    "list_lines",
    "list_planned_classes",
    "list_programs",
    "load_class_list",
    "may_see_class",
    "name_shown",
    "open_class_from_plan",
    "people_scope",
    "roster_paper",
    "save_plan_line",
    "seating_of",
    "seats_of",
    "set_class_state",
    "set_enrollment_status",
    "set_enrollment_statuses",
    "set_lesson_state",
    "sheet_title",
    "teachers_of_lessons",
    "timetable_paper",
    "unit_ids_seen",
)


def get_class_visible_to(actor: Actor, class_id: int, permission: Permission) -> ClassInfo:
    """One class, if it lies within reach of the actor's grant of this permission.

    Raises:
        NotFound: there is none, or not for this person.

    """
    if not may_see_class(actor, class_id, permission):
        raise NotFound
    return get_class(class_id)


def list_enrollments_visible_to(
    actor: Actor, class_id: int, permission: Permission, statuses: tuple[str, ...] | None = ACTIVE
) -> list[EnrollmentInfo]:
    """People of a class whom the actor's grant reaches: all, those of one's units, or oneself."""
    return list_enrollments(class_id, statuses, people_scope(actor, class_id, permission))
