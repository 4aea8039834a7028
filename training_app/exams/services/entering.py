"""First and second entry: two people, each for themselves; then a third where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db
from training_app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams import rules
from training_app.exams.events import DifferenceSettled, EntryReleased, EntrySubmitted, EntryTaken, ScoresEntered
from training_app.exams.models import EntryDuty, Exam, ScoreEntry
from training_app.exams.queries.grids import (
    counted_cells,
    duty_of,
    exam_progress,
    holder_of,
    people_of,
    submitted_at,
)
from training_app.exams.queries.published import ExamInfo, exam_info
from training_app.exams.rules import EMPTY, FIRST, SECOND, SETTLING, Cell, Problem
from training_app.exams.services.scheduling import locked_exam


@dataclass(frozen=True)
class CellOutcome:
    """What became of one cell: ``saved``, ``unchanged`` or ``refused`` with the problem."""

    enrollment_id: int
    outcome: str
    cell: Cell = EMPTY
    problem: Problem | None = None


@dataclass(frozen=True)
class Saved:
    """What became of a batch of cells."""

    outcomes: tuple[CellOutcome, ...]
    at: datetime


@command
def take_entry(exam_id: int, entry_no: int) -> None:
    """Take over the first or the second entry. Taking one's own again changes nothing.

    Raises:
        Refused: one did the other entry, sits the exam oneself, or the exam has not begun.
        Conflict: somebody else has it.
    """
    exam = locked_exam(exam_id)
    account_id = _acting_account()
    info = exam_info(exam)
    holder = holder_of(info, entry_no)
    if entry_no not in (FIRST, SECOND):
        raise NotFound
    if holder == account_id:
        return
    if exam.state == "published":
        raise Conflict(N_("The scores of this exam are published."), code="published")
    if clock.now() < exam.starts_at:
        raise Refused(N_("Scores can be entered once the exam has begun."), code="not_begun")
    why_not = rules.may_take_entry(
        entry_no,
        held=duty_of(exam_id, account_id),
        holder_is_somebody_else=holder is not None,
        sits_exam=_sits_exam(exam, account_id),
    )
    if why_not:
        raise Refused(why_not, code="second_person")
    _do_duty(exam_id, account_id, entry_no)
    if entry_no == FIRST:
        exam.first_account_id = account_id
    else:
        exam.second_account_id = account_id
    if exam.state == "planned":
        exam.state = "entering"
    publish(EntryTaken(exam_id=exam_id, class_id=exam.class_id, entry_no=entry_no))


@command
def release_entry(exam_id: int, entry_no: int, *, reason: str) -> None:
    """Take an unfinished entry from its person, so that another begins it afresh; what was typed stays on record.

    Raises:
        Refused: nobody has it, or it is handed in.
        InvalidInput: no reason given.
    """
    exam = locked_exam(exam_id)
    info = exam_info(exam)
    holder = holder_of(info, entry_no)
    if holder is None or submitted_at(info, entry_no) is not None:
        raise Refused(N_("Only an entry in progress can be given to somebody else."), code="not_in_progress")
    if not reason.strip():
        raise InvalidInput(fields={"reason": N_("Please say why.")})
    if entry_no == FIRST:
        exam.first_account_id = None
    else:
        exam.second_account_id = None
    publish(
        EntryReleased(
            exam_id=exam_id, class_id=exam.class_id, entry_no=entry_no, account_id=holder, reason=reason.strip()
        )
    )


@command
def store_cells(exam_id: int, entry_no: int, cells: Sequence[tuple[int, str]]) -> Saved:
    """Record what the person of an entry typed; each cell for itself, so one bad one holds up no other.

    The same value again changes nothing, so a repeated request is harmless. After handing in only cells that are
    still empty (somebody joined the class late) can be filled.

    Raises:
        NotAllowed: this entry is somebody else's.
        Conflict: the scores are published.
    """
    exam = locked_exam(exam_id)
    info = exam_info(exam)
    account_id = check_own_entry(info, entry_no)
    if exam.state == "published":
        raise Conflict(N_("The scores of this exam are published."), code="published")
    known = counted_cells(info, entry_no)
    handed_in = submitted_at(info, entry_no) is not None
    people = {person.id for person in people_of(info)}
    now, outcomes = clock.now(), []
    for enrollment_id, text in cells:
        before = known.get(enrollment_id, EMPTY)
        outcome = _judge(info, enrollment_id, text, before=before, known=enrollment_id in people, handed_in=handed_in)
        outcomes.append(outcome)
        if outcome.outcome == "saved":
            known[enrollment_id] = outcome.cell
            db.session.add(_entry(exam_id, enrollment_id, entry_no, outcome.cell, account_id, now))
    saved = sum(outcome.outcome == "saved" for outcome in outcomes)
    if saved:
        db.session.flush()
        digest = rules.grid_digest(known)
        publish(ScoresEntered(exam_id=exam_id, class_id=exam.class_id, entry_no=entry_no, count=saved, digest=digest))
        if handed_in:
            find_state(exam)
    return Saved(tuple(outcomes), now)


def _judge(exam: ExamInfo, enrollment_id: int, text: str, *, before: Cell, known: bool, handed_in: bool) -> CellOutcome:
    if not known:
        problem = Problem("not_in_exam", N_("This person does not sit this exam."), {})
        return CellOutcome(enrollment_id, "refused", EMPTY, problem)
    read = rules.read_cell(text, full_marks=exam.full_marks)
    if isinstance(read, Problem):
        return CellOutcome(enrollment_id, "refused", before, read)
    if read == before or (read.is_empty and before.code in rules.NOT_ADMITTED):
        return CellOutcome(enrollment_id, "unchanged", before)
    if read.code in rules.NOT_ADMITTED:
        problem = Problem("admission", N_("Who is put off or not admitted follows from leave and attendance."), {})
        return CellOutcome(enrollment_id, "refused", before, problem)
    if handed_in and not before.is_empty:
        problem = Problem("submitted", N_("This entry is handed in; a third person settles differences."), {})
        return CellOutcome(enrollment_id, "refused", before, problem)
    return CellOutcome(enrollment_id, "saved", read)


@command
def submit_entry(exam_id: int, entry_no: int) -> None:
    """Hand in a whole entry. Handing in again changes nothing.

    Raises:
        NotAllowed: this entry is somebody else's.
        Refused: cells are still empty.
    """
    exam = locked_exam(exam_id)
    info = exam_info(exam)
    check_own_entry(info, entry_no)
    if submitted_at(info, entry_no) is not None:
        return
    cells = counted_cells(info, entry_no)
    people = [person.id for person in people_of(info)]
    missing = sum(cells.get(person, EMPTY).is_empty for person in people)
    if missing or not people:
        raise Refused(N_("People without a score so far: %(missing)s."), code="incomplete", missing=missing)
    if entry_no == FIRST:
        exam.first_submitted_at = clock.now()
    else:
        exam.second_submitted_at = clock.now()
    digest = rules.grid_digest(cells)
    publish(
        EntrySubmitted(exam_id=exam_id, class_id=exam.class_id, entry_no=entry_no, count=len(people), digest=digest)
    )
    find_state(exam)


@command
def settle_difference(exam_id: int, enrollment_id: int, text: str, *, reason: str) -> None:
    """Decide, as a third person with the paper at hand, what counts where two entries differ.

    Raises:
        Refused: one typed one of the entries, or both are not handed in yet.
        NotFound: these two entries do not differ.
        InvalidInput: no score; or a value neither typed, without a reason.
    """
    exam = locked_exam(exam_id)
    account_id = _acting_account()
    info = exam_info(exam)
    if exam.state == "published":
        raise Conflict(N_("The scores of this exam are published."), code="published")
    if exam.first_submitted_at is None or exam.second_submitted_at is None:
        raise Refused(N_("Differences are settled when both entries are handed in."), code="not_submitted")
    why_not = rules.may_settle(held=duty_of(exam_id, account_id), sits_exam=_sits_exam(exam, account_id))
    if why_not:
        raise Refused(why_not, code="third_person")
    pair = tuple(counted_cells(info, no).get(enrollment_id, EMPTY) for no in (FIRST, SECOND))
    if rules.agreement(pair[0], pair[1]) != "differ" or enrollment_id not in {person.id for person in people_of(info)}:
        raise NotFound
    read = rules.read_cell(text, full_marks=info.full_marks)
    if isinstance(read, Problem):
        raise refusal_of(read)
    if read.is_empty:
        raise InvalidInput(N_("Please say which score counts."), fields={"score": N_("Please say which score counts.")})
    if rules.needs_reason(pair[0], pair[1], read) and not reason.strip():
        message = N_("Neither entry says this. Please say why it counts.")
        raise InvalidInput(message, code="reason_needed", fields={"reason": message})
    _do_duty(exam_id, account_id, SETTLING)
    entry = _entry(exam_id, enrollment_id, SETTLING, read, account_id, clock.now())
    entry.reason = reason.strip()
    db.session.add(entry)
    db.session.flush()
    publish(
        DifferenceSettled(exam_id=exam_id, class_id=exam.class_id, enrollment_id=enrollment_id, reason=reason.strip())
    )
    find_state(exam)


def refusal_of(problem: Problem) -> InvalidInput:
    """A cell's problem as the error of a whole request."""
    params: dict[str, Any] = dict(problem.params)
    return InvalidInput(problem.message, code=problem.code, **params)


