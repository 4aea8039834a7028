"""The record of one person in one lesson, for services that change it."""

from __future__ import annotations

from sqlalchemy import select

from training_app.attendance.models import AttendanceRecord
from training_app.core.db import db


def locked_record(lesson_id: int, enrollment_id: int) -> AttendanceRecord | None:
    """The record as it is now, held until the end of this unit of work; None while there is none."""
    return db.session.scalar(
        select(AttendanceRecord)
        .where(AttendanceRecord.lesson_id == lesson_id, AttendanceRecord.enrollment_id == enrollment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
