"""Decided results: the latest version of each person in a class."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from training_app.core.db import db
from training_app.results import rules
from training_app.results.models import ClassResult, ResultScheme
from training_app.results.values import ResultInfo

_COLUMNS: tuple[Any, ...] = (
    ClassResult.enrollment_id,
    ClassResult.class_id,
    ClassResult.version,
    ClassResult.hours_due,
    ClassResult.hours_earned,
    ClassResult.attendance_rate,
    ClassResult.exam_score,
    ClassResult.resit_score,
    ClassResult.conduct_score,
    ClassResult.reflection_score,
    ClassResult.total,
    ClassResult.grade,
    ClassResult.completed,
    ClassResult.reason,
    ClassResult.decided_at,
)


def results_of_class(class_id: int) -> list[ResultInfo]:
    """The present results of a class."""
    return _latest(ClassResult.class_id == class_id)


def results_of_classes(class_ids: Collection[int]) -> list[ResultInfo]:
    """The present results of some classes."""
    return _latest(ClassResult.class_id.in_(sorted(class_ids)))


def results_of_cadre(cadre_id: int) -> list[ResultInfo]:
    """The present results of a person in all classes."""
    return _latest(ClassResult.cadre_id == cadre_id)


def results_of_cadres(cadre_ids: Collection[int]) -> list[ResultInfo]:
    """The present results of some people in all classes."""
    return _latest(ClassResult.cadre_id.in_(sorted(cadre_ids)))


def versions_of(enrollment_id: int) -> list[ResultInfo]:
    """Every version of one person's result in a class, newest first."""
    query = select(*_COLUMNS).where(ClassResult.enrollment_id == enrollment_id).order_by(ClassResult.version.desc())
    return [ResultInfo(*row) for row in db.session.execute(query)]


def scheme_of(class_id: int) -> rules.Scheme:
    """How a class weighs its parts; the usual scheme when it has set none."""
    stored = db.session.get(ResultScheme, class_id)
    if stored is None:
        return rules.Scheme()
    return rules.Scheme(
        exam=stored.exam_weight,
        attendance=stored.attendance_weight,
        conduct=stored.conduct_weight,
        reflection=stored.reflection_weight,
        pass_mark=stored.pass_mark,
        missed_numerator=stored.missed_numerator,
        missed_denominator=stored.missed_denominator,
    )


def _latest(condition: ColumnElement[bool]) -> list[ResultInfo]:
    latest = (
        select(ClassResult.enrollment_id, func.max(ClassResult.version).label("version"))
        .where(condition)
        .group_by(ClassResult.enrollment_id)
        .subquery()
    )
    query = (
        select(*_COLUMNS)
        .join(
            latest,
            and_(ClassResult.enrollment_id == latest.c.enrollment_id, ClassResult.version == latest.c.version),
        )
        .order_by(ClassResult.class_id, ClassResult.enrollment_id)
    )
    return [ResultInfo(*row) for row in db.session.execute(query)]
