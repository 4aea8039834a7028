"""The check-in of a lesson: its state, its code, its latest names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select

from training_app.attendance import code_rules, rules
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.queries.lower import classes, enrollments, lessons
from training_app.attendance.queries.names import on_screen
from training_app.core import clock, crypto
from training_app.core.db import db
from training_app.core.errors import Conflict
from training_app.core.text import N_


@dataclass(frozen=True)
class WindowInfo:
    """A check-in that was opened at some time. ``closes_at`` is when it ends by itself."""

    lesson_id: int
    class_id: int
    state: str
    step_seconds: int
    late_from: datetime
    opened_at: datetime
    closed_at: datetime | None
    closes_at: datetime
    head_count: int | None

    @property
    def live(self) -> bool:
        """Whether a scan would count now."""
        return self.state == "open" and clock.now() < self.closes_at


@dataclass(frozen=True)
class CurrentCode:
    """The one code of this moment, and how long it is the current one."""

    code: str
    step_seconds: int
    next_in_ms: int
    typed: str
    typed_next_in_ms: int


@lru_cache(maxsize=256)
def unwrap(key_encrypted: str) -> bytes:
    """The key of a check-in; empty once it was deleted, and then no code is genuine."""
    if not key_encrypted:
        return b""
    return bytes.fromhex(crypto.decrypt(key_encrypted, "checkin"))


def list_windows(lesson_ids: Collection[int]) -> dict[int, WindowInfo]:
    """The check-ins of some lessons; lessons never opened are missing."""
    rows = db.session.execute(
        select(
            CheckInWindow.lesson_id,
            CheckInWindow.class_id,
            CheckInWindow.state,
            CheckInWindow.step_seconds,
            CheckInWindow.late_from,
            CheckInWindow.opened_at,
            CheckInWindow.closed_at,
            CheckInWindow.head_count,
            lessons.c.starts_at,
            func.coalesce(CheckInWindow.closes_after_minutes, classes.c.closes_after_minutes).label(
                "closes_after_minutes"
            ),
        )
        .join(lessons, lessons.c.id == CheckInWindow.lesson_id)
        .join(classes, classes.c.id == CheckInWindow.class_id)
        .where(CheckInWindow.lesson_id.in_(tuple(lesson_ids)))
    )
    return {
        row.lesson_id: WindowInfo(
            lesson_id=row.lesson_id,
            class_id=row.class_id,
            state=row.state,
            step_seconds=row.step_seconds,
            late_from=row.late_from,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            head_count=row.head_count,
            closes_at=max(row.starts_at, row.opened_at) + timedelta(minutes=row.closes_after_minutes),
        )
        for row in rows
    }


def find_window(lesson_id: int) -> WindowInfo | None:
    """The check-in of a lesson, or None when it was never opened."""
    return list_windows([lesson_id]).get(lesson_id)


def current_code(lesson_id: int) -> CurrentCode:
    """The code to show now: one, by the server's clock; never a later one.

    Raises:
        Conflict: check-in is not open.

    """
    row = db.session.execute(
        select(CheckInWindow.key_encrypted, CheckInWindow.state, CheckInWindow.step_seconds).where(
            CheckInWindow.lesson_id == lesson_id
        )
    ).first()
    if row is None or row.state != "open":
        raise Conflict(N_("Check-in of this lesson is not open."), code="not_open" if row is None else "closed")
    key, unix = unwrap(row.key_encrypted), clock.unix()
    return CurrentCode(
        code=code_rules.make_code(key, lesson_id, code_rules.step_at(unix, row.step_seconds)),
        step_seconds=row.step_seconds,
        next_in_ms=_until_next(unix, row.step_seconds),
        typed=code_rules.make_short_code(key, lesson_id, code_rules.step_at(unix, code_rules.SHORT_STEP_SECONDS)),
        typed_next_in_ms=_until_next(unix, code_rules.SHORT_STEP_SECONDS),
    )


def _until_next(unix: float, step_seconds: int) -> int:
    return max(int((step_seconds - unix % step_seconds) * 1000), 1)


@dataclass(frozen=True)
class LatestName:
    """A name for the projector."""

    name: str
    at: datetime


def latest_names(lesson_id: int, limit: int = 8) -> list[LatestName]:
    """Who came last, the newest first; each name as the class wants it on the screen."""
    rows = db.session.execute(
        select(enrollments.c.name, AttendanceRecord.check_in_at, classes.c.names_shown)
        .join(enrollments, enrollments.c.id == AttendanceRecord.enrollment_id)
        .join(classes, classes.c.id == enrollments.c.class_id)
        .where(
            AttendanceRecord.lesson_id == lesson_id,
            AttendanceRecord.status.in_(rules.ATTENDED_STATUSES),
            AttendanceRecord.check_in_at.is_not(None),
        )
        .order_by(AttendanceRecord.check_in_at.desc(), AttendanceRecord.id.desc())
        .limit(limit)
    )
    return [LatestName(on_screen(row.name, row.names_shown), row.check_in_at) for row in rows]
