"""People in classes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from training_app.classes.models import Enrollment, TrainingClass
from training_app.classes.queries.scope import PeopleScope
from training_app.classes.values import ACTIVE, EnrollmentInfo
from training_app.core.db import db
from training_app.core.errors import NotFound


def get_enrollment(enrollment_id: int) -> EnrollmentInfo:
    """One person in one class.

    Raises:
        NotFound: there is none with this id.

    """
    found = db.session.get(Enrollment, enrollment_id)
    if found is None:
        raise NotFound
    return enrollment_info(found)


def find_enrollment(class_id: int, account_id: int) -> EnrollmentInfo | None:
    """The enrollment of an account in a class, whatever its status."""
    found = db.session.scalar(
        select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.account_id == account_id)
    )
    return None if found is None else enrollment_info(found)


def list_enrollments(
    class_id: int, statuses: Collection[str] | None = ACTIVE, scope: PeopleScope | None = None
) -> list[EnrollmentInfo]:
    """People of a class by group and name; in some statuses (None: any), within a scope."""
    conditions: list[ColumnElement[bool]] = [Enrollment.class_id == class_id]
    if statuses is not None:
        conditions.append(Enrollment.status.in_(statuses))
    if scope is not None and not scope.everybody:
        conditions.append(within(scope))
    rows = db.session.scalars(
        select(Enrollment).where(*conditions).order_by(Enrollment.group_name, Enrollment.unit_name, Enrollment.id)
    )
    return [enrollment_info(each) for each in rows]


def enrollments_of_cadre(cadre_id: int) -> list[EnrollmentInfo]:
    """Every class a person was ever put into, the latest first."""
    return enrollments_of_cadres([cadre_id])


def enrollments_of_cadres(cadre_ids: Collection[int], statuses: Collection[str] | None = None) -> list[EnrollmentInfo]:
    """Enrollments of several people, the latest class first."""
    select_ = (
        select(Enrollment)
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(Enrollment.cadre_id.in_(cadre_ids))
        .order_by(TrainingClass.starts_on.desc(), Enrollment.id.desc())
    )
    if statuses is not None:
        select_ = select_.where(Enrollment.status.in_(statuses))
    return [enrollment_info(each) for each in db.session.scalars(select_)]


def enrollments_of_account(account_id: int, statuses: Collection[str] | None = ACTIVE) -> list[EnrollmentInfo]:
    """The classes an account is a trainee of."""
    select_ = select(Enrollment).where(Enrollment.account_id == account_id).order_by(Enrollment.id.desc())
    if statuses is not None:
        select_ = select_.where(Enrollment.status.in_(statuses))
    return [enrollment_info(each) for each in db.session.scalars(select_)]


def count_enrollments(class_ids: Collection[int] | None = None, statuses: Collection[str] = ACTIVE) -> dict[int, int]:
    """How many people each class has."""
    select_ = (
        select(Enrollment.class_id, func.count()).where(Enrollment.status.in_(statuses)).group_by(Enrollment.class_id)
    )
    if class_ids is not None:
        select_ = select_.where(Enrollment.class_id.in_(class_ids))
    return dict(db.session.execute(select_).all())


def enrollments_between(start: date, end: date, statuses: Collection[str] = ACTIVE) -> list[EnrollmentInfo]:
    """People in classes that lie (in part) between two days."""
    rows = db.session.scalars(
        select(Enrollment)
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(TrainingClass.starts_on <= end, TrainingClass.ends_on >= start, Enrollment.status.in_(statuses))
        .order_by(Enrollment.class_id, Enrollment.id)
    )
    return [enrollment_info(each) for each in rows]


def within(scope: PeopleScope) -> ColumnElement[bool]:
    """The condition that keeps a list of enrollments within a scope."""
    parts: list[ColumnElement[bool]] = [Enrollment.id.is_(None)]
    if scope.unit_ids:
        parts += [Enrollment.unit_id.in_(scope.unit_ids), Enrollment.nominated_by_unit_id.in_(scope.unit_ids)]
    if scope.account_id is not None:
        parts.append(Enrollment.account_id == scope.account_id)
    return or_(*parts)


def enrollment_info(each: Enrollment) -> EnrollmentInfo:
    """The picture of a stored enrollment."""
    return EnrollmentInfo(
        id=each.id,
        class_id=each.class_id,
        cadre_id=each.cadre_id,
        account_id=each.account_id,
        name=each.name,
        unit_id=each.unit_id,
        unit_name=each.unit_name,
        post_title=each.post_title,
        post_level=each.post_level,
        rank=each.rank,
        category=each.category,
        group_name=each.group_name,
        class_role=each.class_role,
        status=each.status,
        source=each.source,
        nominated_by_unit_id=each.nominated_by_unit_id,
        note=each.note,
    )
