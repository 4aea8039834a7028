"""The score grid and the exams for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.exams import labels, rules
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview, published
from training_app.exams.queries.grids import Grid, GridRow
from training_app.exams.queries.published import ExamInfo
from training_app.exams.services import entering
from training_app.exams.services.entering import CellOutcome
from training_app.exams.services.marks import KINDS, store_marks
from training_app.web.access import requires
from training_app.web.json import Body, api, json_body, json_page
from training_app.web.lists import list_query

bp = Blueprint("exams_rest", __name__, url_prefix="/api/v1/exams")
_MOST_CELLS = 2000


class CellBody(Body):
    """One typed cell; an empty value empties it."""

    enrollment_id: int
    value: str = Field(max_length=40)


class CellsBody(Body):
    """Cells of one entry, in the order they were typed."""

    cells: list[CellBody] = Field(min_length=1, max_length=_MOST_CELLS)


class MarkBody(Body):
    """One typed mark."""

    enrollment_id: int
    kind: Literal["reflection", "conduct"]
    value: str = Field(max_length=40)


class MarksBody(Body):
    """Marks of one class."""

    cells: list[MarkBody] = Field(min_length=1, max_length=_MOST_CELLS)


class CellAnswer(BaseModel):
    """What became of a cell: ``saved``, ``unchanged`` or ``refused`` with code and message."""

    enrollment_id: int
    kind: str | None = None
    outcome: str
    value: str
    check: str | None = None
    check_word: str | None = None
    code: str | None = None
    message: str | None = None


class ProgressAnswer(BaseModel):
    """How far an entry is; agree and differ are said to the second person only."""

    total: int
    entered: int
    agree: int
    differ: int
    missing: int


class SavedAnswer(BaseModel):
    """The answer to saving cells."""

    saved_at: str
    cells: list[CellAnswer]
    progress: ProgressAnswer | None = None


class EntryAnswer(BaseModel):
    """One's own entry. The other entry's values are never in it."""

    exam_id: int
    entry_no: int
    submitted_at: str | None
    rows: list[CellAnswer]
    progress: ProgressAnswer


class ExamAnswer(BaseModel):
    """One exam."""

    id: int
    class_id: int
    title: str
    attempt_no: int
    starts_at: str
    duration_minutes: int
    place: str
    state: str
    full_marks: str
    pass_mark: str
    first_submitted: bool
    second_submitted: bool
    published_at: str | None


class ScoreAnswer(BaseModel):
    """One published score."""

    enrollment_id: int
    name: str
    unit_name: str
    score: str
    code: str
    passed: bool
    version: int
    corrected_at: str | None


class ScoresAnswer(BaseModel):
    """The published scores of an exam."""

    items: list[ScoreAnswer]
    total: int
    next: str | None = None


class BarAnswer(BaseModel):
    """People from ``low`` up to ``high`` per cent of the full marks."""

    low: int
    high: int
    count: int


class StatisticsAnswer(BaseModel):
    """A published exam in numbers; decimals as text."""

    expected: int
    sat: int
    absent: int
    misconduct: int
    deferred: int
    excluded: int
    open: int
    passed: int
    mean: str | None
    deviation: str | None
    highest: str | None
    lowest: str | None
    pass_rate: str | None
    bands: list[BarAnswer]
    histogram: list[BarAnswer]


@bp.get("")
@requires(EXAMS["view"])
@api("Exams within reach", statuses=(200, 401, 403))
def index() -> ResponseReturnValue:
    """List the exams."""
    query = list_query(sortable=overview.SORTABLE, default="starts_at", filters=("state",), descending=True)
    page = overview.list_exam_infos_visible_to(current_actor(), query)
    return json_page(page, lambda exam: _exam(exam).model_dump())


@bp.get("/<int:exam_id>")
@requires(EXAMS["view"])
@api("One exam", answer=ExamAnswer, statuses=(200, 401, 403, 404))
def show(exam_id: int) -> ResponseReturnValue:
    """One exam."""
    return jsonify(_exam(overview.exam_visible_to(current_actor(), exam_id)).model_dump())


@bp.get("/<int:exam_id>/scores")
@requires(EXAMS["view"])
@api("Published scores of an exam", answer=ScoresAnswer, statuses=(200, 401, 403, 404))
def scores(exam_id: int) -> ResponseReturnValue:
    """The published scores; none before publication."""
    exam = overview.exam_visible_to(current_actor(), exam_id)
    items = [
        ScoreAnswer(
            enrollment_id=row.enrollment_id,
            name=row.name,
            unit_name=row.unit_name,
            score=rules.score_text(row.score.cell.score),
            code=row.score.cell.code,
            passed=row.passed,
            version=row.score.version,
            corrected_at=_iso(row.score.at) if row.score.is_corrected else None,
        )
        for row in overview.score_rows(exam)
    ]
    return jsonify(ScoresAnswer(items=items, total=len(items)).model_dump())


@bp.get("/<int:exam_id>/statistics")
@requires(EXAMS["view"])
@api("A published exam in numbers", answer=StatisticsAnswer, statuses=(200, 401, 403, 404))
def statistics(exam_id: int) -> ResponseReturnValue:
    """Mean, deviation, extremes, pass rate, bands."""
    overview.exam_visible_to(current_actor(), exam_id)
    found = published.statistics_of_exam(exam_id)
    text = {
        name: None if getattr(found, name) is None else rules.score_text(getattr(found, name))
        for name in ("mean", "deviation", "highest", "lowest", "pass_rate")
    }
    counts = {
        name: getattr(found, name)
        for name in ("expected", "sat", "absent", "misconduct", "deferred", "excluded", "open", "passed")
    }
    bars = {
        name: [BarAnswer(low=bar.low, high=bar.high, count=bar.count) for bar in getattr(found, name)]
        for name in ("bands", "histogram")
    }
    return jsonify(StatisticsAnswer(**counts, **text, **bars).model_dump())


@bp.get("/<int:exam_id>/entries/<int:entry_no>")
@requires(EXAMS["enter"])
@api("One's own entry of an exam's scores", answer=EntryAnswer, statuses=(200, 401, 403, 404))
def entry(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """The cells of one's own entry."""
    exam = _own(exam_id, entry_no)
    grid = grids.grid(exam, entry_no)
    answer = EntryAnswer(
        exam_id=exam_id,
        entry_no=entry_no,
        submitted_at=_iso(grid.submitted_at),
        rows=[_row(row) for row in grid.rows],
        progress=_progress(grid),
    )
    return jsonify(answer.model_dump(exclude_none=True))


