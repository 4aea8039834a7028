"""Finding people, classes, courses and certificates, each within what the person may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from training_app.cadres import api as cadres
from training_app.cadres.permissions import CADRES
from training_app.classes import api as classes
from training_app.classes.models import TrainingClass
from training_app.classes.permissions import CLASSES
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.courses.models import Course
from training_app.courses.permissions import COURSES
from training_app.results import api as results
from training_app.results.permissions import RESULTS


@dataclass(frozen=True)
class CourseHit:
    """A course that fits."""

    id: int
    code: str
    name: str
    course_domain: str


@dataclass(frozen=True)
class Hits:
    """What was found; a part is None when this person may not look there at all."""

    people: list[cadres.CadreInfo] | None
    classes: list[classes.ClassInfo] | None
    courses: list[CourseHit] | None
    certificates: list[results.CertificateInfo] | None

    @property
    def count(self) -> int:
        """All hits together."""
        return sum(len(part) for part in (self.people, self.classes, self.courses, self.certificates) if part)


def search(actor: Actor, text: str, *, limit: int = 12) -> Hits:
    """Look everywhere this person may look."""
    return Hits(
        people=_people(actor, text, limit) if CADRES["view"].held_by(actor) else None,
        classes=_classes(actor, text, limit) if CLASSES["view"].held_by(actor) else None,
        courses=_courses(text, limit) if COURSES["view"].held_by(actor) else None,
        certificates=_certificates(actor, text, limit) if RESULTS["view"].held_by(actor) else None,
    )


def _people(actor: Actor, text: str, limit: int) -> list[cadres.CadreInfo]:
    reach = CADRES["view"].reach_of(actor)
    if "all" in reach:
        return cadres.search_cadres(text, limit)
    if "unit" in reach and actor.unit_path:
        return cadres.search_cadres(text, limit, actor.unit_path)
    return []


def _classes(actor: Actor, text: str, limit: int) -> list[classes.ClassInfo]:
    visible = classes.class_ids_visible_to(actor, CLASSES["view"])
    query = select(TrainingClass.id).where(
        or_(
            TrainingClass.name.contains(text, autoescape=True),
            TrainingClass.code.startswith(text.upper(), autoescape=True),
        )
    )
    if visible is not None:
        query = query.where(TrainingClass.id.in_(sorted(visible)))
    ids = list(db.session.scalars(query.order_by(TrainingClass.starts_on.desc()).limit(limit)))
    found = {k.id: k for k in classes.list_classes(ids)}
    return [found[i] for i in ids]


def _courses(text: str, limit: int) -> list[CourseHit]:
    query = select(Course.id, Course.code, Course.name, Course.course_domain).where(
        or_(Course.name.contains(text, autoescape=True), Course.code.startswith(text.upper(), autoescape=True))
    )
    return [CourseHit(*row) for row in db.session.execute(query.order_by(Course.code).limit(limit))]


def _certificates(actor: Actor, text: str, limit: int) -> list[results.CertificateInfo]:
    visible = classes.class_ids_visible_to(actor, RESULTS["view"])
    return results.search_certificates(text, class_ids=visible, limit=limit)
