"""A press sent again after its answer was lost, perhaps when the answer's head had already taken the ticket away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select, union_all

from training_app.attendance.models import AttendanceRecord, RollCall, RollCallAnswer
from training_app.attendance.queries.lower import enrollments
from training_app.core.db import db, table_of

_record, _call, _answer = (table_of(model) for model in (AttendanceRecord, RollCall, RollCallAnswer))


def find_press(account_id: int, nonce: str, *, since: datetime) -> tuple[int, str, datetime] | None:
    """The lesson, the slot (in, mid) and the time of the scan that this very press of this person has stored."""
    came = (
        select(_record.c.lesson_id, literal("in"), _record.c.check_in_at)
        .join(enrollments, enrollments.c.id == _record.c.enrollment_id)
        .where(enrollments.c.account_id == account_id, _record.c.nonce == nonce, _record.c.recorded_at > since)
    )
    answered = (
        select(_call.c.lesson_id, literal("mid"), _answer.c.answered_at)
        .join(_call, _call.c.id == _answer.c.roll_call_id)
        .join(enrollments, enrollments.c.id == _answer.c.enrollment_id)
        .where(enrollments.c.account_id == account_id, _answer.c.nonce == nonce, _answer.c.recorded_at > since)
    )
    row = db.session.execute(union_all(came, answered).limit(1)).first()
    return (row[0], row[1], row[2]) if row is not None else None
