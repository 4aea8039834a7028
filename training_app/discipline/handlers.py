"""What leave and absence do to the exam when attendance or the timetable change."""

from __future__ import annotations

from training_app.attendance.events import AttendanceCorrected, ClassRulesChanged, LessonClosed
from training_app.classes.events import LessonCancelled, LessonMoved, LessonScheduled
from training_app.exams import api as exams
from training_app.exams.events import ExamChanged, ExamScheduled


def admit_after_lesson(event: LessonClosed) -> None:
    """Who was absent may be over the line now."""
    exams.refresh_admission(event.class_id)


def admit_after_correction(event: AttendanceCorrected) -> None:
    """One person's hours have changed."""
    exams.refresh_admission(event.class_id, [event.enrollment_id])


def admit_after_timetable(event: LessonScheduled | LessonMoved | LessonCancelled | ClassRulesChanged) -> None:
    """The class has other hours, the exam's half-day lies elsewhere, or lateness counts otherwise."""
    exams.refresh_admission(event.class_id)


def admit_after_scheduling(event: ExamScheduled | ExamChanged) -> None:
    """A new exam, or another half-day."""
    exams.refresh_admission(event.class_id)
