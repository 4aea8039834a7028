"""The score grid: who is in an exam, and what each of the three entries says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from training_app.classes import api as classes
from training_app.classes.api import EnrollmentInfo
from training_app.core.db import db
from training_app.exams import rules
from training_app.exams.admission_rules import cell_for
from training_app.exams.models import EntryDuty, ScoreEntry
from training_app.exams.queries.admission import ADMITTED, AdmissionInfo, admissions_of, standings_of
from training_app.exams.queries.published import ExamInfo, find_exam, marks_of, published_scores
from training_app.exams.rules import EMPTY, FIRST, SECOND, SETTLING, Cell, Progress


@dataclass(frozen=True)
class GridRow:
    """One line of an entry. ``check`` is '' while nothing may be said: see ``grid``."""

    number: int
    enrollment_id: int
    name: str
    unit_name: str
    group_name: str
    cell: Cell
    other_entered: bool
    check: str
    locked: bool
    admission: AdmissionInfo = ADMITTED


@dataclass(frozen=True)
class Grid:
    """One entry of an exam as its own person sees it."""

    exam: ExamInfo
    entry_no: int
    rows: tuple[GridRow, ...]
    progress: Progress
    submitted_at: datetime | None
    saved_at: datetime | None
    other_account_id: int | None
    other_submitted_at: datetime | None


@dataclass(frozen=True)
class Difference:
    """Two entries that disagree, and what a third person decided."""

    enrollment_id: int
    name: str
    unit_name: str
    first: Cell
    second: Cell
    first_changes: int
    second_changes: int
    decided: Cell
    reason: str
    decided_by_id: int | None
    decided_at: datetime | None


@dataclass(frozen=True)
class ExamProgress:
    """Both entries of an exam together."""

    total: int
    first: Progress
    second: Progress
    open_differences: int
    differences: int
    final: Mapping[int, Cell]

    @property
    def without_score(self) -> int:
        """People for whom nothing is decided yet."""
        return self.total - len(self.final)


@dataclass(frozen=True)
class MarkRow:
    """One person's marks."""

    number: int
    enrollment_id: int
    name: str
    unit_name: str
    group_name: str
    reflection: Decimal | None
    conduct: Decimal | None


def people_of(exam: ExamInfo) -> list[EnrollmentInfo]:
    """Who sits an exam: the class, or for a re-sit those who failed or missed the exam."""
    people = classes.list_enrollments(exam.class_id)
    if exam.attempt_no == 1:
        return people
    first = find_exam(exam.class_id, 1)
    if first is None:
        return []
    scores = published_scores(first.id)
    return [
        person for person in people if person.id in scores and rules.may_resit(scores[person.id].cell, first.pass_mark)
    ]


def resit_people(class_id: int) -> list[EnrollmentInfo]:
    """Who may sit the re-sit of a class, as the published exam stands; nobody before it is published."""
    first = find_exam(class_id, 1)
    if first is None or first.state != "published":
        return []
    scores = published_scores(first.id)
    return [
        person
        for person in classes.list_enrollments(class_id)
        if person.id in scores and rules.may_resit(scores[person.id].cell, first.pass_mark)
    ]


def holder_of(exam: ExamInfo, entry_no: int) -> int | None:
    """Whose the first or second entry is."""
    return {FIRST: exam.first_account_id, SECOND: exam.second_account_id}.get(entry_no)


def submitted_at(exam: ExamInfo, entry_no: int) -> datetime | None:
    """When the first or second entry was handed in."""
    return {FIRST: exam.first_submitted_at, SECOND: exam.second_submitted_at}.get(entry_no)


def duty_of(exam_id: int, account_id: int) -> int | None:
    """Which of the three entries an account does, or did, in an exam."""
    return db.session.scalar(
        select(EntryDuty.entry_no).where(EntryDuty.exam_id == exam_id, EntryDuty.account_id == account_id)
    )


def cells_of(exam: ExamInfo, entry_no: int) -> dict[int, Cell]:
    """The latest value of each cell, of the entry's present person (of the settling: of anybody)."""
    newest = (
        select(func.max(ScoreEntry.id))
        .where(ScoreEntry.exam_id == exam.id, ScoreEntry.entry_no == entry_no)
        .group_by(ScoreEntry.enrollment_id)
    )
    if entry_no != SETTLING:
        holder = holder_of(exam, entry_no)
        if holder is None:
            return {}
        newest = newest.where(ScoreEntry.account_id == holder)
    found = db.session.execute(
        select(ScoreEntry.enrollment_id, ScoreEntry.score, ScoreEntry.code).where(ScoreEntry.id.in_(newest))
    )
    return {person: Cell(score, code) for person, score, code in found}


def counted_cells(exam: ExamInfo, entry_no: int) -> dict[int, Cell]:
    """The cells of an entry as they count: of people not admitted, nothing typed or 缺考 is what their admission says.

    So nobody types anything for them, and a score typed for one of them all the same is seen as a difference.
    """
    cells = cells_of(exam, entry_no)
    for person, standing in standings_of(exam.id).items():
        cells[person] = cell_for(cells.get(person, EMPTY), standing)
    return cells


