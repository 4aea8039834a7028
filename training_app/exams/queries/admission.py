"""Who is admitted to an exam: the rules of the class, everybody's standing and the figures behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from training_app.accounts.api import list_accounts
from training_app.classes import api as classes
from training_app.classes.api import EnrollmentInfo
from training_app.core import clock
from training_app.core.db import db
from training_app.core.ports import ask
from training_app.exams import admission_rules as rules
from training_app.exams.models import Admission, AdmissionRule
from training_app.exams.queries.published import ExamInfo

NOON = 12


@dataclass(frozen=True)
class AdmissionInfo:
    """Where somebody stands; ``nevertheless_reason`` is '' unless a person let them in in spite of the hours."""

    standing: str = rules.ADMITTED
    noted: str = ""
    on_leave: Decimal = Decimal(0)
    absent: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)
    leave_at_exam: str = ""
    changed_at: datetime | None = None
    nevertheless_at: datetime | None = None
    nevertheless_by_id: int | None = None
    nevertheless_reason: str = ""

    @property
    def absence(self) -> rules.Absence:
        """The figures the standing rests on."""
        return rules.Absence(self.on_leave, self.absent, self.planned, self.leave_at_exam)


ADMITTED = AdmissionInfo()
_FIELDS = tuple(AdmissionInfo.__dataclass_fields__)


@dataclass(frozen=True)
class RuleVersion:
    """Rules with the day they count from, and who laid them down."""

    laid_down: rules.AdmissionRules
    counts_from: date
    at: datetime
    by: str


@dataclass(frozen=True)
class Candidate:
    """A person due to sit an exam, with the admission."""

    number: int
    person: EnrollmentInfo
    admission: AdmissionInfo
    by: str


def list_admission_rules(class_id: int) -> list[RuleVersion]:
    """Every version a class laid down, the oldest first."""
    rows = db.session.scalars(
        select(AdmissionRule).where(AdmissionRule.class_id == class_id).order_by(AdmissionRule.id)
    )
    found = [(row, _laid_down(row)) for row in rows]
    names = _names({row.account_id for row, _rule in found if row.account_id is not None})
    return [
        RuleVersion(laid_down, row.counts_from, row.at, names.get(row.account_id or 0, "")) for row, laid_down in found
    ]


def admission_rules_on(class_id: int, day: date) -> rules.AdmissionRules:
    """The rules that count for an exam of the class on a day: the latest laid down that had begun by then."""
    row = db.session.scalar(
        select(AdmissionRule)
        .where(AdmissionRule.class_id == class_id, AdmissionRule.counts_from <= day)
        .order_by(AdmissionRule.id.desc())
        .limit(1)
    )
    return rules.AdmissionRules() if row is None else _laid_down(row)


def rules_for_exam(exam: ExamInfo) -> rules.AdmissionRules:
    """The rules that count for one exam."""
    return admission_rules_on(exam.class_id, clock.local(exam.starts_at).date())


def admissions_of(exam_id: int) -> dict[int, AdmissionInfo]:
    """By enrollment, everybody of whom something is kept; who is not in it is admitted."""
    rows = db.session.scalars(
        select(Admission).where(Admission.exam_id == exam_id).execution_options(populate_existing=True)
    )
    return {row.enrollment_id: AdmissionInfo(**{name: getattr(row, name) for name in _FIELDS}) for row in rows}


def standings_of(exam_id: int) -> dict[int, str]:
    """By enrollment, the standing of everybody who is not simply admitted."""
    rows = db.session.execute(
        select(Admission.enrollment_id, Admission.standing).where(
            Admission.exam_id == exam_id, Admission.standing != rules.ADMITTED
        )
    )
    return {row.enrollment_id: row.standing for row in rows}


def absences(exam: ExamInfo, enrollment_ids: Collection[int] | None = None) -> dict[int, rules.Absence]:
    """What everybody's absence comes to now (port ``exams.absences``); nobody above who knows: nobody was away."""
    day, half = half_day_of(exam)
    found: dict[int, rules.Absence] = {}
    for answer in ask("exams.absences", class_id=exam.class_id, day=day, half_day=half, enrollment_ids=enrollment_ids):
        found.update(answer)
    return found


def half_day_of(exam: ExamInfo) -> tuple[date, str]:
    """Day and half of the day an exam is sat: those of its lesson, if it stands in the timetable."""
    if exam.lesson_id is not None:
        lesson = classes.get_lesson(exam.lesson_id)
        if lesson.state != "cancelled":
            return lesson.day, lesson.half_day
    local = clock.local(exam.starts_at)
    return local.date(), "morning" if local.hour < NOON else "afternoon"


def standing_with_figures(exam: ExamInfo, enrollment_ids: Collection[int]) -> dict[int, AdmissionInfo]:
    """Where these people stand, with the figures: as kept, or as they are now of whom nothing had to be kept."""
    kept = admissions_of(exam.id)
    found = {person: kept[person] for person in enrollment_ids if person in kept}
    others = [person for person in enrollment_ids if person not in kept]
    now = absences(exam, others) if others else {}
    for person in others:
        away = now.get(person, rules.Absence())
        found[person] = AdmissionInfo(on_leave=away.on_leave, absent=away.absent, planned=away.planned)
    return found


def candidates_of(exam: ExamInfo, people: Collection[EnrollmentInfo]) -> list[Candidate]:
    """Those who are due to sit an exam, with where they stand."""
    found = standing_with_figures(exam, [person.id for person in people])
    names = _names({a.nevertheless_by_id for a in found.values() if a.nevertheless_by_id is not None})
    return [
        Candidate(number, person, admission, names.get(admission.nevertheless_by_id or 0, ""))
        for number, person in enumerate(people, 1)
        for admission in (found[person.id],)
    ]


def _names(account_ids: set[int]) -> dict[int, str]:
    return {account.id: account.display_name for account in list_accounts(account_ids)} if account_ids else {}


def _laid_down(row: AdmissionRule) -> rules.AdmissionRules:
    return rules.AdmissionRules(row.excludes, row.counts, row.numerator, row.denominator)
