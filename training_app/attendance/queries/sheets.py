"""The attendance of a class as a sheet, person by lesson; the lessons of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from training_app.attendance import rules
from training_app.attendance.queries.calls import lessons_called
from training_app.attendance.queries.class_rules import hours_by_lates, rules_of_lessons
from training_app.attendance.queries.heads import heads_of
from training_app.attendance.queries.records import Counts, lesson_counts, records_of_class
from training_app.attendance.queries.windows import WindowInfo, list_windows
from training_app.classes.api import (
    ClassInfo,
    EnrollmentInfo,
    LessonInfo,
    get_class,
    list_classes,
    list_enrollments_visible_to,
    list_lessons,
    list_lessons_of_day,
)
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.permissions import Permission

_LEAVING = timedelta(minutes=30)  # for so long after the end people may still be asked to check out


@dataclass(frozen=True)
class SheetLesson:
    """A lesson with the state of its attendance."""

    lesson: LessonInfo
    counts: Counts
    window: WindowInfo | None = None

    @property
    def state(self) -> str:
        """none, open, closed."""
        return self.counts.state

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.lesson.ends_at < clock.now()


@dataclass(frozen=True)
class SheetRow:
    """One person's line: status per lesson, and the hours."""

    person: EnrollmentInfo
    statuses: dict[int, str]
    sums: rules.HourSums
    share: Decimal
    too_much: bool
    near: bool


@dataclass(frozen=True)
class Sheet:
    """A class's attendance."""

    klass: ClassInfo
    lessons: tuple[SheetLesson, ...]
    rows: tuple[SheetRow, ...]
    planned_hours: Decimal
    totals: rules.HourSums = field(default_factory=rules.HourSums)

    @property
    def closed(self) -> int:
        """How many lessons are closed."""
        return sum(1 for each in self.lessons if each.state == "closed")


@dataclass(frozen=True)
class PersonMarks:
    """How often and for how many hours a person was present, late, on leave … in lessons that are closed."""

    times: Mapping[str, int] = field(default_factory=dict)
    hours: Mapping[str, Decimal] = field(default_factory=dict)


def marks_of_class(class_id: int) -> dict[int, PersonMarks]:
    """What closed lessons say of each person, by enrollment."""
    hours = {each.id: each.credit_hours for each in list_lessons(class_id) if each.state != "cancelled"}
    closed = {lesson_id for lesson_id, each in lesson_counts(list(hours)).items() if each.state == "closed"}
    times: dict[int, dict[str, int]] = {}
    sums: dict[int, dict[str, Decimal]] = {}
    for record in records_of_class(class_id):
        if record.lesson_id in closed:
            counted, summed = times.setdefault(record.enrollment_id, {}), sums.setdefault(record.enrollment_id, {})
            counted[record.status] = counted.get(record.status, 0) + 1
            summed[record.status] = summed.get(record.status, Decimal(0)) + hours[record.lesson_id]
    return {person: PersonMarks(times[person], sums[person]) for person in times}


def class_sheet(class_id: int, actor: Actor, permission: Permission) -> Sheet:
    """Every person and lesson of a class that the actor may see; hours count once a lesson is closed."""
    return sheet_of(class_id, list_enrollments_visible_to(actor, class_id, permission))


def sheet_of(class_id: int, people: Sequence[EnrollmentInfo]) -> Sheet:
    """The sheet of these people, whoever asks."""
    klass = get_class(class_id)
    taught = [each for each in list_lessons(class_id) if each.state != "cancelled"]
    counts, open_windows = lesson_counts([each.id for each in taught]), list_windows([each.id for each in taught])
    hours = {each.id: each.credit_hours for each in taught}
    planned = sum(hours.values(), Decimal(0))
    statuses: dict[int, dict[int, str]] = {}
    for record in records_of_class(class_id):
        statuses.setdefault(record.enrollment_id, {})[record.lesson_id] = record.status
    closed = {lesson_id for lesson_id, each in counts.items() if each.state == "closed"}
    by_lates = hours_by_lates(class_id)
    rows = []
    for person in people:
        own = statuses.get(person.id, {})
        sums = rules.sum_hours((own[i], hours[i]) for i in own if i in closed)
        missed = sums.missed + by_lates.get(person.id, Decimal(0))
        rows.append(
            SheetRow(
                person,
                own,
                sums,
                share=missed / planned if planned else Decimal(0),
                too_much=rules.misses_too_much(missed, planned),
                near=rules.nears_limit(missed, planned),
            )
        )
    return Sheet(
        klass,
        tuple(SheetLesson(each, counts[each.id], open_windows.get(each.id)) for each in taught),
        tuple(rows),
        planned,
        _totals(rows),
    )


