"""Who is admitted to the exam: rules of the class, standings that follow leave and attendance, a person's exception.

``refresh_admission`` runs inside the transaction of whatever changed somebody's absence, so that a leave, its marks
and the admission are true together or not at all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams import admission_rules as rules
from training_app.exams.events import (
    AdmissionChanged,
    AdmissionRulesLaidDown,
    AdmissionTakenBack,
    AdmittedNevertheless,
)
from training_app.exams.models import Admission, AdmissionRule, Exam
from training_app.exams.queries.admission import absences, admission_rules_on, rules_for_exam
from training_app.exams.queries.grids import cells_of, people_of
from training_app.exams.queries.published import ExamInfo, exam_info, exams_of_class, get_exam
from training_app.exams.rules import EXCLUDED, FIRST, SECOND
from training_app.exams.services.entering import find_state
from training_app.exams.services.scheduling import locked_exam

SHORTEST_REASON = 2
FAULTS = {
    "unknown": N_("Please choose which hours count."),
    "range": N_("A part is a fraction of whole numbers up to 100, not more than one."),
}


@command
def lay_down_admission_rules(class_id: int, laid_down: rules.AdmissionRules, *, counts_from: date) -> bool:
    """Let these rules count for exams sat on a day or later; False: they do already.

    Raises:
        Refused: the class is closed for good.
        InvalidInput: the part is no fraction.
    """
    serialise(f"exams.admission:{class_id}")
    if classes.get_class(class_id).state in ("archived", "cancelled"):
        raise Refused(N_("This class is closed; its rules stay as they are."), code="class_closed")
    faults = rules.rule_faults(laid_down)
    if faults:
        raise InvalidInput(fields={name: FAULTS[fault] for name, fault in faults.items()})
    before = admission_rules_on(class_id, counts_from)
    if before == laid_down:
        return False
    db.session.add(
        AdmissionRule(
            class_id=class_id,
            counts_from=counts_from,
            at=clock.now(),
            account_id=current_actor().account_id,
            **asdict(laid_down),
        )
    )
    db.session.flush()
    publish(
        AdmissionRulesLaidDown(
            class_id=class_id, counts_from=counts_from.isoformat(), old=_words(before), new=_words(laid_down)
        )
    )
    refresh_admission(class_id)
    return True


@command
def refresh_admission(class_id: int, enrollment_ids: Collection[int] | None = None) -> int:
    """Let admission to the class's exams follow what everybody missed (or only these people); how many changed."""
    exams = exams_of_class(class_id)
    if not exams:
        return 0
    serialise(f"exams.admission:{class_id}")
    return sum(_refresh(exam, enrollment_ids) for exam in exams)


@command
def admit_nevertheless(exam_id: int, enrollment_id: int, *, reason: str) -> None:
    """Let somebody sit an exam in spite of the hours missed.

    Raises:
        NotFound: this person does not sit this exam.
        Conflict: the person is not shut out.
        Refused: it is one's own admission, or the scores are published.
        InvalidInput: no reason.
    """
    exam, row = _exception(exam_id, enrollment_id, reason)
    if row is None or row.standing != EXCLUDED:
        raise Conflict(N_("This person is not shut out of the exam."), code="not_excluded")
    row.nevertheless_at, row.nevertheless_by_id = clock.now(), current_actor().account_id
    row.nevertheless_reason = reason.strip()[:300]
    row.standing = rules.standing_of(_absence(row), rules_for_exam(exam), nevertheless=True)
    row.noted, row.changed_at = "", clock.now()
    db.session.flush()
    publish(
        AdmittedNevertheless(
            exam_id=exam_id,
            class_id=exam.class_id,
            enrollment_id=enrollment_id,
            reason=row.nevertheless_reason,
            missed=f"{row.on_leave + row.absent:f}",
            planned=f"{row.planned:f}",
        )
    )
    _find_state(exam_id)


@command
def take_back_admission(exam_id: int, enrollment_id: int, *, reason: str) -> None:
    """Undo an admission in spite of the hours, as long as the exam has not begun.

    Raises:
        NotFound: this person does not sit this exam.
        Conflict: there is no such admission, or the exam has begun.
        Refused: it is one's own admission.
        InvalidInput: no reason.
    """
    exam, row = _exception(exam_id, enrollment_id, reason)
    if row is None or row.nevertheless_at is None:
        raise Conflict(N_("This person was not admitted by exception."), code="no_exception")
    if exam.starts_at <= clock.now():
        raise Conflict(N_("The exam has begun; who was admitted stays admitted."), code="begun")
    row.nevertheless_at = row.nevertheless_by_id = None
    row.nevertheless_reason = ""
    row.standing = rules.standing_of(_absence(row), rules_for_exam(exam), nevertheless=False)
    row.noted, row.changed_at = "", clock.now()
    db.session.flush()
    publish(
        AdmissionTakenBack(
            exam_id=exam_id, class_id=exam.class_id, enrollment_id=enrollment_id, reason=reason.strip()[:300]
        )
    )
    _find_state(exam_id)


