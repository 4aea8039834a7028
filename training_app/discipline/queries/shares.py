"""A person's running share of the class's hours: missed so far, granted ahead, how near to the line of a seventh."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import func, select

from training_app.attendance import api as attendance
from training_app.classes.api import ACTIVE, LessonInfo, list_enrollments, list_lessons
from training_app.core.db import db
from training_app.discipline import rules
from training_app.discipline.queries.leaves import leaves_at
from training_app.discipline.queries.lower import lessons, records, windows
from training_app.discipline.withdrawal_rules import AbsenceLine
from training_app.exams import api as exams

ZERO = Decimal(0)
NO_LINE = AbsenceLine()


@dataclass(frozen=True)
class Share:
    """Hours of one person in one class. ``ahead`` is leave granted for lessons still to come."""

    sums: attendance.HourSums
    by_lates: Decimal
    ahead: Decimal
    planned: Decimal
    absence_line: AbsenceLine = NO_LINE

    @property
    def missed(self) -> Decimal:
        """On leave, absent, and late often enough, in closed lessons."""
        return self.sums.missed + self.by_lates

    @property
    def absent(self) -> Decimal:
        """Without leave, in closed lessons; lateness that adds up is absence."""
        return self.sums.absent + self.by_lates

    @property
    def absence_standing(self) -> str:
        """How near absence alone is to the class's line: '', half, near, over."""
        return self.absence_line.standing(self.absent)

    @property
    def absent_days(self) -> Decimal:
        """The same absence in days of the class."""
        return self.absence_line.days(self.absent)

    @property
    def on_leave(self) -> Decimal:
        """Leave taken and granted."""
        return self.sums.on_leave + self.ahead

    @property
    def total(self) -> Decimal:
        """What is missed with all that is granted."""
        return self.missed + self.ahead

    @property
    def share(self) -> Decimal:
        """Of the class's hours."""
        return rules.share_of(self.total, self.planned)

    @property
    def line(self) -> Decimal:
        """A seventh of the class's hours, cut to two places: whoever is above what is shown is above the line."""
        return (self.planned / 7).quantize(Decimal("0.01"), ROUND_DOWN)

    @property
    def standing(self) -> str:
        """With what is granted ahead: '', half, near, over."""
        return attendance.standing(self.total, self.planned)

    @property
    def standing_now(self) -> str:
        """By closed lessons alone; withdrawal is proposed by these."""
        return attendance.standing(self.missed, self.planned)

    def with_more(self, hours: Decimal) -> tuple[Decimal, str]:
        """Share and standing if so many hours more were granted."""
        total = self.total + hours
        return rules.share_of(total, self.planned), attendance.standing(total, self.planned)


NOTHING = Share(attendance.HourSums(), ZERO, ZERO, ZERO)


def taught_lessons(class_id: int) -> list[LessonInfo]:
    """Lessons of a class that were not cancelled."""
    return [each for each in list_lessons(class_id) if each.state != "cancelled"]


def for_arithmetic(lessons: list[LessonInfo]) -> list[rules.TaughtLesson]:
    """Lessons as the rules of leave want them."""
    return [rules.TaughtLesson(each.id, rules.Half.of(each.day, each.half_day), each.credit_hours) for each in lessons]


@dataclass(frozen=True)
class Attended:
    """What shares and the map of presence are made of: read once, used for both."""

    class_id: int
    lessons: list[LessonInfo]
    counts: dict[int, attendance.Counts]
    records: list[attendance.RecordInfo]


def attended_by(class_id: int) -> Attended:
    """The lessons of a class that were not cancelled, how each stands, and every record of the class."""
    lessons = taught_lessons(class_id)
    counts = attendance.lesson_counts([each.id for each in lessons])
    return Attended(class_id, lessons, counts, attendance.records_of_class(class_id))


def shares_of_class(class_id: int, *, who_left_too: bool = False) -> dict[int, Share]:
    """Everybody's share, by enrollment; if asked, also of those who are no longer of the class."""
    return shares_by(attended_by(class_id), statuses=None if who_left_too else ACTIVE)


