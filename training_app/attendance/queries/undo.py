"""Which marks by staff can be taken back now, and which were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from training_app.attendance.evidence_rules import HandMark, undo_fault
from training_app.attendance.models import (
    AttendanceCorrection,
    AttendanceFlag,
    AttendanceRecord,
    MarkBefore,
    MarkTakenBack,
    RollCall,
    RollCallAnswer,
)
from training_app.attendance.queries.lower import accounts
from training_app.core.db import db, table_of

_record, _change, _before = (table_of(model) for model in (AttendanceRecord, AttendanceCorrection, MarkBefore))


def hand_marks(lesson_id: int, record_ids: Collection[int] | None = None) -> dict[int, HandMark]:
    """What is known of the last entry of each record of a lesson, by enrollment."""
    last = (
        select(_change.c.record_id, func.max(_change.c.id).label("change_id")).group_by(_change.c.record_id).subquery()
    )
    answered = exists().where(
        RollCallAnswer.enrollment_id == _record.c.enrollment_id,
        RollCallAnswer.roll_call_id == RollCall.id,
        RollCall.lesson_id == lesson_id,
    )
    statement = (
        select(
            _record.c.enrollment_id,
            _record.c.method,
            last.c.change_id,
            _before.c.id.label("before_id"),
            exists().where(AttendanceFlag.record_id == _record.c.id).label("doubts"),
            (answered | _record.c.check_out_at.is_not(None)).label("followed"),
        )
        .select_from(
            _record.outerjoin(last, last.c.record_id == _record.c.id).outerjoin(
                _before, _before.c.correction_id == last.c.change_id
            )
        )
        .where(_record.c.lesson_id == lesson_id, _record.c.method == "staff")
    )
    if record_ids is not None:
        statement = statement.where(_record.c.id.in_(record_ids))
    return {
        row.enrollment_id: HandMark(
            row.method, row.change_id is not None, row.before_id is not None, bool(row.doubts), bool(row.followed)
        )
        for row in db.session.execute(statement)
    }


def hand_mark(record_id: int, lesson_id: int, enrollment_id: int) -> HandMark:
    """The same of one record; a record of another kind is no mark by hand."""
    return hand_marks(lesson_id, [record_id]).get(enrollment_id, HandMark("", changed=False, kept_before=False))


def undoable(lesson_id: int, *, closed: bool) -> frozenset[int]:
    """Enrollments whose last mark can be taken back now."""
    if closed:
        return frozenset()
    return frozenset(i for i, mark in hand_marks(lesson_id).items() if not undo_fault(mark, closed=False))


@dataclass(frozen=True)
class TakenBack:
    """A mark that was taken back."""

    at: datetime
    by: str
    status: str
    restored: str
    marked_at: datetime
    marked_by: str
    reason: str


def taken_back(lesson_id: int, enrollment_id: int) -> list[TakenBack]:
    """Marks of a person in a lesson that were taken back, the latest first."""
    row, operator = table_of(MarkTakenBack), accounts.alias("operator")
    found = db.session.execute(
        select(
            row.c.at,
            accounts.c.display_name,
            row.c.status,
            row.c.restored,
            row.c.marked_at,
            operator.c.display_name,
            row.c.reason,
        )
        .select_from(
            row.outerjoin(accounts, accounts.c.id == row.c.account_id).outerjoin(
                operator, operator.c.id == row.c.operator_id
            )
        )
        .where(row.c.lesson_id == lesson_id, row.c.enrollment_id == enrollment_id)
        .order_by(row.c.id.desc())
    )
    return [TakenBack(at, by or "", s, r, when, who or "", why) for at, by, s, r, when, who, why in found]
