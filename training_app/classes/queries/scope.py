"""Which classes and which people of a class somebody may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from training_app.accounts.api import unit_ids_within
from training_app.classes.models import (
    ClassStaff,
    Enrollment,
    SeatAllotment,
    TrainingClass,
)
from training_app.classes.values import PRESENT_IN_CLASS
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.permissions import Permission


@dataclass(frozen=True)
class PeopleScope:
    """Which people of one class are visible: everybody, or those of some units, or oneself."""

    everybody: bool = False
    unit_ids: frozenset[int] = frozenset()
    account_id: int | None = None


def class_ids_visible_to(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """The classes within reach of the actor's grant; None means all."""
    if actor.is_system:
        return None
    reach = permission.reach_of(actor)
    if "all" in reach:
        return None
    found: set[int] = set()
    if "class" in reach and actor.account_id is not None:
        found |= _staffed_by(actor.account_id, permission)
    if "own" in reach and actor.account_id is not None:
        found |= _attended_by(actor.account_id)
    if "unit" in reach and actor.unit_path:
        found |= _of_units(actor.unit_path)
    return frozenset(found)


def class_ids_seen_whole(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """The classes of which the actor's grant reaches everybody, not some units' people alone; None means all."""
    if actor.is_system or "all" in permission.reach_of(actor):
        return None
    if "class" not in permission.reach_of(actor) or actor.account_id is None:
        return frozenset()
    return frozenset(_staffed_by(actor.account_id, permission))


def unit_ids_seen(actor: Actor, permission: Permission) -> frozenset[int]:
    """The units whose people the actor's grant reaches in whatever class."""
    if "unit" not in permission.reach_of(actor) or not actor.unit_path:
        return frozenset()
    return frozenset(unit_ids_within(actor.unit_path))


def may_see_class(actor: Actor, class_id: int, permission: Permission) -> bool:
    """Whether a class lies within reach of the actor's grant."""
    if actor.is_system:
        return True
    reach = permission.reach_of(actor)
    if "all" in reach:
        return True
    visible = class_ids_visible_to(actor, permission)
    return visible is None or class_id in visible


def people_scope(actor: Actor, class_id: int, permission: Permission) -> PeopleScope:
    """Which people of the class the actor's grant reaches."""
    if actor.is_system:
        return PeopleScope(everybody=True)
    reach = permission.reach_of(actor)
    if "all" in reach:
        return PeopleScope(everybody=True)
    if "class" in reach and actor.account_id is not None and class_id in _staffed_by(actor.account_id, permission):
        return PeopleScope(everybody=True)
    return PeopleScope(
        unit_ids=unit_ids_seen(actor, permission), account_id=actor.account_id if "own" in reach else None
    )


def _staffed_by(account_id: int, permission: Permission) -> set[int]:
    """Classes in which one has a duty that goes with this permission: teaching a lesson is not running the class."""
    return set(
        db.session.scalars(
            select(ClassStaff.class_id).where(
                ClassStaff.account_id == account_id, ClassStaff.duty.in_(permission.duties)
            )
        )
    )


def _attended_by(account_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(Enrollment.class_id).where(
                Enrollment.account_id == account_id, Enrollment.status.in_(PRESENT_IN_CLASS)
            )
        )
    )


def _of_units(path: str) -> set[int]:
    """Classes with seats for these units, for one above them, or with people of theirs."""
    below = unit_ids_within(path)
    above = [int(part) for part in path.split("/") if part]
    with_seats = (
        select(TrainingClass.id)
        .join(SeatAllotment, SeatAllotment.plan_line_id == TrainingClass.plan_line_id)
        .where(SeatAllotment.unit_id.in_({*below, *above}))
    )
    with_people = select(Enrollment.class_id).where(
        or_(Enrollment.unit_id.in_(below), Enrollment.nominated_by_unit_id.in_(below))
    )
    return {*db.session.scalars(with_seats), *db.session.scalars(with_people)}
