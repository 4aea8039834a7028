"""About whom a person has to decide, why, and the records that this rests on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from training_app.attendance import api as attendance
from training_app.classes.api import EnrollmentInfo, LessonInfo, list_enrollments
from training_app.core.db import db, table_of
from training_app.discipline import withdrawal_rules
from training_app.discipline.models import WithdrawalDecision
from training_app.discipline.queries.shares import Attended, Share, attended_by, shares_by

_decision = table_of(WithdrawalDecision)


@dataclass(frozen=True)
class Behind:
    """One record that a proposal rests on."""

    lesson: LessonInfo
    status: str


@dataclass(frozen=True)
class Proposal:
    """Somebody about whom a person has to decide. ``grounds``: share, absence or both."""

    person: EnrollmentInfo
    share: Share
    grounds: tuple[str, ...]
    rows: tuple[Behind, ...]


def proposals_of_class(class_id: int) -> list[Proposal]:
    """People over a line by closed lessons of whom nothing is decided at so many hours."""
    attended = attended_by(class_id)
    over = {
        i: share for i, share in shares_by(attended).items() if "over" in (share.standing_now, share.absence_standing)
    }
    if not over:
        return []
    decided = _decisions(class_id)
    people = {each.id: each for each in list_enrollments(class_id)}
    found = []
    for i, share in over.items():
        grounds = withdrawal_rules.grounds_of(
            share=share.standing_now,
            absence=share.absence_standing,
            missed=share.missed,
            absent=share.absent,
            decided=decided.get(i, ()),
        )
        if grounds:
            found.append(Proposal(people[i], share, grounds, _rows_behind(attended, i, share, grounds)))
    return found


def _decisions(class_id: int) -> dict[int, list[withdrawal_rules.Decided]]:
    rows = db.session.execute(
        select(_decision.c.enrollment_id, _decision.c.grounds, _decision.c.missed, _decision.c.absent)
        .where(_decision.c.class_id == class_id)
        .order_by(_decision.c.id)
    )
    found: dict[int, list[withdrawal_rules.Decided]] = {}
    for row in rows:
        decision = withdrawal_rules.Decided(frozenset(row.grounds.split(",")), row.missed, row.absent)
        found.setdefault(row.enrollment_id, []).append(decision)
    return found


def _rows_behind(attended: Attended, enrollment_id: int, share: Share, grounds: tuple[str, ...]) -> tuple[Behind, ...]:
    """Absences, lateness where it adds up, and leave where it counts; the oldest first."""
    counted = {"absent"}
    if share.by_lates:
        counted.add("late")
    if "share" in grounds:
        counted.update(attendance.LEAVE_STATUSES)
    lessons = {each.id: each for each in attended.lessons if attended.counts[each.id].state == "closed"}
    rows = [
        Behind(lessons[record.lesson_id], record.status)
        for record in attended.records
        if record.enrollment_id == enrollment_id and record.lesson_id in lessons and record.status in counted
    ]
    return tuple(sorted(rows, key=lambda row: (row.lesson.starts_at, row.lesson.id)))
