"""Who will be recorded as having left early when a lesson is closed, by the class's rules about leaving."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from training_app.attendance import rules
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.queries.class_rules import rules_for
from training_app.classes.api import LessonInfo
from training_app.core.db import db


@dataclass(frozen=True)
class Leaving:
    """Enrollments that closing would turn to left early: those who never checked out, those who did too soon."""

    never_out: tuple[int, ...] = ()
    too_soon: tuple[int, ...] = ()

    @property
    def everybody(self) -> tuple[int, ...]:
        """All of them."""
        return self.never_out + self.too_soon


def to_be_judged(lesson_id: int, laid_down: rules.ClassRules) -> Select[AttendanceRecord]:
    """The scanned records that closing looks at: everybody's where people check out, else those who did."""
    return select(AttendanceRecord).where(
        AttendanceRecord.lesson_id == lesson_id,
        AttendanceRecord.method == "scan",
        AttendanceRecord.status.in_(rules.PRESENT_STATUSES),
        *([] if laid_down.check_out_needed else [AttendanceRecord.check_out_at.is_not(None)]),
    )


def leaving_early(lesson: LessonInfo) -> Leaving:
    """Whom closing now would record as having left early."""
    laid_down = rules_for(lesson.class_id, lesson.starts_at)
    never_out: list[int] = []
    too_soon: list[int] = []
    for record in db.session.scalars(to_be_judged(lesson.id, laid_down)):
        status = rules.judge_leaving(
            status=record.status,
            scanned=True,
            check_out_at=record.check_out_at,
            ends_at=lesson.ends_at,
            laid_down=laid_down,
        )
        if status != record.status:
            (never_out if record.check_out_at is None else too_soon).append(record.enrollment_id)
    return Leaving(tuple(never_out), tuple(too_soon))