def check_own_entry(exam: ExamInfo, entry_no: int) -> int:
    """Let only the person of an entry near its values; answers their account.

    Raises:
        NotFound: there is no such entry.
        NotAllowed: it is somebody else's.
    """
    account_id = _acting_account()
    if entry_no not in (FIRST, SECOND):
        raise NotFound
    if holder_of(exam, entry_no) != account_id:
        raise NotAllowed(N_("This entry is somebody else's."), code="not_your_entry")
    return account_id


def _acting_account() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotAllowed(N_("Scores are entered by people, each under their own name."))
    return account_id


def _sits_exam(exam: Exam, account_id: int) -> bool:
    enrollment = classes.find_enrollment(exam.class_id, account_id)
    return enrollment is not None and enrollment.status in classes.ACTIVE


def _do_duty(exam_id: int, account_id: int, entry_no: int) -> None:
    if duty_of(exam_id, account_id) is None:
        db.session.add(EntryDuty(exam_id=exam_id, account_id=account_id, entry_no=entry_no, at=clock.now()))
        db.session.flush()


def _entry(exam_id: int, enrollment_id: int, entry_no: int, cell: Cell, account_id: int, at: datetime) -> ScoreEntry:
    return ScoreEntry(
        exam_id=exam_id,
        enrollment_id=enrollment_id,
        entry_no=entry_no,
        score=cell.score,
        code=cell.code,
        account_id=account_id,
        at=at,
    )


def find_state(exam: Exam) -> None:
    """Settled once both are handed in and every person has a score that counts."""
    db.session.flush()
    both = exam.first_submitted_at is not None and exam.second_submitted_at is not None
    exam.state = "settled" if both and exam_progress(exam_info(exam)).without_score == 0 else "entering"
