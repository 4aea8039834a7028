"""The people of a lesson and what is recorded of them; doubts that wait; what one person sees of oneself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.engine import Row

from training_app.attendance import rules
from training_app.attendance.models import AttendanceCorrection, AttendanceFlag, AttendanceRecord, CheckInWindow
from training_app.attendance.queries.about import COLUMNS, About, joined
from training_app.attendance.queries.lower import accounts, cadres, classes, enrollments, lessons
from training_app.attendance.queries.roster import is_closed, members_of
from training_app.classes.api import (
    ACTIVE,
    class_ids_seen_whole,
    get_lesson,
    list_enrollments_visible_to,
    unit_ids_seen,
)
from training_app.core.actor import Actor
from training_app.core.db import db, table_of
from training_app.core.permissions import Permission

T = TypeVar("T")


@dataclass(frozen=True)
class FlagRow:
    """A doubt about a record."""

    id: int
    code: str
    raised_at: datetime
    settled: bool
    settlement: str
    needs_review: bool


@dataclass(frozen=True)
class ChangeRow:
    """What a record said before."""

    at: datetime
    by: str
    old_status: str
    new_status: str
    reason: str


@dataclass(frozen=True)
class PersonRow:
    """One person at one lesson; ``status`` is '' while nothing is recorded."""

    enrollment_id: int
    cadre_id: int
    name: str
    unit_name: str
    post_title: str
    group_name: str
    phone_masked: str
    record_id: int | None = None
    status: str = ""
    check_in_at: datetime | None = None
    recorded_at: datetime | None = None
    method: str = ""
    reason: str = ""
    operator: str = ""
    flags: tuple[FlagRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    earlier: str = ""
    """What the lesson before on the same day says of the person."""
    standing: str = "of"
    """of, left (of the lesson, and left the class since), later (came into the class after the lesson was closed)."""
    left_at: datetime | None = None

    @property
    def open_flags(self) -> tuple[FlagRow, ...]:
        """Doubts a person has to settle."""
        return tuple(flag for flag in self.flags if flag.needs_review and not flag.settled)


_record = table_of(AttendanceRecord)
_RECORD_COLUMNS = (
    _record.c.id,
    _record.c.lesson_id,
    _record.c.enrollment_id,
    _record.c.status,
    _record.c.check_in_at,
    _record.c.recorded_at,
    _record.c.method,
    _record.c.reason,
    accounts.c.display_name.label("operator"),
)


def lesson_people(lesson_id: int, actor: Actor, permission: Permission, *, later: bool = False) -> list[PersonRow]:
    """Everybody of the lesson whom the actor may see, with what is recorded, by group and unit.

    ``later``: those of the class, too, who came into it after the lesson was closed and are not counted in it.
    """
    lesson = get_lesson(lesson_id)
    people = list_enrollments_visible_to(actor, lesson.class_id, permission, statuses=None)
    rows = {
        row.enrollment_id: row
        for row in db.session.execute(
            select(*_RECORD_COLUMNS)
            .select_from(_record.outerjoin(accounts, accounts.c.id == _record.c.operator_id))
            .where(_record.c.lesson_id == lesson_id)
        )
    }
    record_ids = [row.id for row in rows.values()]
    flags, changes = _flags(record_ids), _changes(record_ids)
    phones = {
        row.id: row.phone_masked
        for row in db.session.execute(
            select(cadres.c.id, cadres.c.phone_masked)
            .join(enrollments, enrollments.c.cadre_id == cadres.c.id)
            .where(enrollments.c.class_id == lesson.class_id)
        )
    }
    before = _status_before(lesson.class_id, lesson.day, lesson.starts_at) if people else {}
    return [
        PersonRow(
            enrollment_id=each.id,
            standing=member.standing,
            left_at=member.left_at,
            cadre_id=each.cadre_id,
            name=each.name,
            unit_name=each.unit_name,
            post_title=each.post_title,
            group_name=each.group_name,
            phone_masked=phones.get(each.cadre_id, ""),
            earlier=before.get(each.id, ""),
            **(_recorded(rows[each.id], flags, changes) if each.id in rows else {}),
        )
        for member in members_of(lesson, people, rows, closed=is_closed(lesson_id))
        if later or member.standing != "later"
        for each in (member.person,)
    ]


def _recorded(
    row: Row[*tuple[Any, ...]], flags: Mapping[int, tuple[FlagRow, ...]], changes: Mapping[int, tuple[ChangeRow, ...]]
) -> dict[str, Any]:
    return {
        "record_id": row.id,
        "status": row.status,
        "check_in_at": row.check_in_at,
        "recorded_at": row.recorded_at,
        "method": row.method,
        "reason": row.reason,
        "operator": row.operator or "",
        "flags": flags.get(row.id, ()),
        "changes": changes.get(row.id, ()),
    }


def _status_before(class_id: int, day: date, before: datetime) -> dict[int, str]:
    """What the latest closed lesson earlier on that day says."""
    previous = db.session.scalar(
        select(lessons.c.id)
        .join(CheckInWindow, CheckInWindow.lesson_id == lessons.c.id)
        .where(
            lessons.c.class_id == class_id,
            lessons.c.day == day,
            lessons.c.starts_at < before,
            CheckInWindow.state == "closed",
        )
        .order_by(lessons.c.starts_at.desc())
        .limit(1)
    )
    if previous is None:
        return {}
    rows = db.session.execute(select(_record.c.enrollment_id, _record.c.status).where(_record.c.lesson_id == previous))
    return {row.enrollment_id: row.status for row in rows}


def _flags(record_ids: Collection[int]) -> dict[int, tuple[FlagRow, ...]]:
    return _grouped(
        (row.record_id, _flag(row))
        for row in db.session.execute(
            select(table_of(AttendanceFlag)).where(AttendanceFlag.record_id.in_(record_ids)).order_by(AttendanceFlag.id)
        )
    )


def _flag(row: Row[*tuple[Any, ...]]) -> FlagRow:
    return FlagRow(
        row.id, row.code, row.raised_at, row.settled_at is not None, row.settlement, row.code in rules.REVIEWED_FLAGS
    )


def _changes(record_ids: Collection[int]) -> dict[int, tuple[ChangeRow, ...]]:
    change = table_of(AttendanceCorrection)
    return _grouped(
        (row.record_id, ChangeRow(row.at, row.display_name or "", row.old_status, row.new_status, row.reason))
        for row in db.session.execute(
            select(change, accounts.c.display_name)
            .select_from(change.outerjoin(accounts, accounts.c.id == change.c.account_id))
            .where(change.c.record_id.in_(record_ids))
            .order_by(change.c.id)
        )
    )


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, tuple[T, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found


@dataclass(frozen=True)
class OpenFlag(About):
    """A doubt that waits for a person, with where it arose."""

    id: int
    code: str
    raised_at: datetime
    record_status: str


def open_flags(
    class_ids: Collection[int] | None = None, *, lesson_id: int | None = None, unit_ids: Collection[int] = ()
) -> list[OpenFlag]:
    """Doubts to settle, of some classes (None: all) or one lesson, the oldest first.

    ``unit_ids``: also of these units' people, whatever the class.
    """
    flag = table_of(AttendanceFlag)
    conditions: list[ColumnElement[bool]] = [flag.c.settled_at.is_(None), flag.c.code.in_(rules.REVIEWED_FLAGS)]
    if class_ids is not None:
        conditions.append(or_(lessons.c.class_id.in_(class_ids), enrollments.c.unit_id.in_(tuple(unit_ids))))
    if lesson_id is not None:
        conditions.append(lessons.c.id == lesson_id)
    rows = db.session.execute(
        select(
            *COLUMNS,
            flag.c.id,
            flag.c.code,
            flag.c.raised_at,
            _record.c.status,
        )
        .select_from(joined(flag.join(_record, _record.c.id == flag.c.record_id), _record))
        .where(*conditions)
        .order_by(flag.c.raised_at)
    )
    return [OpenFlag(*tuple(row)) for row in rows]


def open_flags_for(actor: Actor, permission: Permission) -> list[OpenFlag]:
    """Doubts about those whom the actor may see: of whole classes, or of some units' people alone."""
    return open_flags(class_ids_seen_whole(actor, permission), unit_ids=unit_ids_seen(actor, permission))


