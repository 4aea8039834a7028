"""The training statement as JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from training_app.cadres import api as cadres
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import InvalidInput, NotFound
from training_app.core.text import N_
from training_app.results.permissions import RESULTS
from training_app.results.queries.statement import training_statement
from training_app.results.values import Source, Statement, StatementClass
from training_app.web.access import requires
from training_app.web.json import api

bp = Blueprint("results_rest", __name__, url_prefix="/api/v1")


class SourceModel(BaseModel):
    """Where a figure comes from."""

    kind: str
    label: str
    count: int
    hours: float
    ids: list[int]
    last_on: date | None


class FigureModel(BaseModel):
    """A figure with its sources."""

    value: float
    sources: list[SourceModel]


class RequirementModel(BaseModel):
    """What is asked, what stands, and whether that is enough."""

    rule: str
    years: int
    hours: float
    days: int
    from_: date = Field(serialization_alias="from")
    to: date
    counted_hours: float
    counted_days: int
    met: bool
    missing_hours: float
    online_hours: float
    online_met: bool
    online_missing_hours: float


class ClassModel(BaseModel):
    """A class, or training elsewhere."""

    title: str
    kind: str
    starts_on: date
    ends_on: date
    hours: float
    class_id: int | None
    class_code: str
    enrollment_id: int | None
    status: str
    organiser: str
    lessons_attended: int
    lessons_due: int
    exam_score: float | None
    resit_score: float | None
    total: float | None
    grade: str
    completed: bool | None
    reason: str
    certificate_number: str
    ledger_numbers: list[str]


class StatementModel(BaseModel):
    """A person's training statement of a year."""

    cadre_id: int
    name: str
    unit: str
    unit_and_post: str
    post_level: str
    rank: str
    year: int
    hours: dict[str, float]
    days: int
    requirement: RequirementModel
    figures: dict[str, FigureModel]
    classes: list[ClassModel]
    sources: list[SourceModel]


@bp.get("/cadres/<int:cadre_id>/training")
@requires(RESULTS["own"])
@api(
    "The training statement of a cadre for a year, every figure with its source",
    answer=StatementModel,
    statuses=(200, 404, 422),
)
def training(cadre_id: int) -> ResponseReturnValue:
    """The statement, of oneself or of somebody within reach."""
    if not _may_see(cadre_id):
        raise NotFound
    return jsonify(_shown(training_statement(cadre_id, _year())).model_dump(mode="json", by_alias=True))


def _may_see(cadre_id: int) -> bool:
    actor = current_actor()
    own = None if actor.account_id is None else cadres.find_cadre_by_account(actor.account_id)
    if own is not None and own.id == cadre_id:
        return True
    if not RESULTS["view"].held_by(actor):
        return False
    visible = cadres.cadre_ids_visible_to(actor)
    return visible is None or cadre_id in visible


def _year() -> int:
    text = request.args.get("year", "")
    if not text:
        return clock.today().year
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 1990 <= int(text) <= 2100):
        raise InvalidInput(fields={"year": N_("A year has four digits.")})
    return int(text)


def _score(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _hours(value: Decimal) -> float:
    return float(value)


def _source(source: Source) -> SourceModel:
    return SourceModel(
        kind=source.kind,
        label=source.label,
        count=source.count,
        hours=_hours(source.hours),
        ids=list(source.ids),
        last_on=source.last_on,
    )


def _class(each: StatementClass) -> ClassModel:
    return ClassModel(
        title=each.title,
        kind=each.kind,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        hours=_hours(each.hours),
        class_id=each.class_id,
        class_code=each.class_code,
        enrollment_id=each.enrollment_id,
        status=each.status,
        organiser=each.organiser,
        lessons_attended=each.lessons_attended,
        lessons_due=each.lessons_due,
        exam_score=_score(each.exam_score),
        resit_score=_score(each.resit_score),
        total=_score(each.total),
        grade=each.grade,
        completed=each.completed,
        reason=each.reason,
        certificate_number=each.certificate_number,
        ledger_numbers=list(each.ledger_numbers),
    )


def _shown(statement: Statement) -> StatementModel:
    hours = statement.hours
    requirement = statement.requirement
    return StatementModel(
        cadre_id=statement.cadre_id,
        name=statement.name,
        unit=statement.unit_name,
        unit_and_post=statement.unit_and_post,
        post_level=statement.post_level,
        rank=statement.rank,
        year=statement.year,
        hours={
            "group": _hours(hours.group),
            "external": _hours(hours.external),
            "online": _hours(hours.online),
            "lecturing": _hours(hours.lecturing),
        },
        days=statement.days,
        requirement=RequirementModel(
            rule=requirement.rule,
            years=requirement.years,
            hours=_hours(requirement.hours),
            days=requirement.days,
            from_=statement.period[0],
            to=statement.period[1],
            counted_hours=_hours(statement.counted),
            counted_days=statement.counted_days,
            met=statement.met,
            missing_hours=_hours(statement.missing),
            online_hours=_hours(statement.online_requirement.hours),
            online_met=statement.online_met,
            online_missing_hours=_hours(statement.online_missing),
        ),
        figures={
            figure.key: FigureModel(value=_hours(figure.value), sources=[_source(s) for s in figure.sources])
            for figure in statement.figures
        },
        classes=[_class(each) for each in statement.classes],
        sources=[_source(source) for source in statement.sources],
    )
