"""The list of classes, searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from training_app.classes.models import Enrollment, PlanLine, TrainingClass
from training_app.classes.queries.classes import class_select, infos_of
from training_app.classes.queries.filters import number
from training_app.classes.rules import TAKING_PART
from training_app.classes.values import ClassInfo
from training_app.core.db import db
from training_app.core.pages import ListQuery, Page

SORTABLE = ("starts_on", "code", "name", "people")


@dataclass(frozen=True)
class ClassRow:
    """A class in the list."""

    info: ClassInfo
    people: int
    waiting: int
    seats: int


def page_of_classes(query: ListQuery, ids: Collection[int] | None, *, everything: bool = False) -> Page[ClassRow]:
    """Classes that fit what is asked for, among those that may be seen."""
    conditions = _conditions(query, ids)
    total = db.session.scalar(select(func.count()).select_from(TrainingClass).where(*conditions)) or 0
    people = (
        select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.class_id == TrainingClass.id, Enrollment.status.in_(TAKING_PART))
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    order = {
        "starts_on": TrainingClass.starts_on,
        "code": TrainingClass.code,
        "name": TrainingClass.name,
        "people": people,
    }[query.sort]
    chosen = class_select(*conditions).order_by(order.desc() if query.descending else order, TrainingClass.id)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    infos = infos_of(db.session.execute(chosen).all())
    counts = _counts([each.id for each in infos])
    seats = dict(
        db.session.execute(
            select(PlanLine.id, PlanLine.seats).where(PlanLine.id.in_([each.plan_line_id for each in infos]))
        ).all()
    )
    rows = [
        ClassRow(
            info=each,
            people=sum(counts.get((each.id, status), 0) for status in TAKING_PART),
            waiting=counts.get((each.id, "nominated"), 0),
            seats=seats[each.plan_line_id],
        )
        for each in infos
    ]
    return Page(rows, total, query)


def count_by_state(ids: Collection[int] | None) -> dict[str, int]:
    """How many classes are in each state, among those that may be seen."""
    chosen = select(TrainingClass.state, func.count()).group_by(TrainingClass.state)
    if ids is not None:
        chosen = chosen.where(TrainingClass.id.in_(ids))
    return dict(db.session.execute(chosen).all())


def class_years() -> list[int]:
    """Years in which classes started, the latest first."""
    years = {day.year for day in db.session.scalars(select(TrainingClass.starts_on).distinct())}
    return sorted(years, reverse=True)


def waiting_nominations(ids: Collection[int] | None) -> dict[int, int]:
    """Classes with nominations nobody has decided."""
    chosen = (
        select(Enrollment.class_id, func.count())
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(Enrollment.status == "nominated", TrainingClass.state.in_(("enrolling", "running")))
        .group_by(Enrollment.class_id)
    )
    if ids is not None:
        chosen = chosen.where(Enrollment.class_id.in_(ids))
    return dict(db.session.execute(chosen).all())


def _counts(class_ids: Collection[int]) -> dict[tuple[int, str], int]:
    rows = db.session.execute(
        select(Enrollment.class_id, Enrollment.status, func.count())
        .where(Enrollment.class_id.in_(class_ids))
        .group_by(Enrollment.class_id, Enrollment.status)
    )
    return {(class_id, status): count for class_id, status, count in rows}


def _conditions(query: ListQuery, ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if ids is not None:
        found.append(TrainingClass.id.in_(ids))
    if state := query.wants("state"):
        found.append(TrainingClass.state == state)
    if program := query.wants("program"):
        found.append(TrainingClass.program_id == number(program))
    if year := query.wants("year"):
        found.append(func.extract("year", TrainingClass.starts_on) == number(year))
    found += [
        or_(
            TrainingClass.name.contains(word, autoescape=True),
            TrainingClass.code.contains(word, autoescape=True),
            TrainingClass.venue.contains(word, autoescape=True),
        )
        for word in query.q.split()
    ]
    return found
