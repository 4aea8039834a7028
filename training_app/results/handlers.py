"""What results does when attendance and enrollments change."""

from __future__ import annotations

from training_app.attendance.events import AttendanceCorrected, LessonClosed
from training_app.classes.events import EnrollmentStatusChanged, EnrollmentWithdrawn, LessonCancelled
from training_app.core.text import N_
from training_app.results.services import hours


def post_hours_of_lesson(event: LessonClosed) -> None:
    """Everyone present gets the lesson's hours."""
    hours.settle_lesson(event.lesson_id)


def correct_hours(event: AttendanceCorrected) -> None:
    """A corrected status changes one person's hours."""
    hours.settle_lesson(event.lesson_id, enrollment_ids={event.enrollment_id}, note=N_("attendance corrected"))


def take_back_hours_of_lesson(event: LessonCancelled) -> None:
    """A lesson that was not held grants no hours."""
    hours.settle_lesson(event.lesson_id, note=N_("lesson cancelled"))


def take_back_hours(event: EnrollmentWithdrawn) -> None:
    """Who withdraws keeps no hours of the class."""
    hours.settle_enrollment(event.enrollment_id, note=N_("withdrawn from the class"))


def follow_status(event: EnrollmentStatusChanged) -> None:
    """Who comes back gets the hours again; who is found not to have come loses them."""
    if event.old_status in _WITHOUT_HOURS or event.new_status in _WITHOUT_HOURS:
        hours.settle_enrollment(event.enrollment_id, note=N_("status in the class changed"))


_WITHOUT_HOURS = frozenset({"withdrawn", "absent_no_show", "declined"})
