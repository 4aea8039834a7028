"""What other features may ask of attendance."""

from __future__ import annotations

from training_app.attendance.queries.class_rules import (
    LaidDown,
    RuleVersion,
    hours_by_lates,
    laid_down_in,
    list_rule_versions,
    rules_for,
)
from training_app.attendance.queries.forms import summary_paper
from training_app.attendance.queries.records import (
    Counts,
    RecordInfo,
    lesson_counts,
    records_of_class,
    records_of_enrollment,
    records_of_lesson,
)
from training_app.attendance.queries.sheets import PersonMarks, marks_of_class
from training_app.attendance.rules import (
    ATTENDED_STATUSES,
    LEAVE_STATUSES,
    PRESENT_STATUSES,
    RULE_LIMITS,
    SIGNS,
    STATUSES,
    ClassRules,
    HourSums,
    standing,
    sum_hours,
)
from training_app.attendance.services.class_rules import lay_down_rules
from training_app.attendance.services.imported import store_imported
from training_app.attendance.services.leave_marks import LeaveMarks, mark_leave, take_back_leave

__all__ = [
    "ATTENDED_STATUSES",
    "LEAVE_STATUSES",
    "PRESENT_STATUSES",
    "RULE_LIMITS",
    "SIGNS",
    "STATUSES",
    "ClassRules",
    "Counts",
    "HourSums",
    "LaidDown",
    "LeaveMarks",
    "PersonMarks",
    "RecordInfo",
    "RuleVersion",
    "hours_by_lates",
    "laid_down_in",
    "lay_down_rules",
    "lesson_counts",
    "list_rule_versions",
    "mark_leave",
    "marks_of_class",
    "records_of_class",
    "records_of_enrollment",
    "records_of_lesson",
    "rules_for",
    "standing",
    "store_imported",
    "sum_hours",
    "summary_paper",
    "take_back_leave",
]