def lesson_of_flag(flag_id: int) -> int | None:
    """Which lesson a doubt belongs to."""
    return db.session.scalar(
        select(_record.c.lesson_id)
        .join(AttendanceFlag, AttendanceFlag.record_id == _record.c.id)
        .where(AttendanceFlag.id == flag_id)
    )


@dataclass(frozen=True)
class OwnLesson:
    """A lesson of one's own, with what is recorded of oneself."""

    lesson_id: int
    class_id: int
    class_name: str
    enrollment_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    teacher_text: str
    credit_hours: Decimal
    window_state: str
    record: PersonRow | None
    person: str
    unit_name: str
    post_title: str


def own_lesson(account_id: int, lesson_id: int) -> OwnLesson | None:
    """One lesson of a class a person takes part in."""
    return next(iter(own_lessons(account_id, lesson_id=lesson_id)), None)


def own_lessons(
    account_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    lesson_id: int | None = None,
    limit: int | None = None,
) -> list[OwnLesson]:
    """Lessons of the classes a person takes part in, by time, with the own record and every doubt about it."""
    conditions: list[ColumnElement[bool]] = [
        enrollments.c.account_id == account_id,
        enrollments.c.status.in_(ACTIVE),
        lessons.c.state != "cancelled",
    ]
    if until is not None:
        conditions.append(lessons.c.starts_at <= until)
    if since is not None:
        conditions.append(lessons.c.ends_at >= since)
    if lesson_id is not None:
        conditions.append(lessons.c.id == lesson_id)
    rows = db.session.execute(
        select(
            lessons.c.id.label("the_lesson_id"),
            lessons.c.class_id,
            classes.c.name.label("class_name"),
            enrollments.c.id.label("own_enrollment_id"),
            enrollments.c.cadre_id,
            enrollments.c.name,
            enrollments.c.unit_name,
            enrollments.c.post_title,
            enrollments.c.group_name,
            lessons.c.day,
            lessons.c.starts_at,
            lessons.c.ends_at,
            lessons.c.title,
            lessons.c.place,
            lessons.c.teacher_text,
            lessons.c.credit_hours,
            func.coalesce(CheckInWindow.state, "none").label("window_state"),
            *_RECORD_COLUMNS,
        )
        .select_from(
            enrollments.join(lessons, lessons.c.class_id == enrollments.c.class_id)
            .join(classes, classes.c.id == lessons.c.class_id)
            .outerjoin(table_of(CheckInWindow), CheckInWindow.lesson_id == lessons.c.id)
            .outerjoin(_record, (_record.c.lesson_id == lessons.c.id) & (_record.c.enrollment_id == enrollments.c.id))
            .outerjoin(accounts, accounts.c.id == _record.c.operator_id)
        )
        .where(*conditions)
        .order_by(lessons.c.starts_at)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows if row.id is not None]
    flags, changes = _flags(ids), _changes(ids)
    return [
        OwnLesson(
            row.the_lesson_id,
            row.class_id,
            row.class_name,
            row.own_enrollment_id,
            row.day,
            row.starts_at,
            row.ends_at,
            row.title,
            row.place,
            row.teacher_text,
            row.credit_hours,
            row.window_state,
            PersonRow(
                row.own_enrollment_id,
                row.cadre_id,
                row.name,
                row.unit_name,
                row.post_title,
                row.group_name,
                "",
                **_recorded(row, flags, changes),
            )
            if row.id is not None
            else None,
            row.name,
            row.unit_name,
            row.post_title,
        )
        for row in rows
    ]
