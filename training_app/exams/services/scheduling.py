"""Giving an exam its time, place and marks, and taking it off again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.db import command, db, locked, serialise
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams.events import ExamCalledOff, ExamChanged, ExamScheduled
from training_app.exams.models import Admission, EntryDuty, Exam
from training_app.exams.queries.grids import resit_people
from training_app.exams.queries.published import find_exam
from training_app.exams.rules import LAST_ATTEMPT, score_text


@dataclass(frozen=True)
class Schedule:
    """When, where and for how many marks."""

    title: str
    starts_at: datetime
    duration_minutes: int
    place: str
    full_marks: Decimal
    pass_mark: Decimal
    lesson_id: int | None = None


def locked_exam(exam_id: int) -> Exam:
    """One exam for changing, held until the end of the transaction.

    Raises:
        NotFound: there is none.
    """
    return locked(Exam, exam_id)


@command
def schedule_exam(*, class_id: int, attempt_no: int, schedule: Schedule) -> int:
    """Put an exam (attempt 1) or its re-sit (2) on a class's calendar; answers its id.

    Raises:
        Conflict: the class has one already.
        Refused: the class is cancelled or archived; or a re-sit with nobody to sit it.
        InvalidInput: marks, times or lesson do not fit.
    """
    serialise(f"exams:{class_id}")
    klass = classes.get_class(class_id)
    if klass.state in ("cancelled", "archived"):
        raise Refused(N_("This class is closed; it takes no exam any more."))
    if not 1 <= attempt_no <= LAST_ATTEMPT:
        raise Refused(N_("There is one exam and one re-sit."))
    if find_exam(class_id, attempt_no) is not None:
        raise Conflict(N_("This class already has this exam."), code="exam_exists")
    if attempt_no > 1 and not resit_people(class_id):
        raise Refused(N_("A re-sit needs a published exam that somebody failed or missed."), code="nobody_to_resit")
    _check(class_id, attempt_no, schedule)
    exam = Exam(class_id=class_id, attempt_no=attempt_no, mode="closed_book", state="planned", **asdict(schedule))
    db.session.add(exam)
    db.session.flush()
    publish(
        ExamScheduled(
            exam_id=exam.id,
            class_id=class_id,
            title=schedule.title,
            attempt_no=attempt_no,
            starts_at=schedule.starts_at,
        )
    )
    return exam.id


@command
def change_exam(exam_id: int, schedule: Schedule) -> None:
    """Give an exam another time, place or marks, as long as nobody has begun to enter its scores.

    Raises:
        Refused: scores are being entered, or are out.
    """
    exam = locked_exam(exam_id)
    if exam.state != "planned":
        raise Refused(N_("Scores of this exam are being entered; it cannot be changed any more."), code="entering")
    _check(exam.class_id, exam.attempt_no, schedule)
    before = _sentence(exam)
    for name, value in asdict(schedule).items():
        setattr(exam, name, value)
    db.session.flush()
    publish(
        ExamChanged(exam_id=exam.id, class_id=exam.class_id, title=exam.title, before=before, after=_sentence(exam))
    )


@command
def call_off_exam(exam_id: int, *, reason: str) -> None:
    """Take a planned exam off again; the audit trail keeps that it was there.

    Raises:
        Refused: somebody has begun to enter scores.
        InvalidInput: no reason given.
    """
    exam = locked_exam(exam_id)
    taken = db.session.scalar(select(EntryDuty.account_id).where(EntryDuty.exam_id == exam_id).limit(1))
    if exam.state != "planned" or taken is not None:
        raise Refused(N_("Scores of this exam are being entered; it cannot be called off any more."), code="entering")
    if not reason.strip():
        raise InvalidInput(fields={"reason": N_("Please say why.")})
    publish(ExamCalledOff(exam_id=exam.id, class_id=exam.class_id, title=exam.title, reason=reason.strip()))
    db.session.execute(delete(Admission).where(Admission.exam_id == exam_id))
    db.session.execute(delete(Exam).where(Exam.id == exam_id))


def _check(class_id: int, attempt_no: int, schedule: Schedule) -> None:
    fields = {}
    if not schedule.title.strip():
        fields["title"] = N_("Please give the exam a title.")
    if not 0 < schedule.full_marks <= 999:
        fields["full_marks"] = N_("Full marks lie between 1 and 999.")
    if not 0 < schedule.pass_mark <= schedule.full_marks:
        fields["pass_mark"] = N_("The pass mark cannot be more than the full marks.")
    if not 10 <= schedule.duration_minutes <= 480:
        fields["duration_minutes"] = N_("An exam lasts between 10 minutes and 8 hours.")
    if clock.local(schedule.starts_at).date() < classes.get_class(class_id).starts_on:
        fields["starts_at"] = N_("The exam cannot be before the class begins.")
    first = find_exam(class_id, 1) if attempt_no > 1 else None
    if first is not None and schedule.starts_at <= first.starts_at:
        fields["starts_at"] = N_("A re-sit comes after the exam.")
    if schedule.lesson_id is not None and classes.get_lesson(schedule.lesson_id).class_id != class_id:
        fields["lesson_id"] = N_("This lesson belongs to another class.")
    if fields:
        raise InvalidInput(fields=fields)


def _sentence(exam: Exam) -> str:
    at = clock.local(exam.starts_at)
    return (
        f"{exam.title}, {at:%Y-%m-%d %H:%M}, {exam.place}, {score_text(exam.full_marks)}/{score_text(exam.pass_mark)}"
    )
