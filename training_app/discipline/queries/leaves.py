"""Requests for leave: lists within reach, one with everything about it, whom a lesson misses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.engine import Row

from training_app.classes.api import class_ids_seen_whole, class_ids_visible_to, get_lesson, unit_ids_seen
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.db import db, table_of
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.core.permissions import Permission
from training_app.discipline import rules
from training_app.discipline.models import Leave, LeavePaper, LeaveStep
from training_app.discipline.permissions import DISCIPLINE, STEP_PERMISSION
from training_app.discipline.queries.lower import accounts, classes, enrollments, lessons, records

SORTABLE = ("asked_at", "name", "class_name", "first_day", "half_days", "hours", "state")
FILTERS = ("state", "kind", "show", "class_id")
_NOON = 12
_leave = table_of(Leave)
_step = table_of(LeaveStep)


@dataclass(frozen=True)
class LeaveRow:
    """A request with its person."""

    id: int
    class_id: int
    class_name: str
    enrollment_id: int
    account_id: int | None
    name: str
    unit_name: str
    post_title: str
    enrollment_status: str
    kind: str
    period: rules.Period
    reason: str
    state: str
    step: str
    half_days: int
    hours: Decimal
    asked_at: datetime
    asked_by: str
    by_staff: bool
    decided_at: datetime | None
    told_back_at: datetime | None
    back_at: datetime | None
    back_by: str
    papers: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return self.period.first.day

    @property
    def is_overdue(self) -> bool:
        """Whether granted leave is over and nobody has said that the person is back."""
        return self.state == "approved" and self.told_back_at is None and self.period.last < half_now()


@dataclass(frozen=True)
class StepRow:
    """One decision of the chain."""

    step: str
    approved: bool
    note: str
    at: datetime
    by: str
    account_id: int | None


@dataclass(frozen=True)
class PaperRow:
    """A paper of a request."""

    id: int
    leave_id: int
    name: str
    media_type: str
    size: int
    sha256: str


def half_now() -> rules.Half:
    """The half-day that is now, on the county's clock."""
    local = clock.local(clock.now())
    return rules.Half(local.date(), int(local.hour >= _NOON))


def period_of(row: Any) -> rules.Period:
    """The period of a stored request."""
    back = rules.Half.of(row.back_day, row.back_half) if row.back_day and row.state == "returned" else None
    return rules.Period(rules.Half.of(row.first_day, row.first_half), rules.Half.of(row.last_day, row.last_half), back)


_asker = accounts.alias("asker")
_backer = accounts.alias("backer")
_papers = (
    select(func.count()).select_from(LeavePaper).where(LeavePaper.leave_id == _leave.c.id).correlate(_leave)
).scalar_subquery()


def _select() -> Select[Any]:
    return select(
        _leave,
        classes.c.name.label("class_name"),
        enrollments.c.account_id,
        enrollments.c.name,
        enrollments.c.unit_name,
        enrollments.c.post_title,
        enrollments.c.status.label("enrollment_status"),
        _asker.c.display_name.label("asked_by"),
        _backer.c.display_name.label("back_by"),
        _papers.label("papers"),
    ).select_from(
        _leave.join(enrollments, enrollments.c.id == _leave.c.enrollment_id)
        .join(classes, classes.c.id == _leave.c.class_id)
        .outerjoin(_asker, _asker.c.id == _leave.c.asked_by_id)
        .outerjoin(_backer, _backer.c.id == _leave.c.back_by_id)
    )


def _row(row: Row[Any]) -> LeaveRow:
    return LeaveRow(
        id=row.id,
        class_id=row.class_id,
        class_name=row.class_name,
        enrollment_id=row.enrollment_id,
        account_id=row.account_id,
        name=row.name,
        unit_name=row.unit_name,
        post_title=row.post_title,
        enrollment_status=row.enrollment_status,
        kind=row.kind,
        period=period_of(row),
        reason=row.reason,
        state=row.state,
        step=row.step,
        half_days=row.half_days,
        hours=row.hours,
        asked_at=row.asked_at,
        asked_by=row.asked_by or "",
        by_staff=row.by_staff,
        decided_at=row.decided_at,
        told_back_at=row.told_back_at,
        back_at=row.back_at,
        back_by=row.back_by or "",
        papers=row.papers,
    )