def grid(exam: ExamInfo, entry_no: int) -> Grid:
    """One entry for the screen. The other entry's values are not in it, only whether there is one.

    Whether the two agree is said to the second person alone, and only of cells that both have filled: the first
    has nothing to compare with, and two people who correct themselves after each other are no longer two.
    """
    own, other_no = counted_cells(exam, entry_no), SECOND if entry_no == FIRST else FIRST
    other = counted_cells(exam, other_no)
    people = people_of(exam)
    admissions = admissions_of(exam.id)
    handed_in = submitted_at(exam, entry_no)
    rows = []
    for number, person in enumerate(people, 1):
        cell = own.get(person.id, EMPTY)
        rows.append(
            GridRow(
                number=number,
                enrollment_id=person.id,
                name=person.name,
                unit_name=person.unit_name,
                group_name=person.group_name,
                cell=cell,
                other_entered=not other.get(person.id, EMPTY).is_empty,
                check=_check(entry_no, cell, other.get(person.id, EMPTY)),
                admission=admissions.get(person.id, ADMITTED),
                locked=exam.state == "published" or (handed_in is not None and not cell.is_empty),
            )
        )
    return Grid(
        exam=exam,
        entry_no=entry_no,
        rows=tuple(rows),
        progress=_shown_progress(entry_no, [person.id for person in people], own, other),
        submitted_at=handed_in,
        saved_at=_saved_at(exam, entry_no),
        other_account_id=holder_of(exam, other_no),
        other_submitted_at=submitted_at(exam, other_no),
    )


def _check(entry_no: int, own: Cell, other: Cell) -> str:
    if own.is_empty:
        return "missing"
    if entry_no == FIRST:
        return "entered"
    return "waiting" if other.is_empty else rules.agreement(own, other)


def _shown_progress(entry_no: int, people: list[int], own: Mapping[int, Cell], other: Mapping[int, Cell]) -> Progress:
    return rules.progress(people, own, other if entry_no == SECOND else {})


def _saved_at(exam: ExamInfo, entry_no: int) -> datetime | None:
    holder = holder_of(exam, entry_no)
    return db.session.scalar(
        select(ScoreEntry.at)
        .where(ScoreEntry.exam_id == exam.id, ScoreEntry.entry_no == entry_no, ScoreEntry.account_id == holder)
        .order_by(ScoreEntry.id.desc())
        .limit(1)
    )


def exam_progress(exam: ExamInfo) -> ExamProgress:
    """How far both entries are, and what is decided so far."""
    people = [person.id for person in people_of(exam)]
    first, second = (counted_cells(exam, no) for no in (FIRST, SECOND))
    third = cells_of(exam, SETTLING)
    final, differences, unsettled = {}, 0, 0
    for person in people:
        pair = first.get(person, EMPTY), second.get(person, EMPTY)
        cell = rules.final_cell(*pair, third.get(person, EMPTY))
        if rules.agreement(*pair) == "differ":
            differences += 1
            unsettled += cell is None
        if cell is not None:
            final[person] = cell
    return ExamProgress(
        total=len(people),
        first=rules.progress(people, first, {}),
        second=rules.progress(people, second, first),
        open_differences=unsettled,
        differences=differences,
        final=final,
    )


def differences(exam: ExamInfo) -> list[Difference]:
    """Where the two entries disagree, side by side; only for when both are handed in."""
    first, second = counted_cells(exam, FIRST), counted_cells(exam, SECOND)
    decisions = {row.enrollment_id: row for row in _decisions(exam.id)}
    changes = _changes(exam)
    found = []
    for person in people_of(exam):
        pair = first.get(person.id, EMPTY), second.get(person.id, EMPTY)
        if rules.agreement(*pair) != "differ":
            continue
        decision = decisions.get(person.id)
        found.append(
            Difference(
                enrollment_id=person.id,
                name=person.name,
                unit_name=person.unit_name,
                first=pair[0],
                second=pair[1],
                first_changes=changes.get((person.id, FIRST), 1) - 1,
                second_changes=changes.get((person.id, SECOND), 1) - 1,
                decided=Cell(decision.score, decision.code) if decision else EMPTY,
                reason=decision.reason if decision else "",
                decided_by_id=decision.account_id if decision else None,
                decided_at=decision.at if decision else None,
            )
        )
    return found


def _decisions(exam_id: int) -> list[ScoreEntry]:
    return list(
        db.session.scalars(
            select(ScoreEntry)
            .where(ScoreEntry.exam_id == exam_id, ScoreEntry.entry_no == SETTLING)
            .order_by(ScoreEntry.id)
        )
    )


def _changes(exam: ExamInfo) -> dict[tuple[int, int], int]:
    """How many values were typed into each cell; who tries until it fits leaves a trace."""
    holders = (exam.first_account_id, exam.second_account_id)
    found = db.session.execute(
        select(ScoreEntry.enrollment_id, ScoreEntry.entry_no, func.count())
        .where(ScoreEntry.exam_id == exam.id, ScoreEntry.account_id.in_([h for h in holders if h is not None]))
        .group_by(ScoreEntry.enrollment_id, ScoreEntry.entry_no)
    )
    return {(person, entry_no): count for person, entry_no, count in found}


def mark_rows(class_id: int) -> list[MarkRow]:
    """The marks of a class, one line per person."""
    people = classes.list_enrollments(class_id)
    marks = marks_of([person.id for person in people])
    return [
        MarkRow(
            number=number,
            enrollment_id=person.id,
            name=person.name,
            unit_name=person.unit_name,
            group_name=person.group_name,
            reflection=marks.get(person.id, {}).get("reflection"),
            conduct=marks.get(person.id, {}).get("conduct"),
        )
        for number, person in enumerate(people, 1)
    ]
