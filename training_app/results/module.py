"""What results contributes."""

from __future__ import annotations

from training_app.attendance.events import AttendanceCorrected, LessonClosed
from training_app.classes.events import EnrollmentStatusChanged, EnrollmentWithdrawn, LessonCancelled
from training_app.core.module import Module
from training_app.results import handlers
from training_app.results.permissions import RESULTS

MODULE = Module(
    name="results",
    permissions=[RESULTS],
    subscriptions={
        LessonClosed: handlers.post_hours_of_lesson,
        AttendanceCorrected: handlers.correct_hours,
        LessonCancelled: handlers.take_back_hours_of_lesson,
        EnrollmentWithdrawn: handlers.take_back_hours,
        EnrollmentStatusChanged: handlers.follow_status,
    },
)