def _exception(exam_id: int, enrollment_id: int, reason: str) -> tuple[ExamInfo, Admission | None]:
    exam = get_exam(exam_id)
    serialise(f"exams.admission:{exam.class_id}")
    exam = exam_info(locked_exam(exam_id))
    if enrollment_id not in {person.id for person in people_of(exam)}:
        raise NotFound
    if exam.state == "published":
        raise Refused(N_("The scores of this exam are published."), code="published")
    actor = current_actor()
    if actor.account_id is not None and classes.get_enrollment(enrollment_id).account_id == actor.account_id:
        raise Refused(N_("This is your own admission; somebody else has to decide it."), code="own")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput(fields={"reason": N_("Please say why.")})
    return exam, _find(exam_id, enrollment_id)


def _find(exam_id: int, enrollment_id: int) -> Admission | None:
    return db.session.scalar(
        select(Admission)
        .where(Admission.exam_id == exam_id, Admission.enrollment_id == enrollment_id)
        .execution_options(populate_existing=True)
    )


def _absence(row: Admission) -> rules.Absence:
    return rules.Absence(row.on_leave, row.absent, row.planned, row.leave_at_exam)


def _refresh(exam: ExamInfo, enrollment_ids: Collection[int] | None) -> int:
    """One exam: judge everybody anew, keep what changed, say so."""
    laid_down = rules_for_exam(exam)
    found = absences(exam, enrollment_ids)
    if not found:
        return 0
    known = {
        row.enrollment_id: row
        for row in db.session.scalars(
            select(Admission).where(Admission.exam_id == exam.id).execution_options(populate_existing=True)
        )
    }
    judged = {
        person: rules.standing_of(
            absence, laid_down, nevertheless=person in known and known[person].nevertheless_at is not None
        )
        for person, absence in found.items()
    }
    touched = [person for person, now in judged.items() if person in known or now != rules.ADMITTED]
    if not touched:
        return 0
    exam = exam_info(locked_exam(exam.id))  # nobody publishes meanwhile
    begun, published, scored = exam.starts_at <= clock.now(), exam.state == "published", _scored(exam)
    changed = 0
    for person in touched:
        row, absence = known.get(person), found[person]
        before = row.standing if row is not None else rules.ADMITTED
        standing, is_note = rules.follow(
            before,
            judged[person],
            begun=begun,
            sat=person in scored,
            published=published,
            on_leave=bool(absence.leave_at_exam),
        )
        noted = judged[person] if is_note else ""
        was_noted = row.noted if row is not None else ""
        if row is None:
            row = Admission(exam_id=exam.id, enrollment_id=person, changed_at=clock.now(), standing=standing)
            db.session.add(row)
        row.on_leave, row.absent, row.planned = absence.on_leave, absence.absent, absence.planned
        row.leave_at_exam = absence.leave_at_exam
        if (standing, noted) == (before, was_noted):
            continue
        row.standing, row.noted, row.changed_at = standing, noted, clock.now()
        changed += 1
        db.session.flush()
        publish(
            AdmissionChanged(
                exam_id=exam.id,
                class_id=exam.class_id,
                enrollment_id=person,
                old=was_noted or before,
                new=noted or standing,
                noted=is_note,
                missed=f"{rules.counted_hours(absence, laid_down):f}",
                planned=f"{absence.planned:f}",
            )
        )
    db.session.flush()
    if changed:
        _find_state(exam.id)
    return changed


def _scored(exam: ExamInfo) -> set[int]:
    """Who sat it, as far as the entries know: somebody typed a score."""
    return {person for no in (FIRST, SECOND) for person, cell in cells_of(exam, no).items() if cell.score is not None}


def _find_state(exam_id: int) -> None:
    """Scores that were complete may miss one now, or the other way round."""
    exam: Exam = locked_exam(exam_id)
    if exam.state in ("entering", "settled"):
        find_state(exam)


def _words(laid_down: rules.AdmissionRules) -> dict[str, str]:
    """Rules for the audit trail, which says them in the reader's language; nothing when they shut nobody out."""
    if not laid_down.excludes:
        return {}
    return {"counts": laid_down.counts, "line": f"{laid_down.numerator}/{laid_down.denominator}"}