def _totals(rows: Collection[SheetRow]) -> rules.HourSums:
    zero = Decimal(0)
    return rules.HourSums(
        due=sum((row.sums.due for row in rows), zero),
        attended=sum((row.sums.attended for row in rows), zero),
        on_leave=sum((row.sums.on_leave for row in rows), zero),
        absent=sum((row.sums.absent for row in rows), zero),
        late=sum(row.sums.late for row in rows),
        left_early=sum(row.sums.left_early for row in rows),
    )


@dataclass(frozen=True)
class DayLesson:
    """A lesson of a day with its class."""

    klass: ClassInfo
    lesson: LessonInfo
    counts: Counts
    window: WindowInfo | None
    laid_down: rules.ClassRules = field(default_factory=rules.ClassRules)
    called: frozenset[str] = frozenset()  # the calls there have been in it: mid, out
    heads: str = ""  # how the count of heads stands: '', agree, noted, differ

    @property
    def opens_at(self) -> datetime:
        """From when the class wants its check-in open."""
        return self.lesson.starts_at - timedelta(minutes=self.laid_down.opens_before_minutes)

    @property
    def wants_call(self) -> str:
        """The call that the class's rules ask for now: mid, out, or none."""
        now = clock.now()
        if self.counts.state != "open" or now > self.lesson.ends_at + _LEAVING:
            return ""
        leaving_from = self.lesson.ends_at - timedelta(minutes=self.laid_down.early_minutes)
        if self.laid_down.check_out_needed and "out" not in self.called and now >= leaving_from:
            return "out"
        middle = self.lesson.starts_at + (self.lesson.ends_at - self.lesson.starts_at) / 3
        if self.laid_down.surprise_wanted and not self.called and middle <= now < leaving_from:
            return "mid"
        return ""

    @property
    def wants(self) -> str:
        """What is to be done with it: open, close, or nothing."""
        now = clock.now()
        if self.counts.state == "closed":
            return ""
        if self.counts.state == "open":
            over = self.window is not None and now >= self.window.closes_at
            if self.laid_down.check_out_needed or self.laid_down.surprise_wanted:
                over = over and now > self.lesson.ends_at  # what is still to come needs the code
            return "close" if over else "watch"
        return "close" if now > self.lesson.ends_at else ("open" if now >= self.opens_at else "")


def lessons_of_day(day: date, class_ids: Collection[int] | None) -> list[DayLesson]:
    """Lessons of a day in some classes (None: all), by time."""
    found = list_lessons_of_day(day, class_ids)
    if not found:
        return []
    ids = [each.id for each in found]
    counts, opened = lesson_counts(ids), list_windows(ids)
    counted = heads_of(ids, counts)
    klasses = {each.id: each for each in list_classes({each.class_id for each in found})}
    laid_down = rules_of_lessons([(each.class_id, each.starts_at) for each in found])
    called: dict[int, set[str]] = {}
    for lesson_id, slot in lessons_called(ids):
        called.setdefault(lesson_id, set()).add(slot)
    return [
        DayLesson(
            klasses[each.class_id],
            each,
            counts[each.id],
            opened.get(each.id),
            laid_down[each.class_id, each.starts_at],
            frozenset(called.get(each.id, ())),
            counted[each.id].state if each.id in counted else "",
        )
        for each in sorted(found, key=lambda lesson: (lesson.starts_at, lesson.class_id))
        if klasses[each.class_id].state not in ("cancelled", "enrolling")
    ]