def shares_by(attended: Attended, *, statuses: Collection[str] | None = ACTIVE) -> dict[int, Share]:
    """The same, of what was read already."""
    hours = {each.id: each.credit_hours for each in attended.lessons}
    planned = sum(hours.values(), ZERO)
    closed = {i for i, counts in attended.counts.items() if counts.state == "closed"}
    by_person: dict[int, list[attendance.RecordInfo]] = {}
    for record in attended.records:
        if record.lesson_id in hours:
            by_person.setdefault(record.enrollment_id, []).append(record)
    laid_down = attendance.laid_down_in(attended.class_id)
    by_lates = attendance.hours_by_lates(attended.class_id, laid_down)
    line = _absence_line(attended, closed, laid_down)
    found = {}
    for each in list_enrollments(attended.class_id, statuses):
        own = by_person.get(each.id, [])
        found[each.id] = Share(
            attendance.sum_hours((r.status, hours[r.lesson_id]) for r in own if r.lesson_id in closed),
            by_lates.get(each.id, ZERO),
            sum(
                (
                    hours[r.lesson_id]
                    for r in own
                    if r.lesson_id not in closed and r.status in attendance.LEAVE_STATUSES
                ),
                ZERO,
            ),
            planned,
            line,
        )
    return found


def _absence_line(attended: Attended, closed: Collection[int], laid_down: attendance.LaidDown) -> AbsenceLine:
    """Of the rules that count for the lesson closed last, or for the first one while none is closed."""
    if not attended.lessons:
        return NO_LINE
    starts = [each.starts_at for each in attended.lessons if each.id in closed]
    counts = laid_down.at(max(starts) if starts else min(each.starts_at for each in attended.lessons))
    return AbsenceLine(counts.absence_limit, counts.half_day_hours)


def absences_for_exam(
    *, class_id: int, day: date, half_day: str, enrollment_ids: Collection[int] | None = None
) -> dict[int, exams.Absence]:
    """What admission to an exam goes by, by enrollment (answers ``exams.absences``).

    Absence and lateness of closed lessons, leave of all; added up by the database, since this runs whenever a lesson
    is closed or a leave decided.
    """
    planned = db.session.scalar(
        select(func.sum(lessons.c.credit_hours)).where(lessons.c.class_id == class_id, lessons.c.state != "cancelled")
    )
    if not planned:
        return {}
    wanted = None if enrollment_ids is None else tuple(enrollment_ids)
    is_closed = func.coalesce(windows.c.state, "") == "closed"
    sums = (
        select(records.c.enrollment_id, records.c.status, is_closed, func.sum(lessons.c.credit_hours))
        .select_from(
            records.join(lessons, lessons.c.id == records.c.lesson_id).outerjoin(
                windows, windows.c.lesson_id == lessons.c.id
            )
        )
        .where(lessons.c.class_id == class_id, lessons.c.state != "cancelled")
        .group_by(records.c.enrollment_id, records.c.status, is_closed)
    )
    away = leaves_at(class_id, day, half_day)
    people = [e.id for e in list_enrollments(class_id)] if wanted is None else list(wanted)
    if wanted is not None:
        sums = sums.where(records.c.enrollment_id.in_(wanted))
    by_lates = attendance.hours_by_lates(class_id)
    on_leave = dict.fromkeys(people, ZERO)
    absent = {person: by_lates.get(person, ZERO) for person in people}
    for person, status, closed, hours in db.session.execute(sums):
        if person not in on_leave:
            continue
        if status in attendance.LEAVE_STATUSES:
            on_leave[person] += hours
        elif closed:
            absent[person] += attendance.sum_hours([(status, hours)]).absent
    return {i: exams.Absence(on_leave[i], absent[i], planned, away.get(i, "")) for i in people}


def share_of_enrollment(class_id: int, enrollment_id: int) -> Share:
    """One person's share."""
    return shares_of_class(class_id).get(enrollment_id, NOTHING)
