"""Asking for leave, deciding it step by step, taking it back, returning from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from training_app.attendance import api as attendance
from training_app.classes.api import ACTIVE, class_ids_visible_to, get_class, get_enrollment
from training_app.core import clock, files, handed_in
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.discipline import events, labels, rules
from training_app.discipline.models import Leave, LeavePaper, LeaveStep
from training_app.discipline.permissions import STEP_PERMISSION
from training_app.discipline.queries.ahead import chain_for
from training_app.discipline.queries.leaves import LeaveRow, get_leave, leaves_of_class, papers_of, steps_of
from training_app.discipline.queries.shares import for_arithmetic, taught_lessons
from training_app.exams import api as exams

_LONGEST_NOTE = 300
_MOST_PAPERS = 3  # together below what one request may hold (32 MB)


@dataclass(frozen=True)
class Request:
    """What somebody asks for."""

    kind: str
    period: rules.Period
    reason: str
    papers: Sequence[handed_in.Paper] = ()


@command
def ask_leave(enrollment_id: int, request: Request, *, by_staff: bool = False) -> int:
    """Hand in a request; it waits for the first step of its chain.

    Raises:
        Refused: the person is not in the class, or the class is over for good.
        InvalidInput: what is asked for cannot be, or a paper cannot be taken.
    """
    serialise(f"discipline.person:{enrollment_id}")
    person = get_enrollment(enrollment_id)
    klass = get_class(person.class_id)
    if person.status not in ACTIVE:
        raise Refused(N_("This person is not enrolled in the class."), code="not_enrolled")
    if klass.state not in ("enrolling", "running"):
        raise Refused(N_("Leave can be asked for while the class has not finished."), code="class_closed")
    period, reason = request.period, request.reason.strip()[:500]
    others = [r.period for r in _alive(person.class_id, enrollment_id)]
    faults = rules.faults_of(
        period, kind=request.kind, reason=reason, starts_on=klass.starts_on, ends_on=klass.ends_on, others=others
    )
    if fault := handed_in.first_fault(request.papers, most=_MOST_PAPERS):
        faults["papers"] = fault
    if faults:
        raise InvalidInput(fields={name: labels.FAULT[fault] for name, fault in faults.items()})
    laid_down = attendance.rules_for(person.class_id, clock.at_local(period.first.day, 0))
    now = clock.now()
    leave = Leave(
        class_id=person.class_id,
        enrollment_id=enrollment_id,
        kind=request.kind,
        first_day=period.first.day,
        first_half=rules.HALVES[period.first.half],
        last_day=period.last.day,
        last_half=rules.HALVES[period.last.half],
        reason=reason,
        step=rules.STEPS[0],
        half_days=period.half_days,
        hours=rules.hours_of(
            period, for_arithmetic(taught_lessons(person.class_id)), half_day_hours=laid_down.half_day_hours
        ),
        asked_at=now,
        asked_by_id=current_actor().account_id,
        by_staff=by_staff,
    )
    db.session.add(leave)
    db.session.flush()
    for paper in request.papers:
        kept = handed_in.keep(paper)
        db.session.add(
            LeavePaper(
                leave_id=leave.id,
                sha256=kept.sha256,
                name=kept.name,
                media_type=kept.media_type,
                size=kept.size,
                at=now,
            )
        )
    db.session.flush()
    publish(
        events.LeaveAsked(
            leave_id=leave.id,
            class_id=leave.class_id,
            enrollment_id=enrollment_id,
            kind=leave.kind,
            half_days=leave.half_days,
            period=words_of(period),
            by_staff=by_staff,
            papers=len(request.papers),
            reason=reason,
        )
    )
    return leave.id


@command
def decide_leave(leave_id: int, *, step: str, approved: bool, note: str = "") -> str:
    """Say yes or no in one step; the last yes grants the leave and marks the lessons. Gives the new state.

    ``step`` is the one the person saw waiting: somebody else's decision meanwhile is not overrun.

    Raises:
        Conflict: it does not wait for this step any more.
        NotAllowed: the step is somebody else's, or it is one's own leave, or one has decided another step.
        InvalidInput: a refusal without a reason.
    """
    leave = _locked(leave_id)
    actor = current_actor()
    done = steps_of(leave_id)
    _check_step(leave, step, done_by={each.account_id for each in done})
    note = note.strip()[:_LONGEST_NOTE]
    if not approved and len(note) < rules.SHORTEST_REASON:
        raise InvalidInput(fields={"note": N_("Please say why it is refused.")})
    now = clock.now()
    db.session.add(
        LeaveStep(leave_id=leave_id, step=step, approved=approved, note=note, at=now, account_id=actor.account_id)
    )
    db.session.flush()
    class_id, enrollment_id = leave.class_id, leave.enrollment_id
    publish(
        events.LeaveStepDecided(
            leave_id=leave_id,
            class_id=class_id,
            enrollment_id=enrollment_id,
            step=step,
            outcome="approved" if approved else "refused",
            note=note,
        )
    )
    if not approved:
        leave.state, leave.step, leave.decided_at = "refused", "", now
        db.session.flush()
        return leave.state
    chain = chain_for(leave)
    leave.step = rules.step_after(chain, {*(each.step for each in done), step})
    db.session.flush()
    if leave.step:
        return leave.state
    leave.state, leave.decided_at = "approved", now
    db.session.flush()
    marks = attendance.mark_leave(leave.enrollment_id, _covered(leave), reason="leave_granted")
    publish(
        events.LeaveGranted(
            leave_id=leave_id,
            class_id=class_id,
            enrollment_id=enrollment_id,
            noted=marks.noted,
            corrected=marks.corrected,
            kept=marks.kept,
        )
    )
    exams.refresh_admission(class_id, [enrollment_id])
    return leave.state


@command
def withdraw_leave(leave_id: int) -> None:
    """Take a request back: until it is decided, or, granted, until its first lesson has been closed.

    Raises:
        Conflict: it is decided or has begun.
    """
    leave = _locked(leave_id)
    covered = _covered(leave)
    begun = any(counts.state == "closed" for counts in attendance.lesson_counts(covered).values())
    if rules.may_withdraw(state=leave.state, begun=begun):
        raise Conflict(N_("This leave has been decided or has begun; it can no longer be taken back."), code="decided")
    was = leave.state
    leave.state, leave.step, leave.decided_at = "withdrawn", "", clock.now()
    db.session.flush()
    taken_back = 0
    if was == "approved":
        taken_back = attendance.take_back_leave(
            leave.enrollment_id, _uncovered(leave, covered), reason="leave_withdrawn"
        ).taken_back
    publish(
        events.LeaveWithdrawn(
            leave_id=leave_id,
            class_id=leave.class_id,
            enrollment_id=leave.enrollment_id,
            was=was,
            taken_back=taken_back,
        )
    )
    if was == "approved":
        exams.refresh_admission(leave.class_id, [leave.enrollment_id])


@command
def report_back(leave_id: int, back: rules.Half) -> None:
    """Let a trainee say to be back from a half-day on; staff confirm it.

    Raises:
        Conflict: the leave is not granted, or that is before it.
    """
    leave = _locked(leave_id)
    _check_return(leave, back)
    leave.told_back_at, leave.back_day, leave.back_half = clock.now(), back.day, rules.HALVES[back.half]
    db.session.flush()
    publish(
        events.ReturnReported(
            leave_id=leave_id,
            class_id=leave.class_id,
            enrollment_id=leave.enrollment_id,
            back=half_words(back),
        )
    )


@command
def confirm_return(leave_id: int, back: rules.Half) -> attendance.LeaveMarks:
    """Confirm that somebody is back: leave after it counts no more, in open lessons and, by correction, in closed ones.

    Raises:
        Conflict: the leave is not granted, or that is before it.
    """
    leave = _locked(leave_id)
    _check_return(leave, back)
    covered = _covered(leave)
    leave.state, leave.back_day, leave.back_half = "returned", back.day, rules.HALVES[back.half]
    leave.back_at, leave.back_by_id = clock.now(), current_actor().account_id
    db.session.flush()
    marks = attendance.take_back_leave(leave.enrollment_id, _uncovered(leave, covered), reason="leave_returned")
    publish(
        events.ReturnConfirmed(
            leave_id=leave_id,
            class_id=leave.class_id,
            enrollment_id=leave.enrollment_id,
            back=half_words(back),
            early=rules.is_early(_granted_period(leave), back),
            taken_back=marks.taken_back,
            corrected=marks.corrected,
        )
    )
    exams.refresh_admission(leave.class_id, [leave.enrollment_id])
    return marks


@command
def read_paper(leave_id: int, paper_id: int) -> tuple[str, str, bytes]:
    """A paper's name, kind and content; who read it is kept.

    Raises:
        NotFound: there is no such paper with this request.
    """
    found = next((each for each in papers_of(leave_id) if each.id == paper_id), None)
    if found is None:
        raise NotFound
    leave = get_leave(leave_id)
    publish(
        events.LeavePaperRead(
            leave_id=leave_id, class_id=leave.class_id, enrollment_id=leave.enrollment_id, paper_id=paper_id
        )
    )
    return found.name, found.media_type, files.read(found.sha256)


def half_words(half: rules.Half) -> str:
    """2026-12-02 morning, for the audit trail."""
    return f"{half.day.isoformat()} {rules.HALVES[half.half]}"


def words_of(period: rules.Period) -> str:
    """From and to, for the audit trail."""
    return f"{half_words(period.first)} – {half_words(period.last)}"


def _locked(leave_id: int) -> Leave:
    """The request to oneself, read again after the wait."""
    serialise(f"discipline.leave:{leave_id}")
    leave = db.session.scalar(select(Leave).where(Leave.id == leave_id).execution_options(populate_existing=True))
    if leave is None:
        raise NotFound
    if get_class(leave.class_id).state in ("archived", "cancelled"):
        raise Refused(N_("This class is closed for good; its attendance stays as it is."), code="class_closed")
    return leave


def _check_step(leave: Leave, step: str, *, done_by: set[int | None]) -> None:
    actor = current_actor()
    if leave.step != step or step not in STEP_PERMISSION:
        raise Conflict(N_("Somebody has decided this step meanwhile."), code="decided")
    if actor.is_system:
        return
    permission = STEP_PERMISSION[step]
    visible = class_ids_visible_to(actor, permission)
    if not permission.held_by(actor) or (visible is not None and leave.class_id not in visible):
        raise NotAllowed
    is_own = get_enrollment(leave.enrollment_id).account_id == actor.account_id
    why = rules.may_decide(state=leave.state, is_own=is_own, has_decided=actor.account_id in done_by)
    if why:
        raise NotAllowed(_WHY_NOT[why], code=why)


_WHY_NOT = {
    "decided": N_("This request is decided."),
    "own": N_("Nobody decides their own leave."),
    "second_pair": N_("You have decided another step of this request; somebody else decides this one."),
}


def _check_return(leave: Leave, back: rules.Half) -> None:
    why = rules.may_return(state=leave.state, period=_granted_period(leave), back=back)
    if why == "before_leave":
        raise InvalidInput(fields={"back_day": N_("This is before the leave begins; take the request back instead.")})
    if why:
        raise Conflict(N_("Only granted leave can be returned from."), code=why)


def _granted_period(leave: Leave) -> rules.Period:
    return rules.Period(
        rules.Half.of(leave.first_day, leave.first_half), rules.Half.of(leave.last_day, leave.last_half)
    )


def _covered(leave: Leave) -> dict[int, str]:
    lessons = for_arithmetic(taught_lessons(leave.class_id))
    return {each.id: leave.kind for each in rules.lessons_within(_granted_period(leave), lessons)}


def _uncovered(leave: Leave, lesson_ids: dict[int, str]) -> list[int]:
    """Of these lessons, those that no granted leave of the person covers now."""
    granted = [r.period for r in leaves_of_class(leave.class_id, ("approved", "returned"))
               if r.enrollment_id == leave.enrollment_id]  # fmt: skip
    lessons = {each.id: each.half for each in for_arithmetic(taught_lessons(leave.class_id))}
    return [i for i in lesson_ids if not any(period.covers(lessons[i]) for period in granted)]


def _alive(class_id: int, enrollment_id: int) -> list[LeaveRow]:
    return [r for r in leaves_of_class(class_id, ("asked", "approved", "returned")) if r.enrollment_id == enrollment_id]
