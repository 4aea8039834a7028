"""Keeping whether a phone was where the lesson was; the coordinates end with the request."""

from __future__ import annotations

from sqlalchemy import insert

from training_app.attendance.models import AttendancePlace
from training_app.attendance.place_rules import Fix, accuracy_step, verdict
from training_app.attendance.queries.places import place_asked
from training_app.core.db import db, table_of


def note_place(record_id: int, *, lesson_id: int, fix: Fix) -> str:
    """Keep the verdict about a phone's position beside its new record; '' when the lesson does not ask for one."""
    asked = place_asked(lesson_id)
    if asked is None:
        return ""
    found = verdict(fix, asked.point, asked.radius)
    db.session.execute(
        insert(table_of(AttendancePlace)).values(
            record_id=record_id, verdict=found, accuracy=accuracy_step(fix.accuracy)
        )
    )
    return found
