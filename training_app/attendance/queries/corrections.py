"""Corrections asked for, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from training_app.attendance.evidence_rules import may_decide
from training_app.attendance.models import CorrectionDecision, CorrectionRequest
from training_app.attendance.queries.about import COLUMNS, About, in_classes, joined
from training_app.attendance.queries.lower import accounts
from training_app.attendance.queries.someone import someone
from training_app.core.db import db, table_of
from training_app.core.errors import NotFound

_request, _decision = table_of(CorrectionRequest), table_of(CorrectionDecision)
_decider = accounts.alias("decider")


@dataclass(frozen=True)
class RequestRow(About):
    """A correction asked for. ``outcome``: '' while it waits, effective, refused, withdrawn."""

    id: int
    asked_at: datetime
    asked_by_id: int
    asked_by: str
    old_status: str
    requested_status: str
    reason: str
    outcome: str
    decided_at: datetime | None
    decided_by: str
    note: str


def may_be_second(row: RequestRow, account_id: int | None) -> bool:
    """Whether somebody may decide about a request as the second person."""
    return may_decide(
        someone(account_id), asked_by=someone(row.asked_by_id), about=someone(row.about_id, cadre_id=row.cadre_id)
    )


def get_request(request_id: int) -> RequestRow:
    """One request.

    Raises:
        NotFound: no such request.

    """
    found = _rows(_request.c.id == request_id)
    if not found:
        raise NotFound
    return found[0]


def requests_of(lesson_id: int, enrollment_id: int) -> list[RequestRow]:
    """What was asked for about one record, the latest first."""
    return _rows(_request.c.lesson_id == lesson_id, _request.c.enrollment_id == enrollment_id)[::-1]


def waiting_requests(class_ids: Collection[int] | None) -> list[RequestRow]:
    """What waits for a second person in classes (None: all), the oldest first."""
    return _rows(_decision.c.id.is_(None), *in_classes(class_ids))


def has_waiting(lesson_id: int, enrollment_id: int) -> bool:
    """Whether a correction of this record waits."""
    return any(not each.outcome for each in requests_of(lesson_id, enrollment_id))


def _rows(*conditions: ColumnElement[bool]) -> list[RequestRow]:
    rows = db.session.execute(
        select(
            *COLUMNS,
            _request.c.id,
            _request.c.asked_at,
            _request.c.asked_by_id,
            accounts.c.display_name,
            _request.c.old_status,
            _request.c.requested_status,
            _request.c.reason,
            func.coalesce(_decision.c.outcome, ""),
            _decision.c.at,
            func.coalesce(_decider.c.display_name, "").label("decided_by"),
            func.coalesce(_decision.c.note, ""),
        )
        .select_from(
            joined(_request)
            .join(accounts, accounts.c.id == _request.c.asked_by_id)
            .outerjoin(_decision, _decision.c.request_id == _request.c.id)
            .outerjoin(_decider, _decider.c.id == _decision.c.account_id)
        )
        .where(*conditions)
        .order_by(_request.c.id)
    )
    return [RequestRow(*tuple(row)) for row in rows]
