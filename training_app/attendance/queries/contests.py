"""Records that trainees contest, and the answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from training_app.attendance.models import Contest, ContestAnswer, CorrectionDecision
from training_app.attendance.queries.about import COLUMNS, About, in_classes, joined
from training_app.attendance.queries.lower import accounts, enrollments
from training_app.core.db import db, table_of
from training_app.core.errors import NotFound

_contest, _answer, _decision = (table_of(model) for model in (Contest, ContestAnswer, CorrectionDecision))


@dataclass(frozen=True)
class ContestRow(About):
    """A contest with its answer. ``outcome``: '' while it waits, upheld, rejected.

    ``correction``: of an upheld one that takes a second person: waiting, effective, refused, withdrawn; else "".
    """

    id: int
    at: datetime
    status: str
    said: str
    paper_sha256: str
    paper_name: str
    paper_type: str
    outcome: str
    words: str
    answered_at: datetime | None
    answered_by: str
    correction: str
    correction_note: str


def get_contest(contest_id: int) -> ContestRow:
    """One contest.

    Raises:
        NotFound: no such contest.

    """
    found = _rows(_contest.c.id == contest_id)
    if not found:
        raise NotFound
    return found[0]


def contests_of(lesson_id: int, enrollment_id: int) -> list[ContestRow]:
    """How one record was contested, the latest first."""
    return _rows(_contest.c.lesson_id == lesson_id, _contest.c.enrollment_id == enrollment_id)[::-1]


def contests_of_account(account_id: int) -> list[ContestRow]:
    """What a person contested, the latest first."""
    return _rows(enrollments.c.account_id == account_id)[::-1]


def waiting_contests(class_ids: Collection[int] | None) -> list[ContestRow]:
    """What waits for an answer in classes (None: all), the oldest first."""
    return _rows(_answer.c.id.is_(None), *in_classes(class_ids))


def _rows(*conditions: ColumnElement[bool]) -> list[ContestRow]:
    rows = db.session.execute(
        select(
            *COLUMNS,
            _contest.c.id,
            _contest.c.at,
            _contest.c.status,
            _contest.c.said,
            _contest.c.paper_sha256,
            _contest.c.paper_name,
            _contest.c.paper_type,
            case((_answer.c.upheld.is_(True), "upheld"), (_answer.c.upheld.is_(False), "rejected"), else_=""),
            func.coalesce(_answer.c.words, ""),
            _answer.c.at.label("answered_at"),
            func.coalesce(accounts.c.display_name, "").label("answered_by"),
            case((_answer.c.request_id.is_(None), ""), else_=func.coalesce(_decision.c.outcome, "waiting")),
            func.coalesce(_decision.c.note, ""),
        )
        .select_from(
            joined(_contest)
            .outerjoin(_answer, _answer.c.contest_id == _contest.c.id)
            .outerjoin(accounts, accounts.c.id == _answer.c.account_id)
            .outerjoin(_decision, _decision.c.request_id == _answer.c.request_id)
        )
        .where(*conditions)
        .order_by(_contest.c.id)
    )
    return [ContestRow(*tuple(row)) for row in rows]
