"""The year of classes in a few figures, for the start page and the overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from training_app.classes.models import PlanLine, Program
from training_app.core.db import db
from training_app.exams.models import Exam
from training_app.reports.rules import ClassFacts


@dataclass(frozen=True)
class YearOfClasses:
    """Classes of a year so far against the plan."""

    planned: int
    started: int
    running: int
    unpublished: int  # finished classes whose scores nobody has published
    enrolled: int
    attended: int
    decided: int  # classes whose results were decided
    graduated: int
    not_graduated: int


def year_of_classes(facts: Sequence[ClassFacts], *, year: int, today: date) -> YearOfClasses:
    """Add up the classes for cadres; those for party members are counted apart."""
    begun = [f for f in facts if f.starts_on <= today and f.state != "enrolling" and not f.for_party_members]
    taught = [f for f in begun if f.state != "running"]
    decided = [f for f in taught if f.is_decided]
    planned = db.session.scalar(
        select(func.count())
        .select_from(PlanLine)
        .join(Program, Program.id == PlanLine.program_id)
        .where(PlanLine.year == year, Program.for_party_members.is_(False))
    )
    published = set(db.session.scalars(select(Exam.class_id).where(Exam.state == "published").distinct()))
    graduated = sum(f.graduated for f in decided)
    return YearOfClasses(
        planned=planned or 0,
        started=len(begun),
        running=sum(f.state == "running" for f in begun),
        unpublished=sum(f.class_id not in published for f in taught),
        enrolled=sum(f.enrolled for f in begun),
        attended=sum(f.attended for f in begun),
        decided=len(decided),
        graduated=graduated,
        not_graduated=sum(f.enrolled for f in decided) - graduated,
    )
