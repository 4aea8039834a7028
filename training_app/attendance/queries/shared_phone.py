"""Who used one phone in the same lesson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from training_app.attendance.models import AttendanceRecord, RollCall, RollCallAnswer
from training_app.attendance.queries.lower import enrollments
from training_app.core.db import db, table_of

_record, _answer, _call = (table_of(model) for model in (AttendanceRecord, RollCallAnswer, RollCall))


@dataclass(frozen=True)
class PhoneUser:
    """Somebody who used a phone in a lesson: whose record, when they checked in."""

    record_id: int
    enrollment_id: int
    name: str
    check_in_at: datetime | None


def others_with(lesson_id: int, device: str, *, but: int) -> list[PhoneUser]:
    """Who else checked in to a lesson, or answered a call in it, with this browser; the first one first."""
    answered = exists().where(
        _answer.c.enrollment_id == _record.c.enrollment_id,
        _answer.c.device_hash == device,
        _answer.c.roll_call_id == _call.c.id,
        _call.c.lesson_id == lesson_id,
    )
    rows = db.session.execute(
        select(_record.c.id, _record.c.enrollment_id, enrollments.c.name, _record.c.check_in_at)
        .select_from(_record.join(enrollments, enrollments.c.id == _record.c.enrollment_id))
        .where(
            _record.c.lesson_id == lesson_id,
            _record.c.enrollment_id != but,
            or_(_record.c.device_hash == device, answered),
        )
        .order_by(_record.c.check_in_at, _record.c.id)
    )
    return [PhoneUser(*row) for row in rows]


def same_phone(lesson_id: int, enrollment_id: int) -> list[PhoneUser]:
    """Who else used the phones that a person used in a lesson. For staff only: a trainee is never told who."""
    own = select(_record.c.device_hash).where(
        _record.c.lesson_id == lesson_id, _record.c.enrollment_id == enrollment_id, _record.c.device_hash != ""
    )
    answers = (
        select(_answer.c.device_hash)
        .join(_call, _call.c.id == _answer.c.roll_call_id)
        .where(_call.c.lesson_id == lesson_id, _answer.c.enrollment_id == enrollment_id, _answer.c.device_hash != "")
    )
    found = {
        other.record_id: other
        for device in db.session.scalars(own.union(answers))
        for other in others_with(lesson_id, device, but=enrollment_id)
    }
    return list(found.values())
