"""A class as a whole: its states, settings and staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from training_app.classes import rules
from training_app.classes.events import (
    ClassSettingsChanged,
    ClassStateChanged,
    LessonCancelled,
    StaffAssigned,
    StaffRemoved,
)
from training_app.classes.models import ClassStaff, Enrollment, Lesson, TrainingClass
from training_app.classes.queries.overview import consequences
from training_app.classes.services.steps import take_status
from training_app.classes.values import CLASS_STATES, DUTIES
from training_app.core import clock
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


@dataclass(frozen=True)
class ClassSettings:
    """What may be changed of an opened class."""

    name: str
    starts_on: date
    ends_on: date
    venue: str
    is_main: bool
    exam_required: bool
    step_seconds: int
    names_shown: str = "full"


@command
def set_class_state(class_id: int, state: str, reason: str = "") -> None:
    """Put a class into a state as such (archives, imports, demonstration); people and lessons stay as they are.

    ``start_class``, ``finish_class`` and ``cancel_class`` are the acts with their rules and consequences.
    """
    if state not in CLASS_STATES:
        raise InvalidInput(code="unknown_state")
    _move(_get(class_id), state, reason)


@command
def start_class(class_id: int) -> rules.Decision:
    """Start a class: everyone taken in is studying from now on."""
    training_class = _locked(class_id)
    decision = rules.may_start(state=training_class.state, people=consequences(class_id).taken_in)
    if not decision:
        return decision
    _move(training_class, "running")
    for enrollment in _enrollments(class_id, "approved"):
        take_status(enrollment, "studying")
    return decision


@command
def finish_class(class_id: int) -> rules.Decision:
    """Finish a class whose lessons are all closed; nominations nobody decided are declined."""
    training_class = _locked(class_id)
    facts = consequences(class_id)
    decision = rules.may_finish(
        state=training_class.state, lessons=facts.lessons, to_come=facts.to_come, unclosed=facts.unclosed
    )
    if not decision:
        return decision
    _move(training_class, "finished")
    for enrollment in _enrollments(class_id, "nominated"):
        take_status(enrollment, "declined", N_("The class has finished."))
    return decision


@command
def reopen_class(class_id: int, reason: str) -> rules.Decision:
    """Make a finished class run again, because something was forgotten; not once it is archived."""
    training_class = _locked(class_id)
    if training_class.state != "finished":
        return rules.refuse("not_from_here")
    if not reason.strip():
        return rules.refuse("reason_missing")
    _move(training_class, "running", reason)
    return rules.ALLOWED


@command
def cancel_class(class_id: int, reason: str) -> rules.Decision:
    """Call a class off: its lessons are cancelled, its people withdrawn."""
    training_class = _locked(class_id)
    serialise("timetable")
    decision = rules.may_cancel(state=training_class.state, held=consequences(class_id).held, reason=reason)
    if not decision:
        return decision
    _move(training_class, "cancelled", reason)
    for enrollment in _enrollments(class_id, "nominated", "approved", "studying"):
        take_status(enrollment, "withdrawn", reason)
    planned = select(Lesson).where(Lesson.class_id == class_id, Lesson.state == "planned")
    for lesson in db.session.scalars(planned).all():
        lesson.state = "cancelled"
        publish(LessonCancelled(lesson_id=lesson.id, class_id=class_id, title=lesson.title, reason=reason))
    return decision


@command
def change_settings(class_id: int, settings: ClassSettings) -> None:
    """Change name, dates, place or check-in rules of a class that is not closed for good."""
    training_class = _get(class_id)
    if training_class.state in ("archived", "cancelled"):
        raise Refused(rules.STATE_REASONS["not_from_here"], code="not_from_here")
    if settings.ends_on < settings.starts_on:
        raise InvalidInput(fields={"ends_on": N_("Ends before it starts.")})
    outside = db.session.scalar(
        select(func.count())
        .select_from(Lesson)
        .where(
            Lesson.class_id == class_id,
            Lesson.state != "cancelled",
            (Lesson.day < settings.starts_on) | (Lesson.day > settings.ends_on),
        )
    )
    if outside and (settings.starts_on, settings.ends_on) != (training_class.starts_on, training_class.ends_on):
        raise InvalidInput(fields={"ends_on": N_("Some lessons lie outside these days; move them first.")})
    old, new = [], []
    for name, value in vars(settings).items():
        before = getattr(training_class, name)
        if before != value:
            old.append(f"{name}={before}")
            new.append(f"{name}={value}")
            setattr(training_class, name, value)
    training_class.cohort_no = rules.cohort_of(settings.name)
    if new:
        publish(ClassSettingsChanged(class_id=class_id, old="; ".join(old), new="; ".join(new)))


@command
def add_staff(class_id: int, account_id: int, duty: str) -> None:
    """Give somebody a duty in a class, and with it the reach over this class."""
    if duty not in DUTIES:
        raise InvalidInput(code="unknown_duty")
    _get(class_id)
    serialise(f"staff:{class_id}")
    if _staff(class_id, account_id, duty) is None:
        db.session.add(ClassStaff(class_id=class_id, account_id=account_id, duty=duty))
        db.session.flush()
        publish(StaffAssigned(class_id=class_id, account_id=account_id, duty=duty))


@command
def remove_staff(class_id: int, account_id: int, duty: str) -> None:
    """Take a duty away again."""
    found = _staff(class_id, account_id, duty)
    if found is None:
        raise NotFound
    db.session.delete(found)
    publish(StaffRemoved(class_id=class_id, account_id=account_id, duty=duty))


def _get(class_id: int) -> TrainingClass:
    found = db.session.get(TrainingClass, class_id)
    if found is None:
        raise NotFound
    return found


def _locked(class_id: int) -> TrainingClass:
    """The class, with its seats and its state to oneself; read again after the wait."""
    found = _get(class_id)
    serialise(f"seats:{found.plan_line_id}")
    db.session.refresh(found)
    return found


def _staff(class_id: int, account_id: int, duty: str) -> ClassStaff | None:
    return db.session.scalar(
        select(ClassStaff).where(
            ClassStaff.class_id == class_id, ClassStaff.account_id == account_id, ClassStaff.duty == duty
        )
    )


def _enrollments(class_id: int, *statuses: str) -> list[Enrollment]:
    return list(
        db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.status.in_(statuses)))
    )


def _move(training_class: TrainingClass, state: str, reason: str = "") -> None:
    old = training_class.state
    if old == state:
        return
    training_class.state = state
    if state == "finished":
        training_class.finished_at = clock.now()
    db.session.flush()
    publish(ClassStateChanged(class_id=training_class.id, old_state=old, new_state=state, reason=reason))
