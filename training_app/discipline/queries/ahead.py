"""What becomes of a request for leave: who decides, what it adds, which exams it touches, whether it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from training_app.attendance import api as attendance
from training_app.core import clock
from training_app.discipline import rules
from training_app.discipline.models import Leave
from training_app.discipline.queries.leaves import CoveredLesson, LeaveRow, StepRow
from training_app.exams import api as exams

_UNDECIDED = "asked"


@dataclass(frozen=True)
class Ahead:
    """``covered``: exams in its half-days, which are put off; ``shuts``: exams lost by the hours, if it is granted."""

    more: Decimal
    covered: tuple[exams.ExamInfo, ...]
    shuts: tuple[exams.ExamInfo, ...]


def hours_more(leave: LeaveRow, lessons: Sequence[CoveredLesson]) -> Decimal:
    """The hours a request adds to what is missed: lessons attended stay attended, and absence is counted already."""
    if leave.state != _UNDECIDED:
        return Decimal(0)
    return sum((each.credit_hours for each in lessons if not each.status), Decimal(0))


def taken_of(leave: LeaveRow, lessons: Sequence[CoveredLesson]) -> tuple[int, Decimal] | None:
    """Half-days and hours really taken by somebody who came back early; None when it is what was granted."""
    taken = leave.period.half_days
    if leave.state != "returned" or taken == leave.half_days:
        return None
    return taken, sum((each.credit_hours for each in lessons), Decimal(0))


def look_ahead(leave: LeaveRow, lessons: Sequence[CoveredLesson]) -> Ahead:
    """What deciders and the person are to know before it is decided, and the person as long as it stands."""
    more = hours_more(leave, lessons)
    if leave.state not in (_UNDECIDED, "approved"):
        return Ahead(more, (), ())
    coming = exams.coming_exams(leave.class_id, leave.enrollment_id)
    lost = exams.shut_out_of(coming, leave.enrollment_id, more)
    covered = [each for each in coming if leave.period.covers(rules.Half.of(*exams.half_day_of(each)))]
    return Ahead(
        more,
        tuple(each for each in covered if each.id not in lost),
        tuple(each for each in coming if lost.get(each.id, False)),
    )


def chain_for(leave: Leave | LeaveRow) -> tuple[str, ...]:
    """Who decides a request, by the rules of its class at its beginning."""
    laid_down = attendance.rules_for(leave.class_id, clock.at_local(leave.first_day, 0))
    return rules.chain_of(
        leave.half_days,
        academic_over=laid_down.academic_over_half_days,
        organisation_over=laid_down.organisation_over_half_days,
    )


def steps_left(leave: LeaveRow, done: Sequence[StepRow]) -> tuple[str, ...]:
    """The steps that come after the one a request waits for; nothing once it is decided."""
    if leave.state != _UNDECIDED:
        return ()
    taken = {each.step for each in done} | {leave.step}
    return tuple(step for step in chain_for(leave) if step not in taken)


def can_be_withdrawn(leave: LeaveRow, lessons: Sequence[CoveredLesson]) -> bool:
    """Whether a request can be taken back now: not decided, or granted and none of its lessons closed."""
    counts = attendance.lesson_counts([each.lesson_id for each in lessons])
    begun = any(each.state == "closed" for each in counts.values())
    return not rules.may_withdraw(state=leave.state, begun=begun)
