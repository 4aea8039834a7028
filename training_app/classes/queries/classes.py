"""Classes as others see them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from training_app.accounts.api import list_accounts
from training_app.classes.models import (
    ClassStaff,
    Lesson,
    PlanLine,
    Program,
    TrainingClass,
)
from training_app.classes.values import ClassInfo
from training_app.core.db import db
from training_app.core.errors import NotFound

HOURS = (
    select(func.sum(Lesson.credit_hours))
    .where(Lesson.class_id == TrainingClass.id, Lesson.state != "cancelled")
    .correlate(TrainingClass)
    .scalar_subquery()
)


def get_class(class_id: int) -> ClassInfo:
    """One class.

    Raises:
        NotFound: there is none with this id.

    """
    found = _infos(TrainingClass.id == class_id)
    if not found:
        raise NotFound
    return found[0]


def find_class_by_code(code: str) -> ClassInfo | None:
    """The class with this code, or None."""
    found = _infos(TrainingClass.code == code)
    return found[0] if found else None


def find_class_by_name(name: str) -> ClassInfo | None:
    """The latest class with exactly this name, or None."""
    found = _infos(TrainingClass.name == name)
    return found[-1] if found else None


def list_classes(ids: Collection[int] | None = None, states: Collection[str] | None = None) -> list[ClassInfo]:
    """Classes by date, of some ids or all, in some states or any."""
    conditions: list[ColumnElement[bool]] = []
    if ids is not None:
        conditions.append(TrainingClass.id.in_(ids))
    if states is not None:
        conditions.append(TrainingClass.state.in_(states))
    return _infos(*conditions)


def class_teacher_names(class_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The class teachers' names of each class."""
    rows = db.session.execute(
        select(ClassStaff.class_id, ClassStaff.account_id)
        .where(ClassStaff.class_id.in_(class_ids), ClassStaff.duty == "class_teacher")
        .order_by(ClassStaff.id)
    ).all()
    if not rows:
        return {}
    names = {each.id: each.display_name for each in list_accounts({row.account_id for row in rows})}
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.class_id] = (*found.get(row.class_id, ()), names[row.account_id])
    return found


def class_select(*conditions: ColumnElement[bool]) -> Any:
    """The select behind every picture of a class."""
    return (
        select(
            TrainingClass, Program.name, func.coalesce(HOURS, PlanLine.credit_hours, type_=PlanLine.credit_hours.type)
        )
        .join(Program, Program.id == TrainingClass.program_id)
        .join(PlanLine, PlanLine.id == TrainingClass.plan_line_id)
        .where(*conditions)
    )


def infos_of(rows: Collection[Any]) -> list[ClassInfo]:
    """Pictures of the rows of ``class_select``."""
    names = class_teacher_names([row[0].id for row in rows]) if rows else {}
    return [_info(each, program, hours, names.get(each.id, ())) for each, program, hours in rows]


def _infos(*conditions: ColumnElement[bool]) -> list[ClassInfo]:
    select_ = class_select(*conditions).order_by(TrainingClass.starts_on, TrainingClass.id)
    return infos_of(db.session.execute(select_).all())


def _info(each: TrainingClass, program: str, hours: Decimal, teachers: tuple[str, ...]) -> ClassInfo:
    return ClassInfo(
        id=each.id,
        code=each.code,
        name=each.name,
        program=program,
        program_id=each.program_id,
        cohort_no=each.cohort_no,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        venue=each.venue,
        host=each.host,
        organiser=each.organiser,
        state=each.state,
        is_main=each.is_main,
        for_party_members=each.for_party_members,
        exam_required=each.exam_required,
        step_seconds=each.step_seconds,
        opens_before_minutes=each.opens_before_minutes,
        late_after_minutes=each.late_after_minutes,
        closes_after_minutes=each.closes_after_minutes,
        credit_hours=hours,
        plan_line_id=each.plan_line_id,
        teacher_names=teachers,
        names_shown=each.names_shown,
    )
