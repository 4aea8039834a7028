"""The annual plan as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from training_app.classes.models import Enrollment, PlanLine, Program, SeatAllotment, TrainingClass
from training_app.classes.queries.filters import number
from training_app.classes.rules import SEAT_HOLDING, TAKING_PART
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page

SORTABLE = ("starts_on", "code", "name", "program", "seats", "hours")


@dataclass(frozen=True)
class PlanRow:
    """A line of the plan, and what has become of it."""

    id: int
    year: int
    code: str
    name: str
    program_id: int
    program: str
    audience: str
    seats: int
    days: int
    credit_hours: Decimal
    starts_on: date
    ends_on: date
    venue: str
    host: str
    organiser: str
    note: str
    for_party_members: bool
    class_id: int | None
    state: str
    """State of the class, ``planned`` when none has been opened."""
    allotted: int
    """Seats divided among units."""
    holding: int
    """People nominated or taken in."""
    taken_in: int


@dataclass(frozen=True)
class PlanTotals:
    """The plan of a year against what was done."""

    lines: int
    opened: int
    finished: int
    seats: int
    taken_in: int
    hours: Decimal


@dataclass(frozen=True)
class ProgramInfo:
    """A program and how many classes it has had."""

    id: int
    name: str
    category: str
    for_party_members: bool
    classes: int


_ALLOTTED = (
    select(func.coalesce(func.sum(SeatAllotment.seats), 0))
    .where(SeatAllotment.plan_line_id == PlanLine.id)
    .correlate(PlanLine)
    .scalar_subquery()
)


def _people(statuses: Sequence[str]) -> Any:
    return (
        select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.class_id == TrainingClass.id, Enrollment.status.in_(statuses))
        .correlate(TrainingClass)
        .scalar_subquery()
    )


def _select() -> Select[Any]:
    return (
        select(
            PlanLine,
            Program.name.label("program"),
            Program.for_party_members,
            TrainingClass.id.label("class_id"),
            func.coalesce(TrainingClass.state, "planned").label("state"),
            _ALLOTTED.label("allotted"),
            _people(SEAT_HOLDING).label("holding"),
            _people(TAKING_PART).label("taken_in"),
        )
        .join(Program, Program.id == PlanLine.program_id)
        .join(TrainingClass, TrainingClass.plan_line_id == PlanLine.id, isouter=True)
    )


def page_of_plan(query: ListQuery, *, everything: bool = False) -> Page[PlanRow]:
    """Lines of the plan that fit what is asked for."""
    conditions = _conditions(query)
    joined = (
        select(func.count())
        .select_from(PlanLine)
        .join(Program, Program.id == PlanLine.program_id)
        .join(TrainingClass, TrainingClass.plan_line_id == PlanLine.id, isouter=True)
    )
    total = db.session.scalar(joined.where(*conditions)) or 0
    order = {
        "starts_on": PlanLine.starts_on,
        "code": PlanLine.code,
        "name": PlanLine.name,
        "program": Program.name,
        "seats": PlanLine.seats,
        "hours": PlanLine.credit_hours,
    }[query.sort]
    chosen = _select().where(*conditions).order_by(order.desc() if query.descending else order, PlanLine.id)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([_row(each) for each in db.session.execute(chosen)], total, query)


def get_plan_line(plan_line_id: int) -> PlanRow:
    """One line of the plan.

    Raises:
        NotFound: there is none with this id.

    """
    found = db.session.execute(_select().where(PlanLine.id == plan_line_id)).one_or_none()
    if found is None:
        raise NotFound
    return _row(found)


def find_plan_line_by_code(code: str) -> PlanRow | None:
    """The line with this code, or None."""
    found = db.session.execute(_select().where(PlanLine.code == code)).one_or_none()
    return None if found is None else _row(found)


def find_plan_lines_by_name(name: str) -> list[PlanRow]:
    """Lines with exactly this name, the latest first."""
    chosen = _select().where(PlanLine.name == name).order_by(PlanLine.year.desc(), PlanLine.starts_on.desc())
    return [_row(each) for each in db.session.execute(chosen)]


def unopened_lines(first: date, last: date) -> list[PlanRow]:
    """Lines that begin between two days and have not been opened, by date."""
    chosen = _select().where(TrainingClass.id.is_(None), PlanLine.starts_on >= first, PlanLine.starts_on <= last)
    return [_row(each) for each in db.session.execute(chosen.order_by(PlanLine.starts_on, PlanLine.id))]


def plan_years() -> list[int]:
    """The years that have a plan, the latest first."""
    return list(db.session.scalars(select(PlanLine.year).distinct().order_by(PlanLine.year.desc())))


def plan_totals(year: int) -> PlanTotals:
    """A year's plan against what was opened and finished."""
    rows = [_row(each) for each in db.session.execute(_select().where(PlanLine.year == year))]
    return PlanTotals(
        lines=len(rows),
        opened=sum(each.class_id is not None and each.state != "cancelled" for each in rows),
        finished=sum(each.state in ("finished", "archived") for each in rows),
        seats=sum(each.seats for each in rows),
        taken_in=sum(each.taken_in for each in rows),
        hours=sum((each.credit_hours for each in rows), Decimal(0)),
    )


def list_programs() -> list[ProgramInfo]:
    """Programs by name."""
    rows = db.session.execute(
        select(Program, func.count(TrainingClass.id))
        .join(TrainingClass, TrainingClass.program_id == Program.id, isouter=True)
        .group_by(Program.id)
        .order_by(Program.name)
    )
    return [ProgramInfo(p.id, p.name, p.category, p.for_party_members, classes) for p, classes in rows]


def get_program(program_id: int) -> ProgramInfo:
    """One program.

    Raises:
        NotFound: there is none with this id.

    """
    found = next((each for each in list_programs() if each.id == program_id), None)
    if found is None:
        raise NotFound
    return found


def _conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if year := query.wants("year"):
        found.append(PlanLine.year == number(year))
    if program := query.wants("program"):
        found.append(PlanLine.program_id == number(program))
    match query.wants("state"):
        case "planned":
            found.append(TrainingClass.id.is_(None))
        case "opened":
            found.append(TrainingClass.id.is_not(None))
        case "done":
            found.append(TrainingClass.state.in_(("finished", "archived")))
        case "":
            pass
        case state:
            found.append(TrainingClass.state == state)
    found += [
        or_(
            PlanLine.name.contains(word, autoescape=True),
            PlanLine.code.contains(word, autoescape=True),
            PlanLine.audience.contains(word, autoescape=True),
            PlanLine.venue.contains(word, autoescape=True),
        )
        for word in query.q.split()
    ]
    return found


def _row(found: Any) -> PlanRow:
    line: PlanLine = found[0]
    return PlanRow(
        id=line.id,
        year=line.year,
        code=line.code,
        name=line.name,
        program_id=line.program_id,
        program=found.program,
        audience=line.audience,
        seats=line.seats,
        days=line.days,
        credit_hours=line.credit_hours,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        venue=line.venue,
        host=line.host,
        organiser=line.organiser,
        note=line.note,
        for_party_members=found.for_party_members,
        class_id=found.class_id,
        state=found.state,
        allotted=found.allotted,
        holding=found.holding,
        taken_in=found.taken_in,
    )
