"""Stored rows in words: what a table's rows are called, how one is told, where it can be settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, select

from training_app.core.db import Base, db
from training_app.core.text import N_

WORDS: Mapping[str, str] = {
    "accounts_unit": N_("Units"),
    "accounts_unit_alias": N_("Other names of units"),
    "accounts_account": N_("Accounts"),
    "cadres_cadre": N_("People’s records"),
    "cadres_post_holding": N_("Posts held"),
    "cadres_party_member": N_("Party memberships"),
    "cadres_appointment_form": N_("Appointment forms"),
    "teachers_teacher": N_("Teachers"),
    "courses_course": N_("Courses"),
    "courses_course_teacher": N_("Teachers of courses"),
    "courses_teaching_site": N_("Teaching sites"),
    "courses_teaching_route": N_("Teaching routes"),
    "courses_route_stop": N_("Stops of routes"),
    "classes_program": N_("Programs"),
    "classes_plan_line": N_("Lines of the plan"),
    "classes_seat_allotment": N_("Seats by unit"),
    "classes_training_class": N_("Classes"),
    "classes_class_staff": N_("Duties in classes"),
    "classes_enrollment": N_("Enrolments"),
    "classes_enrollment_step": N_("History of enrolments"),
    "classes_room": N_("Rooms"),
    "classes_lesson": N_("Lessons"),
    "classes_lesson_change": N_("Lessons moved or cancelled"),
    "classes_teaching_assignment": N_("Teachers of lessons"),
    "attendance_check_in_window": N_("Check-ins of lessons"),
    "attendance_scan_ticket": N_("Scans"),
    "attendance_record": N_("Attendance"),
    "attendance_correction": N_("Corrections of attendance"),
    "attendance_flag": N_("Doubts about attendance"),
    "exams_exam": N_("Exams"),
    "exams_score_version": N_("Scores"),
    "exams_score_change_request": N_("Requests to change scores"),
    "exams_mark": N_("Marks for reflection and conduct"),
    "exams_question": N_("Questions"),
    "results_result_scheme": N_("How classes weigh results"),
    "results_class_result": N_("Results decided"),
    "results_completion_certificate": N_("Certificates"),
    "results_hour_entry": N_("Lines of the ledger of hours"),
    "archives_package": N_("Sealed archives"),
}
OTHER = N_("Other records")

# table → (endpoint, its argument, the row's column that gives it)
PAGES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "accounts_unit": (("accounts.unit_show", "unit_id", "id"),),
    "accounts_account": (("accounts.account_show", "account_id", "id"),),
    "cadres_cadre": (("cadres.show", "cadre_id", "id"),),
    "cadres_post_holding": (("cadres.show", "cadre_id", "cadre_id"),),
    "cadres_party_member": (("cadres.show", "cadre_id", "cadre_id"),),
    "cadres_appointment_form": (("cadres.show", "cadre_id", "cadre_id"),),
    "teachers_teacher": (("teachers.show", "teacher_id", "id"),),
    "courses_course": (("courses.show", "course_id", "id"),),
    "courses_course_teacher": (("courses.show", "course_id", "course_id"),),
    "courses_teaching_site": (("courses.site_show", "site_id", "id"),),
    "courses_teaching_route": (("courses.route_show", "route_id", "id"),),
    "courses_route_stop": (("courses.route_show", "route_id", "route_id"),),
    "classes_training_class": (("classes.show", "class_id", "id"),),
    "classes_class_staff": (("classes.show", "class_id", "class_id"),),
    "classes_enrollment": (("classes.show", "class_id", "class_id"),),
    "classes_lesson": (("classes.show", "class_id", "class_id"),),
    "attendance_check_in_window": (("attendance.lesson", "lesson_id", "lesson_id"),),
    "attendance_record": (("attendance.lesson", "lesson_id", "lesson_id"),),
    "exams_exam": (("classes.show", "class_id", "class_id"),),
    "results_class_result": (("results.of_class", "class_id", "class_id"),),
    "results_completion_certificate": (("results.certificate", "certificate_id", "id"),),
    "results_hour_entry": (("results.ledger", "cadre_id", "cadre_id"),),
    "archives_package": (("classes.show", "class_id", "class_id"),),
}
# Whose facts the audit trail keeps under which name.
SUBJECTS: Mapping[str, str] = {
    "accounts_unit": "unit",
    "cadres_cadre": "cadre",
    "teachers_teacher": "teacher",
    "courses_course": "course",
    "courses_teaching_site": "site",
    "courses_teaching_route": "route",
    "classes_plan_line": "plan_line",
    "classes_training_class": "class",
    "classes_enrollment": "enrollment",
    "classes_lesson": "lesson",
}
_NAMES = ("name", "holder_name", "title", "display_name", "alias", "number", "code")
_PARENTS = ("enrollment_id", "cadre_id", "lesson_id", "exam_id", "class_id", "course_id", "route_id", "teacher_id",
            "plan_line_id", "record_id", "unit_id")  # fmt: skip


def word_of(entity: str) -> str:
    """What the rows of a table are called."""
    return WORDS.get(entity, OTHER)


def page_of(entity: str, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Where a row is shown: endpoint and arguments; None where it has no page."""
    for endpoint, argument, column in PAGES.get(entity, ()):
        if row.get(column) is not None:
            return endpoint, {argument: row[column]}
    return None


def told(entity: str, rows: Iterable[Mapping[str, Any]], *, deep: int = 2) -> list[str]:
    """Each row in a word or two: its own name, else that of what it belongs to."""
    table = Base.metadata.tables[entity]
    return [_told(table, row, deep) for row in rows]


def _told(table: Table, row: Mapping[str, Any], deep: int) -> str:
    own = next((str(row[name]) for name in _NAMES if row.get(name)), "")
    if own or not deep:
        return own
    for name in _PARENTS:
        column = table.columns.get(name)
        if column is None or row.get(name) is None or not column.foreign_keys:
            continue
        parent = next(iter(column.foreign_keys)).column
        found = db.session.execute(select(parent.table).where(parent == row[name])).mappings().first()
        if found is not None and isinstance(parent.table, Table):
            text = _told(parent.table, dict(found), deep - 1)
            if text:
                return text
    return ""
