"""What was decided about somebody whose withdrawal was proposed, as the person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from training_app.core.db import db, table_of
from training_app.discipline.models import WithdrawalDecision
from training_app.discipline.queries.lower import classes, enrollments

_decision = table_of(WithdrawalDecision)


@dataclass(frozen=True)
class OwnDecision:
    """The latest decision of one class about a person."""

    class_name: str
    withdrawn: bool
    missed: Decimal
    planned: Decimal
    absent: Decimal | None
    for_absence: bool
    note: str
    at: datetime


def decisions_about(account_id: int) -> list[OwnDecision]:
    """The latest decision of each class about a person whose class still goes on."""
    rows = db.session.execute(
        select(_decision, classes.c.name.label("class_name"))
        .select_from(
            _decision.join(enrollments, enrollments.c.id == _decision.c.enrollment_id).join(
                classes, classes.c.id == _decision.c.class_id
            )
        )
        .where(enrollments.c.account_id == account_id, classes.c.state.in_(("enrolling", "running")))
        .order_by(_decision.c.id)
    )
    latest = {row.enrollment_id: row for row in rows}
    return [
        OwnDecision(
            row.class_name,
            row.withdrawn,
            row.missed,
            row.planned,
            row.absent,
            "absence" in row.grounds.split(","),
            row.note,
            row.at,
        )
        for row in latest.values()
    ]
