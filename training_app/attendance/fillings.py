"""The attendance list of a class to fill in: its people, its half days, and the marks there are."""

from __future__ import annotations

from sqlalchemy import select

from training_app.attendance.models import AttendanceRecord
from training_app.classes.api import half_day_label, list_lessons, list_lines, sheet_title
from training_app.core.db import db
from training_app.core.spreadsheets.fillings import Filling

_WORDS = {
    "present": "出勤",
    "late": "迟到",
    "left_early": "早退",
    "leave_personal": "事假",
    "leave_sick": "病假",
    "leave_official": "公假",
    "absent": "旷课",
    "exempt": "免修",
}


def attendance(class_id: int) -> Filling:
    """A row for each person, a column for each half day with lessons."""
    lessons = [lesson for lesson in list_lessons(class_id) if lesson.state != "cancelled"]
    labels = {each.id: f"{each.day.month}月{each.day.day}日{half_day_label(each.half_day)}" for each in lessons}
    chosen = select(AttendanceRecord.enrollment_id, AttendanceRecord.lesson_id, AttendanceRecord.status)
    marks: dict[tuple[int, str], str] = {}
    for person, lesson, status in db.session.execute(chosen.where(AttendanceRecord.lesson_id.in_(list(labels)))):
        marks.setdefault((person, labels[lesson]), _WORDS.get(status, ""))
    headers = tuple(dict.fromkeys(labels.values()))
    rows = [line | {label: marks.get((each.id, label), "") for label in headers} for each, line in list_lines(class_id)]
    return Filling(sheet_title(class_id, "考勤登记表"), rows, headers)
