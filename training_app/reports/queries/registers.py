"""The registers as figures need them: units, cadres, party members, courses, teachers, sites, hours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from training_app.accounts.models import Unit
from training_app.attendance.models import AttendanceRecord
from training_app.cadres.models import Cadre, PartyMember
from training_app.classes.api import ACTIVE
from training_app.classes.models import Enrollment, Lesson
from training_app.core.db import db
from training_app.courses.models import Course, RouteStop, TeachingRoute, TeachingSite
from training_app.reports.rules import KIND_WORDS, PRESENT, CadreFacts, PersonHours, UnitFacts, number
from training_app.results import api as results
from training_app.results.models import HourEntry
from training_app.teachers.models import Teacher


def units() -> list[UnitFacts]:
    """All units, in the order in which they were entered."""
    rows = db.session.execute(
        select(
            Unit.id, Unit.name, Unit.kind, Unit.grade, Unit.path, Unit.chiefs_approved, Unit.deputies_approved
        ).order_by(Unit.id)
    ).all()
    return [
        UnitFacts(r.id, r.name, r.kind, r.grade, top_of(r.path, r.id), r.chiefs_approved, r.deputies_approved)
        for r in rows
    ]


def top_of(path: str, unit_id: int) -> int:
    """The department or township on a path of ids: the root's child, or the unit itself."""
    ids = [int(part) for part in path.split("/") if part]
    return ids[1] if len(ids) > 1 else unit_id


def cadres() -> list[CadreFacts]:
    """Everybody in the register, in the order in which they were entered."""
    columns = (
        Cadre.id,
        Cadre.name,
        Cadre.sex,
        Cadre.birth_month,
        Cadre.unit_id,
        Cadre.post_title,
        Cadre.post_level,
        Cadre.rank,
        Cadre.category,
        Cadre.political_status,
        Cadre.note,
    )
    query = select(*columns).where(Cadre.in_register.is_(True)).order_by(Cadre.id)
    return [CadreFacts(*row) for row in db.session.execute(query)]


def party_members() -> dict[str, object]:
    """The members by kind, and how many of them are cadres too."""
    kinds = (
        select(PartyMember.member_type, func.count())
        .group_by(PartyMember.member_type)
        .order_by(func.min(PartyMember.cadre_id))
    )
    by_type = dict(db.session.execute(kinds).all())
    also = db.session.scalar(
        select(func.count())
        .select_from(PartyMember)
        .join(Cadre, Cadre.id == PartyMember.cadre_id)
        .where(Cadre.in_register.is_(True))
    )
    return {"total": sum(by_type.values()), "by_type": by_type, "also_cadres": also or 0}


def people_who_came(class_ids: Collection[int]) -> int:
    """How many different people were in at least one lesson of some classes."""
    if not class_ids:
        return 0
    query = (
        select(func.count(func.distinct(Enrollment.cadre_id)))
        .join(AttendanceRecord, AttendanceRecord.enrollment_id == Enrollment.id)
        .join(Lesson, Lesson.id == AttendanceRecord.lesson_id)
        .where(
            Enrollment.class_id.in_(sorted(class_ids)),
            Enrollment.status.in_(ACTIVE),
            Lesson.state != "cancelled",
            AttendanceRecord.status.in_(PRESENT),
        )
    )
    return db.session.scalar(query) or 0


def courses() -> dict[str, object]:
    """The catalogue by category."""
    query = (
        select(Course.course_domain, func.count(), func.sum(Course.credit_hours))
        .where(Course.active.is_(True))
        .group_by(Course.course_domain)
        .order_by(func.min(Course.id))
    )
    rows = db.session.execute(query).all()
    return {
        "total": sum(n for _, n, _ in rows),
        "by_category": {domain: n for domain, n, _ in rows},
        "hours": number(sum((hours for _, _, hours in rows), Decimal(0))),
    }


def teachers() -> dict[str, object]:
    """The pool by employment and kind, and how many teach in the fields."""
    query = select(Teacher.employment, Teacher.teacher_kind, Teacher.at_fields).where(Teacher.pool_status == "active")
    rows = db.session.execute(query.order_by(Teacher.id)).all()
    by_kind: dict[str, int] = {}
    for row in rows:
        word = KIND_WORDS.get(row.teacher_kind, row.teacher_kind)
        by_kind[word] = by_kind.get(word, 0) + 1
    return {
        "part_time": sum(r.employment == "part_time" for r in rows),
        "full_time": sum(r.employment == "full_time" for r in rows),
        "by_kind": by_kind,
        "at_fields": sum(r.at_fields for r in rows),
    }


def count_sites() -> int:
    """Teaching sites."""
    return db.session.scalar(select(func.count()).select_from(TeachingSite)) or 0


def route_stops() -> dict[str, int]:
    """Stops of each route, by its code."""
    query = (
        select(TeachingRoute.code, func.count(RouteStop.id))
        .outerjoin(RouteStop, RouteStop.route_id == TeachingRoute.id)
        .group_by(TeachingRoute.code)
        .order_by(TeachingRoute.code)
    )
    return dict(db.session.execute(query).all())


def ledger(kind: str, first: date, last: date) -> tuple[int, int, Decimal]:
    """People, entries that stand, and hours of one kind in the ledger of a period.

    Somebody the academy lists without any hours counts; an entry that was taken back does not.
    """
    per_source = (
        select(HourEntry.cadre_id, func.sum(HourEntry.hours).label("hours"), func.count().label("lines"))
        .where(HourEntry.kind == kind, HourEntry.earned_on.between(first, last))
        .group_by(HourEntry.cadre_id, HourEntry.source_kind, HourEntry.source_id)
    ).subquery()
    row = db.session.execute(
        select(func.count(func.distinct(per_source.c.cadre_id)), func.count(), func.sum(per_source.c.hours)).where(
            (per_source.c.hours != 0) | (per_source.c.lines == 1)
        )
    ).one()
    return row[0], row[1], row[2] or Decimal(0)


def hours_of_people(people: Collection[CadreFacts], first: date, last: date) -> list[PersonHours]:
    """Everybody's hours of a period beside what binds them on its last day."""
    sums = results.hours_between(first, last)
    requirements = results.load_requirements()
    nothing = results.HourSum()
    found = []
    for person in people:
        rule = results.binding_rule(person.post_level, person.rank)
        sum_of = sums.get(person.id, nothing)
        found.append(
            PersonHours(person.category, rule, requirements.rule(rule, last).hours, sum_of.counted, sum_of.online)
        )
    return found
