"""The roster of a class: searched, by status and group, with each person's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from training_app.accounts.api import list_accounts
from training_app.classes.models import Enrollment, EnrollmentStep
from training_app.classes.queries.enrollments import enrollment_info, within
from training_app.classes.queries.scope import PeopleScope
from training_app.classes.values import EnrollmentInfo
from training_app.core.db import db
from training_app.core.pages import ListQuery, Page

SORTABLE = ("group", "name", "unit", "status", "added")


@dataclass(frozen=True)
class Step:
    """A status an enrollment has had."""

    status: str
    at: datetime
    by: str
    reason: str


def page_of_roster(
    class_id: int, query: ListQuery, scope: PeopleScope, *, everything: bool = False
) -> Page[EnrollmentInfo]:
    """People of a class that fit what is asked for, within a scope."""
    conditions = [*_scoped(class_id, scope), *_asked(query)]
    total = db.session.scalar(select(func.count()).select_from(Enrollment).where(*conditions)) or 0
    orders = {
        "group": (Enrollment.group_name, Enrollment.unit_name),
        "name": (Enrollment.name,),
        "unit": (Enrollment.unit_name,),
        "status": (Enrollment.status,),
        "added": (Enrollment.created_at,),
    }[query.sort]
    chosen = (
        select(Enrollment)
        .where(*conditions)
        .order_by(*(each.desc() if query.descending else each for each in orders), Enrollment.id)
    )
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([enrollment_info(each) for each in db.session.scalars(chosen)], total, query)


def count_by_status(class_id: int, scope: PeopleScope) -> dict[str, int]:
    """How many people have each status, within a scope."""
    rows = db.session.execute(
        select(Enrollment.status, func.count()).where(*_scoped(class_id, scope)).group_by(Enrollment.status)
    )
    return dict(rows.all())


def group_names(class_id: int) -> list[str]:
    """The groups of a class."""
    rows = db.session.scalars(
        select(Enrollment.group_name).where(Enrollment.class_id == class_id, Enrollment.group_name != "").distinct()
    )
    return sorted(rows)


def list_by_ids(class_id: int, ids: Sequence[int], scope: PeopleScope) -> list[EnrollmentInfo]:
    """These people of a class, as far as they lie within the scope."""
    rows = db.session.scalars(
        select(Enrollment).where(Enrollment.id.in_(ids), *_scoped(class_id, scope)).order_by(Enrollment.id)
    )
    return [enrollment_info(each) for each in rows]


def history(enrollment_id: int) -> list[Step]:
    """Every status an enrollment has had, the latest first."""
    rows = db.session.scalars(
        select(EnrollmentStep).where(EnrollmentStep.enrollment_id == enrollment_id).order_by(EnrollmentStep.id.desc())
    ).all()
    names = {
        each.id: each.display_name
        for each in list_accounts({row.account_id for row in rows if row.account_id is not None})
    }
    return [Step(row.status, row.at, names.get(row.account_id or 0, ""), row.reason) for row in rows]


def _scoped(class_id: int, scope: PeopleScope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Enrollment.class_id == class_id]
    if not scope.everybody:
        found.append(within(scope))
    return found


def _asked(query: ListQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if status := query.wants("status"):
        found.append(Enrollment.status == status)
    if group := query.wants("group"):
        found.append(Enrollment.group_name == group)
    found += [
        or_(
            Enrollment.name.contains(word, autoescape=True),
            Enrollment.unit_name.contains(word, autoescape=True),
            Enrollment.post_title.contains(word, autoescape=True),
        )
        for word in query.q.split()
    ]
    return found
