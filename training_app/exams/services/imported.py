"""Taking in scores that were decided before this program kept them (成绩登记表, 党员培训登记表)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams.events import ExamScheduled, MarksEntered, ScoreChanged, ScoresPublished
from training_app.exams.models import Exam, Mark, ScoreEntry, ScoreVersion
from training_app.exams.queries.published import PublishedScore, marks_of, published_scores, versions_of_marks
from training_app.exams.rules import OPEN, Cell, grid_digest

EXAM_TITLE = "结业考试"
RESIT_TITLE = "补考"
IMPORTED_AGAIN = "重新导入"
MOST_MARKS = Decimal(110)  # counties give a bonus on reflection and conduct; an exam has its full marks


@dataclass(frozen=True)
class ImportedScore:
    """One person's line. A code is ``''``, ``absent`` or ``misconduct``; neither score nor code means open.

    A re-sit without score and code did not take place; a mark that is None is not in the file.
    """

    enrollment_id: int
    score: Decimal | None = None
    code: str = ""
    resit_score: Decimal | None = None
    resit_code: str = ""
    reflection: Decimal | None = None
    conduct: Decimal | None = None


@dataclass(frozen=True)
class StoredRow:
    """What became of one line: ``created``, ``updated`` or ``unchanged``; ``rows`` are (table, id) it made."""

    enrollment_id: int
    outcome: str
    rows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class StoredScores:
    """What an import of scores did."""

    exam_id: int | None
    resit_exam_id: int | None
    rows: tuple[StoredRow, ...] = ()

    @property
    def created(self) -> int:
        """Lines of people who had nothing yet."""
        return self._count("created")

    @property
    def updated(self) -> int:
        """Lines that changed or added something to what a person had."""
        return self._count("updated")

    @property
    def unchanged(self) -> int:
        """Lines that said what was known."""
        return self._count("unchanged")

    def _count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


@dataclass
class _Work:
    """What is gathered per person while the three tables are written."""

    had: set[int] = field(default_factory=set)
    made: dict[int, list[ScoreVersion | Mark]] = field(default_factory=dict)

    def add(self, person: int, row: ScoreVersion | Mark) -> None:
        self.made.setdefault(person, []).append(row)
        db.session.add(row)


@command
def store_imported(
    class_id: int,
    rows: Sequence[ImportedScore],
    *,
    title: str = "",
    starts_at: datetime | None = None,
    full_marks: Decimal = Decimal(100),
    pass_mark: Decimal = Decimal(60),
) -> StoredScores:
    """Store a class's scores as published: exam, re-sit where a line has one, marks.

    Imported again, a line that says the same changes nothing; one that says something else adds a version with
    source ``import``. What was entered twice by people here is never overwritten by a file. With no score or code
    in any line no exam is made (classes that have marks only). ``starts_at`` is the class's exam lesson, or 15:00
    of its last day, when not given.

    Raises:
        InvalidInput: a line names somebody of another class, twice, or a score beyond the full marks.
        Conflict: scores of this exam are being entered here, or were.
    """
    serialise(f"exams:{class_id}")
    klass = classes.get_class(class_id)
    _check_lines(class_id, rows, full_marks=full_marks)
    work = _Work()
    examined = [row for row in rows if row.score is not None or row.code]
    first = resit = None
    if examined:
        first = _imported_exam(
            class_id, 1, title=title or f"{klass.name}{EXAM_TITLE}", starts_at=starts_at, marks=(full_marks, pass_mark)
        )
        _store(work, first, {row.enrollment_id: _cell(row.score, row.code) for row in rows})
    again = {row.enrollment_id: Cell(row.resit_score, row.resit_code) for row in rows}
    again = {person: cell for person, cell in again.items() if not cell.is_empty}
    if again and first is not None:
        resit = _imported_exam(
            class_id, 2, title=f"{title or klass.name}{RESIT_TITLE}", starts_at=starts_at, marks=(full_marks, pass_mark)
        )
        _store(work, resit, again)
    _store_marks(work, class_id, rows)
    db.session.flush()
    return StoredScores(
        exam_id=first.id if first else None,
        resit_exam_id=resit.id if resit else None,
        rows=tuple(_outcome(work, row.enrollment_id) for row in rows),
    )


def _check_lines(class_id: int, rows: Sequence[ImportedScore], *, full_marks: Decimal) -> None:
    people = {info.id for info in classes.list_enrollments(class_id, None)}
    seen: set[int] = set()
    for row in rows:
        if row.enrollment_id not in people or row.enrollment_id in seen:
            raise InvalidInput(
                N_("A line names somebody who is not in this class, or a person twice."), code="not_enrolled"
            )
        seen.add(row.enrollment_id)
        limits = (
            (row.score, full_marks),
            (row.resit_score, full_marks),
            (row.reflection, MOST_MARKS),
            (row.conduct, MOST_MARKS),
        )
        if any(value is not None and not 0 <= value <= limit for value, limit in limits):
            raise InvalidInput(N_("A score lies outside the marks there are."), code="score_out_of_range")


def _cell(score: Decimal | None, code: str) -> Cell:
    if code:
        return Cell(code=code)
    return Cell(code=OPEN) if score is None else Cell(score=score)


def _imported_exam(
    class_id: int, attempt_no: int, *, title: str, starts_at: datetime | None, marks: tuple[Decimal, Decimal]
) -> Exam:
    """The class's exam, made if there is none.

    Raises:
        Conflict: people have begun to enter its scores here.
    """
    exam = db.session.scalar(
        select(Exam).where(Exam.class_id == class_id, Exam.attempt_no == attempt_no).with_for_update()
    )
    if exam is None:
        lesson_id, found_at = _when(class_id)
        exam = Exam(
            class_id=class_id,
            lesson_id=lesson_id if attempt_no == 1 else None,
            title=title,
            mode="closed_book",
            attempt_no=attempt_no,
            starts_at=starts_at or found_at,
            full_marks=marks[0],
            pass_mark=marks[1],
            state="planned",
        )
        db.session.add(exam)
        db.session.flush()
        publish(
            ExamScheduled(
                exam_id=exam.id, class_id=class_id, title=title, attempt_no=attempt_no, starts_at=exam.starts_at
            )
        )
    entered_here = db.session.scalar(select(ScoreEntry.id).where(ScoreEntry.exam_id == exam.id).limit(1))
    if exam.state not in ("planned", "published") or entered_here is not None:
        raise Conflict(
            N_("The scores of this exam are entered here twice; a file cannot overwrite them."), code="entered_here"
        )
    return exam


def _when(class_id: int) -> tuple[int | None, datetime]:
    lessons = [
        lesson for lesson in classes.list_lessons(class_id) if lesson.kind == "exam" and lesson.state != "cancelled"
    ]
    if lessons:
        return lessons[-1].id, lessons[-1].starts_at
    return None, clock.at_local(classes.get_class(class_id).ends_on, 15)


def _store(work: _Work, exam: Exam, cells: dict[int, Cell]) -> None:
    known = published_scores(exam.id)
    work.had.update(person for person in cells if person in known)
    now, account = clock.now(), current_actor().account_id
    # A blank in a file says nothing against what is known.
    cells = {p: known[p].cell if p in known and cell.code == OPEN else cell for p, cell in cells.items()}
    changed = {person: cell for person, cell in cells.items() if person not in known or known[person].cell != cell}
    for person, cell in changed.items():
        before = known.get(person)
        work.add(person, _version(exam, person, cell, before=before, at=now, account_id=account))
    if exam.state == "planned":
        exam.state, exam.published_at, exam.published_by_id = "published", now, account
    new = {person: cell for person, cell in changed.items() if person not in known}
    if new:
        publish(ScoresPublished(exam_id=exam.id, class_id=exam.class_id, count=len(new), digest=grid_digest(cells)))
    for person, cell in changed.items():
        if person in known:
            publish(
                ScoreChanged(
                    exam_id=exam.id,
                    class_id=exam.class_id,
                    enrollment_id=person,
                    old=known[person].cell.text,
                    new=cell.text,
                    reason=IMPORTED_AGAIN,
                )
            )


def _version(
    exam: Exam, person: int, cell: Cell, *, before: PublishedScore | None, at: datetime, account_id: int | None
) -> ScoreVersion:
    return ScoreVersion(
        exam_id=exam.id,
        enrollment_id=person,
        version=before.version + 1 if before else 1,
        score=cell.score,
        code=cell.code,
        source="import",
        account_id=account_id,
        at=at,
        reason=IMPORTED_AGAIN if before else "",
    )


def _store_marks(work: _Work, class_id: int, rows: Sequence[ImportedScore]) -> None:
    people = [row.enrollment_id for row in rows]
    known, versions = marks_of(people), versions_of_marks(people)
    now, account, count = clock.now(), current_actor().account_id, 0
    for row in rows:
        for kind, score in (("reflection", row.reflection), ("conduct", row.conduct)):
            before = known.get(row.enrollment_id, {}).get(kind)
            if before is not None:
                work.had.add(row.enrollment_id)
            if score is None or score == before:
                continue
            version = versions.get((row.enrollment_id, kind), 0) + 1
            work.add(
                row.enrollment_id,
                Mark(
                    enrollment_id=row.enrollment_id,
                    kind=kind,
                    version=version,
                    score=score,
                    account_id=account,
                    at=now,
                    note="" if before is None else IMPORTED_AGAIN,
                ),
            )
            count += 1
    if count:
        publish(MarksEntered(class_id=class_id, count=count))


def _outcome(work: _Work, person: int) -> StoredRow:
    made = work.made.get(person, [])
    outcome = "unchanged" if not made else "updated" if person in work.had else "created"
    return StoredRow(person, outcome, tuple((row.__tablename__, row.id) for row in made))
