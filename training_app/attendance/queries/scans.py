"""What one scan needs to know, in one statement each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Join, bindparam, func, literal, select
from sqlalchemy.engine import Row

from training_app.attendance.models import AttendanceRecord, CheckInWindow, ScanTicket, WrongCode
from training_app.attendance.queries.lower import classes, devices, enrollments, lessons
from training_app.classes.api import ACTIVE
from training_app.core.db import db, execute, table_of

_record = table_of(AttendanceRecord)
_window = table_of(CheckInWindow)
_wrong = table_of(WrongCode)
_ticket = table_of(ScanTicket)
_other = enrollments.alias("other")
_own = devices.alias("own")
_earlier = _record.alias("earlier")

_account: BindParameter[int] = bindparam("account_id")
_device: BindParameter[str] = bindparam("device")


def _wrong_codes(condition: Any, since: str) -> Any:
    return select(func.count()).select_from(_wrong).where(condition, _wrong.c.at > bindparam(since)).scalar_subquery()


def _tries(account: ColumnElement[int], device: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    return (
        _wrong_codes(_wrong.c.account_id == account, "minute_ago").label("account_minute"),
        _wrong_codes(_wrong.c.account_id == account, "hour_ago").label("account_hour"),
        _wrong_codes((_wrong.c.device_hash == device) & (device != ""), "minute_ago").label("device_minute"),
    )


def facts_of(account: ColumnElement[int], device: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """Everything that one scan asks, for an account and a device of the statement it stands in."""
    bound = (
        select(_own.c.key_hash).where(_own.c.account_id == account).order_by(_own.c.bound_at.desc()).limit(1)
    ).scalar_subquery()
    used_by_other = (
        select(literal(1))
        .select_from(_earlier.join(_other, _other.c.id == _earlier.c.enrollment_id))
        .where(
            _earlier.c.lesson_id == lessons.c.id,
            _earlier.c.device_hash == device,
            device != "",
            _other.c.account_id != account,
        )
        .limit(1)
    ).scalar_subquery()
    return (
        lessons.c.id.label("lesson_id"),
        lessons.c.title,
        lessons.c.place,
        lessons.c.starts_at,
        lessons.c.ends_at,
        lessons.c.class_id,
        classes.c.name.label("class_name"),
        func.coalesce(_window.c.closes_after_minutes, classes.c.closes_after_minutes).label("closes_after_minutes"),
        _window.c.state,
        _window.c.key_encrypted,
        _window.c.step_seconds,
        _window.c.late_from,
        _window.c.opened_at,
        enrollments.c.id.label("enrollment_id"),
        enrollments.c.status.label("enrollment_status"),
        enrollments.c.name.label("person"),
        _record.c.id.label("record_id"),
        _record.c.status,
        _record.c.check_in_at,
        _record.c.check_out_at,
        _record.c.nonce,
        _record.c.method,
        devices.c.account_id.label("device_owner_id"),
        bound.label("bound_device"),
        used_by_other.label("used_by_other"),
        *_tries(account, device),
    )


def places_of(lesson: FromClause, account: ColumnElement[int], device: ColumnElement[str]) -> Join:
    """From a lesson to everything a scan there needs to know of it, of a person and of a device."""
    return (
        lesson.join(classes, classes.c.id == lessons.c.class_id)
        .outerjoin(_window, _window.c.lesson_id == lessons.c.id)
        .outerjoin(enrollments, (enrollments.c.class_id == lessons.c.class_id) & (enrollments.c.account_id == account))
        .outerjoin(_record, (_record.c.lesson_id == lessons.c.id) & (_record.c.enrollment_id == enrollments.c.id))
        .outerjoin(devices, devices.c.key_hash == device)
    )


_SCAN = (
    select(*facts_of(_account, _device))
    .select_from(places_of(lessons, _account, _device))
    .where(lessons.c.id == bindparam("lesson_id"))
)

_TRIES = select(*_tries(_account, _device))


def find_scan(lesson_id: int, **who: Any) -> Row[*tuple[Any, ...]] | None:
    """The lesson with its check-in, the person's place and record in it, the device, and wrong codes so far.

    ``who``: account_id, device, minute_ago, hour_ago.
    """
    return execute(_SCAN, {"lesson_id": lesson_id, **who}).first()


def count_tries(**who: Any) -> Row[*tuple[Any, ...]]:
    """Wrong codes so far, when the code names no lesson."""
    return db.session.execute(_TRIES, who).one()


def find_key(lesson_id: int) -> Row[*tuple[Any, ...]] | None:
    """What is needed to judge a code on arrival, before anybody has signed in."""
    return db.session.execute(
        select(_window.c.state, _window.c.key_encrypted, _window.c.step_seconds).where(_window.c.lesson_id == lesson_id)
    ).first()


def find_ticket(id_hash: str) -> Row[*tuple[Any, ...]] | None:
    """A ticket, by the digest of its cookie."""
    return db.session.execute(
        select(
            _ticket.c.lesson_id,
            _ticket.c.step,
            _ticket.c.scanned_at,
            _ticket.c.device_hash,
            _ticket.c.used_by_id,
            _window.c.step_seconds,
        )
        .join(_window, _window.c.lesson_id == _ticket.c.lesson_id)
        .where(_ticket.c.id_hash == id_hash)
    ).first()


def open_keys_of(account_id: int) -> list[Row[*tuple[Any, ...]]]:
    """The open check-ins of the classes an account is a trainee of (a typed code names no lesson)."""
    return list(
        db.session.execute(
            select(_window.c.lesson_id, _window.c.key_encrypted)
            .join(enrollments, enrollments.c.class_id == _window.c.class_id)
            .where(enrollments.c.account_id == account_id, enrollments.c.status.in_(ACTIVE), _window.c.state == "open")
        )
    )
