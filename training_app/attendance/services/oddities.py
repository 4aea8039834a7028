"""Doubts that show only when all is in: noted when a lesson is closed, so that the door stays fast."""

from __future__ import annotations

from sqlalchemy import select

from training_app.attendance import evidence_rules, rules
from training_app.attendance.evidence_rules import Scan, Stay
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.queries.lower import devices, enrollments, lessons
from training_app.attendance.services.calls import note_flag
from training_app.classes.api import LessonInfo
from training_app.core.db import db, table_of

_record = table_of(AttendanceRecord)


def note_oddities(lesson: LessonInfo) -> int:
    """Note bursts and overlaps of a lesson that is being closed; how many doubts. No status changes.

    The time of a scan counts, which nothing changes later; the kind of browser is that of the device it came from.
    """
    rows = db.session.execute(
        select(
            _record.c.id,
            _record.c.enrollment_id,
            _record.c.method,
            _record.c.check_in_at,
            enrollments.c.cadre_id,
            devices.c.browser,
        )
        .select_from(
            _record.join(enrollments, enrollments.c.id == _record.c.enrollment_id).outerjoin(
                devices, devices.c.key_hash == _record.c.device_hash
            )
        )
        .where(_record.c.lesson_id == lesson.id, _record.c.status.in_(rules.ATTENDED_STATUSES))
    ).all()
    people = {row.id: row.enrollment_id for row in rows}
    scans = [
        Scan(row.id, row.check_in_at, row.browser or "")
        for row in rows
        if row.method == "scan" and row.check_in_at is not None
    ]
    here = [Stay(row.id, row.cadre_id, lesson.id, lesson.starts_at, lesson.ends_at) for row in rows]
    noted = 0
    for code, found in (("burst", evidence_rules.bursts(scans)), ("overlap", _overlaps(lesson, here))):
        for record_id in sorted(found):
            noted += note_flag(record_id, lesson_id=lesson.id, enrollment_id=people[record_id], code=code)
    return noted


def _overlaps(lesson: LessonInfo, here: list[Stay]) -> frozenset[int]:
    attended = (
        select(enrollments.c.cadre_id)
        .join(_record, _record.c.enrollment_id == enrollments.c.id)
        .where(_record.c.lesson_id == lesson.id, _record.c.status.in_(rules.ATTENDED_STATUSES))
    )
    rows = db.session.execute(
        select(_record.c.id, enrollments.c.cadre_id, lessons.c.id, lessons.c.starts_at, lessons.c.ends_at)
        .select_from(
            _record.join(lessons, lessons.c.id == _record.c.lesson_id).join(
                enrollments, enrollments.c.id == _record.c.enrollment_id
            )
        )
        .where(
            lessons.c.id != lesson.id,
            lessons.c.state != "cancelled",
            lessons.c.starts_at < lesson.ends_at,
            lessons.c.ends_at > lesson.starts_at,
            _record.c.status.in_(rules.ATTENDED_STATUSES),
            enrollments.c.cadre_id.in_(attended),
        )
    )
    return evidence_rules.overlaps(here, [Stay(*tuple(row)) for row in rows])
