"""What other features may ask of attendance."""

from __future__ import annotations

from training_app.attendance.queries.records import (
    Counts,
    RecordInfo,
    lesson_counts,
    records_of_class,
    records_of_enrollment,
    records_of_lesson,
)
from training_app.attendance.queries.sheets import PersonMarks, marks_of_class
from training_app.attendance.rules import LEAVE_STATUSES, PRESENT_STATUSES, STATUSES
from training_app.attendance.services.imported import store_imported

__all__ = [
    "LEAVE_STATUSES",
    "PRESENT_STATUSES",
    "STATUSES",
    "Counts",
    "PersonMarks",
    "RecordInfo",
    "lesson_counts",
    "marks_of_class",
    "records_of_class",
    "records_of_enrollment",
    "records_of_lesson",
    "store_imported",
]
