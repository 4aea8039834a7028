"""Calls within lessons: which runs, who answered, who is still expected to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from training_app.attendance.call_rules import Call, call_at, is_expected
from training_app.attendance.models import AttendanceRecord, RollCall, RollCallAnswer
from training_app.attendance.queries.lower import accounts, classes, enrollments
from training_app.attendance.queries.names import on_screen
from training_app.classes.api import ACTIVE
from training_app.core import clock
from training_app.core.db import db, table_of
from training_app.core.errors import NotFound

_call, _answer, _record = (table_of(model) for model in (RollCall, RollCallAnswer, AttendanceRecord))


@dataclass(frozen=True)
class Answer:
    """When somebody answered a call, or left; ``noted``: staff did it for them, ``by`` with this name."""

    at: datetime
    by: str = ""
    reason: str = ""
    noted: bool = False


@dataclass(frozen=True)
class CallInfo:
    """A call with the answers so far, by enrollment; ``missed``: those expected who have not answered."""

    call: Call
    lesson_id: int
    running: bool
    answers: dict[int, Answer] = field(default_factory=dict)
    missed: tuple[int, ...] = ()

    @property
    def expected(self) -> int:
        """How many are to answer: those who did, and those still missed."""
        return len(self.answers) + len(self.missed)

    @property
    def left_ms(self) -> int | None:
        """For how many milliseconds an answer still counts; None without an end."""
        if self.call.until is None:
            return None
        return max(int((self.call.until - clock.now()).total_seconds() * 1000), 0)


def calls_of(lesson_id: int) -> list[Call]:
    """The calls of a lesson, the earliest first."""
    rows = db.session.execute(
        select(_call.c.id, _call.c.slot, _call.c.started_at, _call.c.until)
        .where(_call.c.lesson_id == lesson_id)
        .order_by(_call.c.id)
    )
    return [Call(*row) for row in rows]


def find_call(lesson_id: int, moment: datetime) -> Call | None:
    """The call that a scan of that moment answers."""
    return call_at(calls_of(lesson_id), moment)


def list_calls(lesson_id: int) -> list[CallInfo]:
    """The calls of a lesson with their answers, the latest first."""
    calls = calls_of(lesson_id)
    if not calls:
        return []
    running = call_at(calls, clock.now())
    recorded = db.session.execute(
        select(
            _record.c.enrollment_id,
            _record.c.status,
            _record.c.check_in_at,
            _record.c.check_out_at,
            enrollments.c.status.in_(ACTIVE).label("in_class"),
        )
        .join(enrollments, enrollments.c.id == _record.c.enrollment_id)
        .where(_record.c.lesson_id == lesson_id)
    ).all()
    answers = _answers([each.id for each in calls])
    left = {row.enrollment_id: Answer(row.check_out_at) for row in recorded if row.check_out_at is not None}
    found = []
    for call in calls:
        given = answers.get(call.id, {})
        if call.slot == "out":
            given = {person: given.get(person, left[person]) for person in left}
        missed = tuple(
            row.enrollment_id
            for row in recorded
            if row.enrollment_id not in given
            and is_expected(call, status=row.status, check_in_at=row.check_in_at, in_class=bool(row.in_class))
        )
        found.append(CallInfo(call, lesson_id, call == running, given, missed))
    return found[::-1]


def get_call(lesson_id: int, roll_call_id: int) -> CallInfo:
    """One call of a lesson.

    Raises:
        NotFound: the lesson has no such call.
    """
    found = next((each for each in list_calls(lesson_id) if each.call.id == roll_call_id), None)
    if found is None:
        raise NotFound
    return found


def running_call(lesson_id: int) -> CallInfo | None:
    """What the code on the screen asks for now, besides checking in."""
    return next((each for each in list_calls(lesson_id) if each.running), None)


def latest_calls(lesson_id: int) -> dict[str, CallInfo]:
    """The last call of each kind there was: what somebody seen now may be answering."""
    found: dict[str, CallInfo] = {}
    for info in list_calls(lesson_id):
        found.setdefault(info.call.slot, info)
    return found


def latest_answers(info: CallInfo, limit: int = 8) -> list[str]:
    """The names of those who answered last, the newest first; as the class wants them on the screen."""
    latest = sorted(info.answers.items(), key=lambda pair: (pair[1].at, pair[0]), reverse=True)[:limit]
    people = [person for person, _answer in latest]
    rows = db.session.execute(
        select(enrollments.c.id, enrollments.c.name, classes.c.names_shown)
        .join(classes, classes.c.id == enrollments.c.class_id)
        .where(enrollments.c.id.in_(people))
    )
    names = {row.id: on_screen(row.name, row.names_shown) for row in rows}
    return [names[person] for person in people]


def find_answer(roll_call_id: int, enrollment_id: int) -> Row[*tuple[Any, ...]] | None:
    """A person's answer to a call in mid-lesson."""
    return db.session.execute(
        select(_answer.c.answered_at, _answer.c.nonce).where(
            _answer.c.roll_call_id == roll_call_id, _answer.c.enrollment_id == enrollment_id
        )
    ).first()