@bp.put("/<int:exam_id>/entries/<int:entry_no>")
@requires(EXAMS["enter"])
@api(
    "Save cells of one's own entry; the same value again changes nothing",
    body=CellsBody,
    answer=SavedAnswer,
    statuses=(200, 400, 401, 403, 404, 409, 415, 422),
)
def save(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """Save cells; each is judged for itself, so one bad one holds up no other."""
    body = json_body(CellsBody)
    exam = _own(exam_id, entry_no)
    saved = entering.store_cells(exam_id, entry_no, [(each.enrollment_id, each.value) for each in body.cells])
    grid = grids.grid(published.get_exam(exam.id), entry_no)
    rows = {row.enrollment_id: row for row in grid.rows}
    answer = SavedAnswer(
        saved_at=_iso(saved.at) or "",
        cells=[_outcome(each, rows.get(each.enrollment_id)) for each in saved.outcomes],
        progress=_progress(grid),
    )
    return jsonify(answer.model_dump(exclude_none=True))


@bp.post("/<int:exam_id>/entries/<int:entry_no>/submit")
@requires(EXAMS["enter"])
@api("Hand in one's own entry", answer=ExamAnswer, statuses=(200, 401, 403, 404, 422))
def submit(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """Hand in one's own entry; refused while cells are empty."""
    _own(exam_id, entry_no)
    entering.submit_entry(exam_id, entry_no)
    return jsonify(_exam(published.get_exam(exam_id)).model_dump())


@bp.put("/classes/<int:class_id>/marks")
@requires(EXAMS["enter"])
@api(
    "Save marks for reflection and conduct",
    body=MarksBody,
    answer=SavedAnswer,
    statuses=(200, 400, 401, 403, 404, 415, 422),
)
def save_marks(class_id: int) -> ResponseReturnValue:
    """Save marks; each is judged for itself."""
    body = json_body(MarksBody)
    overview.class_within_reach(current_actor(), class_id, "enter")
    outcomes = store_marks(class_id, [(each.enrollment_id, each.kind, each.value) for each in body.cells])
    people = classes.list_enrollments(class_id)
    rows = grids.mark_rows(class_id)
    filled = sum(getattr(row, kind) is not None for row in rows for kind in KINDS)
    total = len(people) * len(KINDS)
    answer = SavedAnswer(
        saved_at=_iso(clock.now()) or "",
        cells=[_outcome(each, None, kind=kind) for kind, each in outcomes],
        progress=ProgressAnswer(total=total, entered=filled, agree=0, differ=0, missing=total - filled),
    )
    return jsonify(answer.model_dump(exclude_none=True))


def _own(exam_id: int, entry_no: int) -> ExamInfo:
    exam = overview.exam_visible_to(current_actor(), exam_id, "enter")
    entering.check_own_entry(exam, entry_no)
    return exam


def _outcome(each: CellOutcome, row: GridRow | None, *, kind: str | None = None) -> CellAnswer:
    return CellAnswer(
        enrollment_id=each.enrollment_id,
        kind=kind,
        outcome=each.outcome,
        value=labels.typed(each.cell),
        check=row.check if row else None,
        check_word=labels.check_word(row.check) if row else None,
        code=each.problem.code if each.problem else None,
        message=_(each.problem.message, **each.problem.params) if each.problem else None,
    )


def _row(row: GridRow) -> CellAnswer:
    return CellAnswer(
        enrollment_id=row.enrollment_id,
        outcome="locked" if row.locked else "open",
        value=labels.typed(row.cell),
        check=row.check,
        check_word=labels.check_word(row.check),
    )


def _progress(grid: Grid) -> ProgressAnswer:
    found = grid.progress
    return ProgressAnswer(
        total=found.total, entered=found.entered, agree=found.agree, differ=found.differ, missing=found.missing
    )


def _exam(exam: ExamInfo) -> ExamAnswer:
    return ExamAnswer(
        id=exam.id,
        class_id=exam.class_id,
        title=exam.title,
        attempt_no=exam.attempt_no,
        starts_at=_iso(exam.starts_at) or "",
        duration_minutes=exam.duration_minutes,
        place=exam.place,
        state=exam.state,
        full_marks=rules.score_text(exam.full_marks),
        pass_mark=rules.score_text(exam.pass_mark),
        first_submitted=exam.first_submitted_at is not None,
        second_submitted=exam.second_submitted_at is not None,
        published_at=_iso(exam.published_at),
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
