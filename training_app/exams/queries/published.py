"""Published scores and marks, as other features and the trainees see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, func, select

from training_app.classes import api as classes
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.exams import rules
from training_app.exams.models import Exam, Mark, ScoreVersion
from training_app.exams.rules import Cell, Statistics


@dataclass(frozen=True)
class ExamInfo:
    """One exam of a class. ``state``: planned, entering, settled, published."""

    id: int
    class_id: int
    title: str
    attempt_no: int
    starts_at: datetime
    duration_minutes: int
    place: str
    mode: str
    state: str
    full_marks: Decimal
    pass_mark: Decimal
    lesson_id: int | None
    first_account_id: int | None
    second_account_id: int | None
    first_submitted_at: datetime | None
    second_submitted_at: datetime | None
    published_at: datetime | None
    published_by_id: int | None


@dataclass(frozen=True)
class ScoreInfo:
    """What one person has: published exam and re-sit, marks for reflection and conduct.

    A code is ``''``, ``absent``, ``misconduct`` or ``open`` (an import that says nothing).
    """

    enrollment_id: int
    exam_score: Decimal | None = None
    exam_code: str = ""
    resit_score: Decimal | None = None
    resit_code: str = ""
    reflection: Decimal | None = None
    conduct: Decimal | None = None


@dataclass(frozen=True)
class PublishedScore:
    """The version of a score that counts, and how it came about."""

    exam_id: int
    enrollment_id: int
    version: int
    cell: Cell
    source: str
    account_id: int | None
    at: datetime
    reason: str

    @property
    def is_corrected(self) -> bool:
        """Whether it was changed after publication (shown as 更正 with its date)."""
        return self.version > 1


def exam_info(exam: Exam) -> ExamInfo:
    """The values of a stored exam."""
    return ExamInfo(**{name: getattr(exam, name) for name in ExamInfo.__dataclass_fields__})


def get_exam(exam_id: int) -> ExamInfo:
    """One exam.

    Raises:
        NotFound: there is none.
    """
    exam = db.session.get(Exam, exam_id, populate_existing=True)
    if exam is None:
        raise NotFound
    return exam_info(exam)


def exams_of_class(class_id: int) -> list[ExamInfo]:
    """The exam of a class and its re-sit, in that order."""
    found = db.session.scalars(
        select(Exam)
        .where(Exam.class_id == class_id)
        .order_by(Exam.attempt_no)
        .execution_options(populate_existing=True)
    )
    return [exam_info(exam) for exam in found]


def find_exam(class_id: int, attempt_no: int) -> ExamInfo | None:
    """A class's exam (1) or re-sit (2), if it is scheduled."""
    return next((exam for exam in exams_of_class(class_id) if exam.attempt_no == attempt_no), None)


def published_scores(exam_id: int) -> dict[int, PublishedScore]:
    """By enrollment, the version of each published score that counts."""
    newest = (
        select(ScoreVersion.enrollment_id, func.max(ScoreVersion.version).label("version"))
        .where(ScoreVersion.exam_id == exam_id)
        .group_by(ScoreVersion.enrollment_id)
        .subquery()
    )
    found = db.session.execute(
        select(*_VERSION)
        .join(
            newest,
            and_(ScoreVersion.enrollment_id == newest.c.enrollment_id, ScoreVersion.version == newest.c.version),
        )
        .where(ScoreVersion.exam_id == exam_id)
    )
    return {score.enrollment_id: score for score in (_published(row) for row in found)}


def history_of_score(exam_id: int, enrollment_id: int) -> list[PublishedScore]:
    """Every version of one published score, the first one first."""
    found = db.session.execute(
        select(*_VERSION)
        .where(ScoreVersion.exam_id == exam_id, ScoreVersion.enrollment_id == enrollment_id)
        .order_by(ScoreVersion.version)
    )
    return [_published(row) for row in found]


_VERSION = (
    ScoreVersion.exam_id,
    ScoreVersion.enrollment_id,
    ScoreVersion.version,
    ScoreVersion.score,
    ScoreVersion.code,
    ScoreVersion.source,
    ScoreVersion.account_id,
    ScoreVersion.at,
    ScoreVersion.reason,
)


def _published(row: tuple[int, int, int, Decimal | None, str, str, int | None, datetime, str]) -> PublishedScore:
    exam_id, enrollment_id, version, score, code, source, account_id, at, reason = row
    return PublishedScore(exam_id, enrollment_id, version, Cell(score, code), source, account_id, at, reason)


def statistics_of_exam(exam_id: int) -> Statistics:
    """The published scores of an exam in numbers; all zero before publication."""
    exam = get_exam(exam_id)
    cells = [score.cell for score in published_scores(exam_id).values()]
    return rules.statistics(cells, full_marks=exam.full_marks, pass_mark=exam.pass_mark)


def marks_of(enrollment_ids: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """By enrollment, the mark of each kind that counts."""
    marks: dict[int, dict[str, Decimal]] = defaultdict(dict)
    found = db.session.execute(
        select(Mark.enrollment_id, Mark.kind, Mark.score)
        .where(Mark.enrollment_id.in_(enrollment_ids))
        .order_by(Mark.version)
    )
    for enrollment_id, kind, score in found:
        marks[enrollment_id][kind] = score
    return dict(marks)


def versions_of_marks(enrollment_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """The number of the newest version of each mark."""
    found = db.session.execute(
        select(Mark.enrollment_id, Mark.kind, func.max(Mark.version))
        .where(Mark.enrollment_id.in_(enrollment_ids))
        .group_by(Mark.enrollment_id, Mark.kind)
    )
    return {(enrollment_id, kind): version for enrollment_id, kind, version in found}


def scores_of_class(class_id: int) -> dict[int, ScoreInfo]:
    """By enrollment: published scores of exam and re-sit, and the marks; people without any are not in it."""
    exams = {exam.attempt_no: exam for exam in exams_of_class(class_id) if exam.state == "published"}
    scores = {no: published_scores(exam.id) for no, exam in exams.items()}
    people = {info.id for info in classes.list_enrollments(class_id, None)}
    people.update(*scores.values())
    marks = marks_of(people)
    found = {}
    for person in sorted(people):
        first = scores.get(1, {}).get(person)
        resit = scores.get(2, {}).get(person)
        own = marks.get(person, {})
        if first is None and resit is None and not own:
            continue
        found[person] = ScoreInfo(
            enrollment_id=person,
            exam_score=first.cell.score if first else None,
            exam_code=first.cell.code if first else "",
            resit_score=resit.cell.score if resit else None,
            resit_code=resit.cell.code if resit else "",
            reflection=own.get("reflection"),
            conduct=own.get("conduct"),
        )
    return found