def find_answer_by_nonce(lesson_id: int, enrollment_id: int, slot: str, nonce: str) -> datetime | None:
    """When the answer was given that came by this very press; None: there is none."""
    return db.session.scalar(
        select(_answer.c.answered_at)
        .join(_call, _call.c.id == _answer.c.roll_call_id)
        .where(
            _call.c.lesson_id == lesson_id,
            _call.c.slot == slot,
            _answer.c.enrollment_id == enrollment_id,
            _answer.c.nonce == nonce,
        )
        .limit(1)
    )


def last_answer(lesson_id: int, enrollment_id: int) -> datetime | None:
    """When a person last answered a call in mid-lesson."""
    return db.session.scalar(
        select(RollCallAnswer.answered_at)
        .join(RollCall, RollCall.id == RollCallAnswer.roll_call_id)
        .where(RollCall.lesson_id == lesson_id, RollCallAnswer.enrollment_id == enrollment_id)
        .order_by(RollCallAnswer.answered_at.desc())
        .limit(1)
    )


def answered_by_other(roll_call_id: int, enrollment_id: int, device: str) -> bool:
    """Whether somebody else answered the same call with this browser."""
    if not device:
        return False
    return (
        db.session.scalar(
            select(_answer.c.id)
            .where(
                _answer.c.roll_call_id == roll_call_id,
                _answer.c.device_hash == device,
                _answer.c.enrollment_id != enrollment_id,
            )
            .limit(1)
        )
        is not None
    )


def unsettled_calls(before: datetime, lesson_id: int | None = None) -> list[tuple[int, int]]:
    """(lesson, call) of calls in mid-lesson that were over before, and of whom nobody has looked who missed them."""
    conditions = [_call.c.slot == "mid", _call.c.settled_at.is_(None), _call.c.until <= before]
    if lesson_id is not None:
        conditions.append(_call.c.lesson_id == lesson_id)
    rows = db.session.execute(select(_call.c.lesson_id, _call.c.id).where(*conditions).order_by(_call.c.id))
    return [(row.lesson_id, row.id) for row in rows]


def lessons_called(lesson_ids: Collection[int]) -> set[tuple[int, str]]:
    """(lesson, slot) of the calls there were in some lessons."""
    rows = db.session.execute(select(_call.c.lesson_id, _call.c.slot).where(_call.c.lesson_id.in_(tuple(lesson_ids))))
    return {(row.lesson_id, row.slot) for row in rows}


def _answers(call_ids: Collection[int]) -> dict[int, dict[int, Answer]]:
    rows = db.session.execute(
        select(
            _answer.c.roll_call_id,
            _answer.c.enrollment_id,
            _answer.c.answered_at,
            accounts.c.display_name,
            _answer.c.reason,
        )
        .select_from(_answer.outerjoin(accounts, accounts.c.id == _answer.c.operator_id))
        .where(_answer.c.roll_call_id.in_(call_ids))
    )
    found: dict[int, dict[int, Answer]] = {}
    for row in rows:
        found.setdefault(row.roll_call_id, {})[row.enrollment_id] = Answer(
            row.answered_at, row.display_name or "", row.reason, noted=bool(row.reason)
        )
    return found


def check_out_of(lesson_id: int, enrollment_id: int) -> datetime | None:
    """When a person left."""
    return db.session.scalar(
        select(_record.c.check_out_at).where(_record.c.lesson_id == lesson_id, _record.c.enrollment_id == enrollment_id)
    )
