"""Writing the annual plan, allotting seats, opening a class from a line of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select

from training_app.classes import rules
from training_app.classes.events import (
    ClassOpened,
    PlanLineDeleted,
    PlanLineSaved,
    ProgramSaved,
    SeatsAllotted,
)
from training_app.classes.models import PlanLine, Program, SeatAllotment, TrainingClass
from training_app.classes.queries.seats import seat_use
from training_app.classes.services.classes import add_staff
from training_app.core import clock
from training_app.core.db import command, db, row, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


@dataclass(frozen=True)
class PlanValues:
    """What a line of the plan says."""

    year: int
    code: str
    name: str
    seats: int
    days: int
    credit_hours: Decimal
    starts_on: date
    ends_on: date
    program_id: int = 0
    """Not needed where the program is given by its name."""
    audience: str = ""
    venue: str = ""
    host: str = ""
    organiser: str = ""
    note: str = ""


@command
def find_or_create_program(name: str, *, category: str = "other", for_party_members: bool = False) -> int:
    """The program with this name; entered when there is none yet."""
    found = db.session.scalar(select(Program).where(Program.name == name))
    if found is None:
        found = Program(name=name, category=category, for_party_members=for_party_members)
        db.session.add(found)
        db.session.flush()
        publish(ProgramSaved(program_id=found.id, name=name, category=category))
    return found.id


@command
def change_program(program_id: int, *, name: str, category: str, for_party_members: bool) -> None:
    """Change the name or kind of a program; classes opened before keep whom they are for."""
    program = db.session.get(Program, program_id)
    if program is None:
        raise NotFound
    same = db.session.scalar(select(Program.id).where(Program.name == name))
    if same is not None and same != program_id:
        raise InvalidInput(fields={"name": N_("There is a program with this name already.")})
    program.name, program.category, program.for_party_members = name, category, for_party_members
    db.session.flush()
    publish(ProgramSaved(program_id=program_id, name=name, category=category))


@command
def save_plan_line(values: PlanValues, *, plan_line_id: int | None = None, program: str = "") -> int:
    """Write a line of the plan, or change one; a ``program`` given by name is entered when there is none yet.

    A class already opened from it keeps its own dates, name and place.
    """
    if values.ends_on < values.starts_on:
        raise InvalidInput(fields={"ends_on": N_("Ends before it starts.")})
    if values.credit_hours <= 0:
        raise InvalidInput(fields={"credit_hours": N_("Must be more than 0.")})
    if values.seats < 1:
        raise InvalidInput(fields={"seats": N_("Must be more than 0.")})
    same_code = db.session.scalar(select(PlanLine.id).where(PlanLine.code == values.code))
    if same_code is not None and same_code != plan_line_id:
        raise InvalidInput(fields={"code": N_("This code is already used.")})
    if program:
        values = replace(values, program_id=find_or_create_program(program))
    if plan_line_id is None:
        line = PlanLine(**vars(values))
        db.session.add(line)
        old = ""
    else:
        line = _get(plan_line_id)
        old = _picture(line)
        for name, value in vars(values).items():
            setattr(line, name, value)
    db.session.flush()
    _publish_saved(line, old=old)
    return line.id


def _publish_saved(line: PlanLine, *, old: str) -> None:
    """Say that a line was written."""
    publish(
        PlanLineSaved(
            plan_line_id=line.id,
            year=line.year,
            code=line.code,
            name=line.name,
            created=not old,
            old=old,
            new=_picture(line),
        )
    )


@command
def delete_plan_line(plan_line_id: int) -> None:
    """Take a line out of the plan; one that was opened stays."""
    line = _get(plan_line_id)
    if db.session.scalar(select(TrainingClass.id).where(TrainingClass.plan_line_id == plan_line_id)) is not None:
        raise Refused(N_("A class was opened from this line; it stays in the plan."), code="opened")
    db.session.execute(delete(SeatAllotment).where(SeatAllotment.plan_line_id == plan_line_id))
    db.session.delete(line)
    publish(PlanLineDeleted(plan_line_id=plan_line_id, code=line.code, name=line.name))


@command
def allot_seats(plan_line_id: int, seats: Mapping[int, int], *, within_plan: bool = True) -> None:
    """Divide the seats of a planned class among units; units not named get none.

    An import takes over what the county had decided (``within_plan`` false); by hand the sum stays within the plan.
    """
    line = _get(plan_line_id)
    serialise(f"seats:{plan_line_id}")
    wanted = {unit_id: number for unit_id, number in seats.items() if number > 0}
    before = {
        each.unit_id: each
        for each in db.session.scalars(select(SeatAllotment).where(SeatAllotment.plan_line_id == plan_line_id))
    }
    if within_plan:
        decision = rules.may_allot(planned=line.seats, seats=wanted, taken=seat_use(plan_line_id).taken_by_unit)
        if not decision:
            raise Refused(rules.REASONS[decision.code], code=decision.code)
    for unit_id, each in before.items():
        if unit_id not in wanted:
            db.session.delete(each)
    for unit_id, number in wanted.items():
        if unit_id in before:
            before[unit_id].seats = number
        else:
            db.session.add(SeatAllotment(plan_line_id=plan_line_id, unit_id=unit_id, seats=number))
    db.session.flush()
    old = {unit_id: each.seats for unit_id, each in before.items()}
    publish(
        SeatsAllotted(
            plan_line_id=plan_line_id,
            seats=sum(wanted.values()),
            units=len(wanted),
            old=" ".join(f"{u}:{n}" for u, n in sorted(old.items())),
            new=" ".join(f"{u}:{n}" for u, n in sorted(wanted.items())),
        )
    )


@command
def open_class_from_plan(
    plan_line_id: int,
    *,
    class_teacher_id: int | None = None,
    state: str = "enrolling",
    exam_required: bool = True,
    is_main: bool | None = None,
) -> int:
    """Make a line of the plan a class; its data is copied, the cohort read from its name.

    ``class_teacher_id`` is the account of the class teacher. Party-member classes are no main classes (主体班次).
    """
    line = _get(plan_line_id)
    serialise(f"seats:{plan_line_id}")
    if db.session.scalar(select(TrainingClass.id).where(TrainingClass.plan_line_id == plan_line_id)) is not None:
        raise Conflict(N_("This line has already been opened."), code="opened")
    program = db.session.get(Program, line.program_id)
    if program is None:
        raise NotFound
    opened = TrainingClass(
        code=line.code,
        name=line.name,
        plan_line_id=line.id,
        program_id=line.program_id,
        cohort_no=rules.cohort_of(line.name),
        is_main=not program.for_party_members if is_main is None else is_main,
        for_party_members=program.for_party_members,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        venue=line.venue,
        host=line.host,
        organiser=line.organiser,
        state=state,
        exam_required=exam_required,
        opened_at=clock.now(),
    )
    db.session.add(opened)
    db.session.flush()
    publish(
        ClassOpened(
            class_id=opened.id,
            plan_line_id=line.id,
            code=line.code,
            name=line.name,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        )
    )
    if class_teacher_id is not None:
        add_staff(opened.id, class_teacher_id, "class_teacher")
    return opened.id


def _get(plan_line_id: int) -> PlanLine:
    line = db.session.get(PlanLine, plan_line_id)
    if line is None:
        raise NotFound
    return line


def _picture(line: PlanLine) -> str:
    return "; ".join(f"{name}={value}" for name, value in row(line).items() if value not in ("", None))
