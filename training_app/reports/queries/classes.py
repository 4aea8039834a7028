"""Classes added up: attendance, exams, completion, each in one statement over many classes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true

from training_app.attendance.models import AttendanceRecord
from training_app.classes.api import ACTIVE
from training_app.classes.models import Enrollment, Lesson, Program, TrainingClass
from training_app.core.db import db
from training_app.exams.models import Exam, ScoreVersion
from training_app.reports.rules import PRESENT, ZERO, ClassFacts, Sat
from training_app.results import api as results
from training_app.results.models import ClassResult


def facts_of_classes(class_ids: Collection[int]) -> list[ClassFacts]:
    """What the database adds up about some classes, by code."""
    return list(_facts(TrainingClass.id.in_(sorted(class_ids)))) if class_ids else []


def facts_between(first: date, last: date, *, decided_only: bool = False) -> list[ClassFacts]:
    """The same of all classes that begin within a period.

    ``decided_only`` counts completions only where results were decided; otherwise the rules say what they would be,
    which takes longer.
    """
    which = TrainingClass.starts_on.between(first, last) & (TrainingClass.state != "cancelled")
    return list(_facts(which, decided_only=decided_only))


def _facts(which: ColumnElement[bool], *, decided_only: bool = False) -> Iterator[ClassFacts]:
    classes = db.session.execute(
        select(
            TrainingClass.id,
            TrainingClass.code,
            TrainingClass.name,
            Program.name.label("program"),
            TrainingClass.for_party_members,
            TrainingClass.starts_on,
            TrainingClass.ends_on,
            TrainingClass.state,
        )
        .join(Program, Program.id == TrainingClass.program_id)
        .where(which)
        .order_by(TrainingClass.code)
    ).all()
    chosen = select(TrainingClass.id).where(which).scalar_subquery()
    lessons = _lessons(chosen)
    people = _enrolled(chosen)
    marks = _marks(chosen)
    earned = _earned(chosen)
    sittings = _sittings(chosen, people)
    graduated = _graduated([c.id for c in classes if not c.for_party_members], people, decided_only=decided_only)
    for c in classes:
        hours, count = lessons.get(c.id, (ZERO, 0))
        attended, sum_of_hours = earned.get(c.id, (0, ZERO))
        yield ClassFacts(
            class_id=c.id,
            code=c.code,
            name=c.name,
            program=c.program,
            for_party_members=c.for_party_members,
            starts_on=c.starts_on,
            ends_on=c.ends_on,
            hours=hours,
            lessons=count,
            enrolled=len(people.get(c.id, ())),
            attended=attended,
            marks=marks.get(c.id, {}),
            hours_earned=sum_of_hours,
            sittings=sittings.get(c.id, []),
            graduated=graduated.get(c.id, 0),
            state=c.state,
            is_decided=c.id in graduated,
        )


def _lessons(classes: ScalarSelect[int]) -> dict[int, tuple[Decimal, int]]:
    query = (
        select(Lesson.class_id, func.sum(Lesson.credit_hours), func.count())
        .where(Lesson.class_id.in_(classes), Lesson.state != "cancelled")
        .group_by(Lesson.class_id)
    )
    return {class_id: (hours, count) for class_id, hours, count in db.session.execute(query)}


def _enrolled(classes: ScalarSelect[int]) -> dict[int, list[int]]:
    query = select(Enrollment.class_id, Enrollment.id).where(
        Enrollment.class_id.in_(classes),
        Enrollment.status.in_(ACTIVE),
    )
    found: dict[int, list[int]] = {}
    for class_id, enrollment_id in db.session.execute(query.order_by(Enrollment.id)):
        found.setdefault(class_id, []).append(enrollment_id)
    return found


def _records(classes: ScalarSelect[int]) -> list[ColumnElement[bool]]:
    """Records that count: of lessons that were not cancelled, of people who take part."""
    return [
        AttendanceRecord.lesson_id == Lesson.id,
        AttendanceRecord.enrollment_id == Enrollment.id,
        Lesson.class_id.in_(classes),
        Lesson.state != "cancelled",
        Enrollment.status.in_(ACTIVE),
    ]


def _marks(classes: ScalarSelect[int]) -> dict[int, dict[str, int]]:
    query = (
        select(Lesson.class_id, AttendanceRecord.status, func.count())
        .select_from(AttendanceRecord)
        .join(Lesson, true())
        .join(Enrollment, true())
        .where(*_records(classes))
        .group_by(Lesson.class_id, AttendanceRecord.status)
    )
    found: dict[int, dict[str, int]] = {}
    for class_id, status, count in db.session.execute(query):
        found.setdefault(class_id, {})[status] = count
    return found


def _earned(classes: ScalarSelect[int]) -> dict[int, tuple[int, Decimal]]:
    """People who came at least once, and the hours all of them earned."""
    query = (
        select(
            Lesson.class_id, func.count(func.distinct(AttendanceRecord.enrollment_id)), func.sum(Lesson.credit_hours)
        )
        .select_from(AttendanceRecord)
        .join(Lesson, true())
        .join(Enrollment, true())
        .where(*_records(classes), AttendanceRecord.status.in_(PRESENT))
        .group_by(Lesson.class_id)
    )
    return {class_id: (people, hours) for class_id, people, hours in db.session.execute(query)}


def _sittings(classes: ScalarSelect[int], people: dict[int, list[int]]) -> dict[int, list[Sat]]:
    """What everybody got: the latest version of exam and of the re-sits (the best of them)."""
    latest = (
        select(ScoreVersion.exam_id, ScoreVersion.enrollment_id, func.max(ScoreVersion.version).label("version"))
        .group_by(ScoreVersion.exam_id, ScoreVersion.enrollment_id)
        .subquery()
    )
    query = (
        select(
            Exam.class_id,
            Exam.attempt_no,
            Exam.pass_mark,
            ScoreVersion.enrollment_id,
            ScoreVersion.score,
            ScoreVersion.code,
        )
        .join(ScoreVersion, ScoreVersion.exam_id == Exam.id)
        .join(
            latest,
            (latest.c.exam_id == ScoreVersion.exam_id)
            & (latest.c.enrollment_id == ScoreVersion.enrollment_id)
            & (latest.c.version == ScoreVersion.version),
        )
        .where(Exam.class_id.in_(classes), Exam.state == "published")
        .order_by(Exam.attempt_no)
    )
    of_person: dict[int, Sat] = {}
    examined: set[int] = set()
    for class_id, attempt, pass_mark, enrollment_id, score, code in db.session.execute(query):
        examined.add(class_id)
        known = of_person.get(enrollment_id, Sat(pass_mark=pass_mark))
        if attempt == 1:
            of_person[enrollment_id] = Sat(score, code, known.resit, pass_mark)
        elif score is not None:
            best = score if known.resit is None else max(score, known.resit)
            of_person[enrollment_id] = Sat(known.score, known.code, best, known.pass_mark)
    return {
        class_id: [of_person[e] for e in enrolled if e in of_person]
        for class_id, enrolled in people.items()
        if class_id in examined
    }


def _graduated(class_ids: Sequence[int], people: dict[int, list[int]], *, decided_only: bool) -> dict[int, int]:
    """Who completed: as decided, or for classes not decided yet as the rules would decide."""
    latest = (
        select(ClassResult.enrollment_id, func.max(ClassResult.version).label("version"))
        .group_by(ClassResult.enrollment_id)
        .subquery()
    )
    query = select(ClassResult.enrollment_id, ClassResult.completed).join(
        latest, (latest.c.enrollment_id == ClassResult.enrollment_id) & (latest.c.version == ClassResult.version)
    )
    decided = dict(db.session.execute(query).all())
    found = {}
    for class_id in class_ids:
        enrolled = people.get(class_id, [])
        if any(e in decided for e in enrolled):
            found[class_id] = sum(decided.get(e, False) for e in enrolled)
        elif enrolled and not decided_only:
            found[class_id] = results.preview_of_class(class_id).completed
    return found
