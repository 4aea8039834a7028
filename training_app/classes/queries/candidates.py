"""What the rules need to know about people who may enter a class."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from training_app.cadres.api import CadreInfo
from training_app.classes.models import Enrollment, TrainingClass
from training_app.classes.queries.clashes import people_with_clashes
from training_app.classes.rules import SEAT_HOLDING, TAKING_PART, Candidate
from training_app.core.db import db


def candidates(class_id: int, people: Collection[CadreInfo]) -> dict[int, Candidate]:
    """For each person: status here, other classes on the same days, clashing lessons, same program this year."""
    training_class = db.session.get_one(TrainingClass, class_id)
    ids = [person.id for person in people]
    here = dict(
        db.session.execute(
            select(Enrollment.cadre_id, Enrollment.status).where(
                Enrollment.class_id == class_id, Enrollment.cadre_id.in_(ids)
            )
        ).all()
    )
    others = db.session.execute(
        select(Enrollment.cadre_id, Enrollment.status, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(
            Enrollment.cadre_id.in_(ids),
            Enrollment.class_id != class_id,
            Enrollment.status.in_(SEAT_HOLDING),
            TrainingClass.state != "cancelled",
        )
    ).all()
    overlapping: dict[int, list[str]] = {}
    same_program: set[int] = set()
    for cadre_id, status, other in others:
        if other.starts_on <= training_class.ends_on and other.ends_on >= training_class.starts_on:
            overlapping.setdefault(cadre_id, []).append(other.name)
        if (
            status in TAKING_PART
            and other.program_id == training_class.program_id
            and other.starts_on.year == training_class.starts_on.year
        ):
            same_program.add(cadre_id)
    clashes = people_with_clashes(class_id, ids)
    return {
        person.id: Candidate(
            status_here=here.get(person.id, ""),
            overlapping=tuple(overlapping.get(person.id, ())),
            lesson_clashes=clashes.get(person.id, 0),
            same_program=person.id in same_program,
            is_party_member=person.political_status.startswith("中共"),
            in_register=person.in_register,
        )
        for person in people
    }