def _within_reach(actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    """Conditions of what the actor's grant reaches: some classes, and of those perhaps only some units' people."""
    whole = class_ids_seen_whole(actor, permission)
    if whole is None:
        return []
    return [or_(_leave.c.class_id.in_(whole), enrollments.c.unit_id.in_(unit_ids_seen(actor, permission)))]


def _waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Requests whose next step is this person's, and returns a class teacher has to confirm.

    Who may decide a higher step may stand in for a lower one; such requests are not put before them, though.
    """
    held = [step for step, permission in STEP_PERMISSION.items() if permission.held_by(actor)]
    if not held:
        return _leave.c.id < 0
    own_steps = {held[-1]}
    if "class_teacher" in actor.roles:
        own_steps.add("class_teacher")
    visible = class_ids_visible_to(actor, DISCIPLINE["decide"])
    waiting = (_leave.c.state == "asked") & _leave.c.step.in_(own_steps)
    if "class_teacher" in own_steps:
        waiting = waiting | ((_leave.c.state == "approved") & _leave.c.told_back_at.is_not(None))
    if visible is not None:
        waiting = waiting & _leave.c.class_id.in_(visible)
    own_step = _step.alias("own_step")
    decided = select(own_step.c.leave_id).where(own_step.c.account_id == actor.account_id)
    return waiting & ((_leave.c.state != "asked") | _leave.c.id.not_in(decided))


def list_leaves(actor: Actor, query: ListQuery, *, everything: bool = False) -> Page[LeaveRow]:
    """Requests within reach, as asked for; ``everything`` leaves the paging out, for an export."""
    conditions = _within_reach(actor, DISCIPLINE["view"])
    if query.q:
        like = f"%{query.q}%"
        conditions.append(
            or_(enrollments.c.name.like(like), classes.c.name.like(like), enrollments.c.unit_name.like(like))
        )
    for name in ("state", "kind"):
        if query.wants(name):
            conditions.append(_leave.c[name] == query.wants(name))
    class_id = query.wants("class_id")
    if class_id.isascii() and class_id.isdigit():
        conditions.append(_leave.c.class_id == int(class_id[:9]))
    if query.wants("show") == "waiting":
        conditions.append(_waiting_for(actor))
    chosen = _select().where(*conditions)
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    by: Any = {"name": enrollments.c.name, "class_name": classes.c.name}.get(query.sort)
    by = _leave.c[query.sort] if by is None else by
    chosen = chosen.order_by(by.desc() if query.descending else by.asc(), _leave.c.id.desc())
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([_row(row) for row in db.session.execute(chosen)], total, query)


def count_leaves(actor: Actor) -> int:
    """How many requests are within reach in all."""
    chosen = _select().where(*_within_reach(actor, DISCIPLINE["view"]))
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def waiting_leaves(actor: Actor) -> list[LeaveRow]:
    """What waits for this person's decision, the oldest first."""
    conditions = [*_within_reach(actor, DISCIPLINE["decide"]), _waiting_for(actor)]
    rows = db.session.execute(_select().where(*conditions).order_by(_leave.c.asked_at))
    return [_row(row) for row in rows]


def get_leave(leave_id: int) -> LeaveRow:
    """One request.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(_select().where(_leave.c.id == leave_id)).first()
    if row is None:
        raise NotFound
    return _row(row)


def get_leave_visible_to(actor: Actor, leave_id: int, permission: Permission) -> LeaveRow:
    """One request within reach.

    Raises:
        NotFound: there is none, or not for this person.
    """
    conditions = [] if actor.is_system else _within_reach(actor, permission)
    row = db.session.execute(_select().where(_leave.c.id == leave_id, *conditions)).first()
    if row is None:
        raise NotFound
    return _row(row)


def own_leaves(account_id: int) -> list[LeaveRow]:
    """A person's own requests, the latest first."""
    rows = db.session.execute(
        _select().where(enrollments.c.account_id == account_id).order_by(_leave.c.asked_at.desc(), _leave.c.id.desc())
    )
    return [_row(row) for row in rows]


def leaves_of_class(class_id: int, states: Collection[str]) -> list[LeaveRow]:
    """Requests of one class in some states, by beginning."""
    rows = db.session.execute(
        _select()
        .where(_leave.c.class_id == class_id, _leave.c.state.in_(tuple(states)))
        .order_by(_leave.c.first_day, _leave.c.id)
    )
    return [_row(row) for row in rows]


def steps_of(leave_id: int) -> list[StepRow]:
    """The decisions so far, in order."""
    rows = db.session.execute(
        select(_step.c.step, _step.c.approved, _step.c.note, _step.c.at, accounts.c.display_name, _step.c.account_id)
        .select_from(_step.outerjoin(accounts, accounts.c.id == _step.c.account_id))
        .where(_step.c.leave_id == leave_id)
        .order_by(_step.c.id)
    )
    return [StepRow(r.step, r.approved, r.note, r.at, r.display_name or "", r.account_id) for r in rows]


def papers_of(leave_id: int) -> list[PaperRow]:
    """The papers handed in."""
    paper = table_of(LeavePaper)
    rows = db.session.execute(select(paper).where(paper.c.leave_id == leave_id).order_by(paper.c.id))
    return [PaperRow(r.id, r.leave_id, r.name, r.media_type, r.size, r.sha256) for r in rows]


def leave_for_lesson(*, lesson_id: int) -> dict[int, str]:
    """Who has been granted leave for a lesson: enrollment → kind (answers ``attendance.leave``)."""
    lesson = get_lesson(lesson_id)
    return leaves_at(lesson.class_id, lesson.day, lesson.half_day)


def leaves_at(class_id: int, day: date, half_day: str) -> dict[int, str]:
    """Who has been granted leave for a half-day: enrollment → kind."""
    rows = db.session.execute(
        select(_leave).where(
            _leave.c.class_id == class_id,
            _leave.c.state.in_(("approved", "returned")),
            _leave.c.first_day <= day,
            _leave.c.last_day >= day,
        )
    )
    half = rules.Half.of(day, half_day)
    return {row.enrollment_id: row.kind for row in rows if period_of(row).covers(half)}


def told_back(leave_id: int) -> rules.Half | None:
    """The half-day from which the trainee says to be back; None when nothing was said."""
    row = db.session.execute(select(_leave.c.back_day, _leave.c.back_half).where(_leave.c.id == leave_id)).first()
    return rules.Half.of(row.back_day, row.back_half) if row is not None and row.back_day else None


@dataclass(frozen=True)
class CoveredLesson:
    """A lesson that a leave covers, with what is recorded of the person."""

    lesson_id: int
    day: date
    starts_at: datetime
    title: str
    credit_hours: Decimal
    status: str


def lessons_of(leave: LeaveRow) -> list[CoveredLesson]:
    """The lessons a request covers, in order."""
    rows = db.session.execute(
        select(lessons, records.c.status)
        .select_from(
            lessons.outerjoin(
                records, (records.c.lesson_id == lessons.c.id) & (records.c.enrollment_id == leave.enrollment_id)
            )
        )
        .where(
            lessons.c.class_id == leave.class_id,
            lessons.c.state != "cancelled",
            lessons.c.day.between(leave.period.first.day, leave.period.last.day),
        )
        .order_by(lessons.c.starts_at)
    )
    return [
        CoveredLesson(row.id, row.day, row.starts_at, row.title, row.credit_hours, row.status or "")
        for row in rows
        if leave.period.covers(rules.Half.of(row.day, row.half_day))
    ]
