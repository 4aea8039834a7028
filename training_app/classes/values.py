"""What this feature hands out: frozen pictures of classes, lessons and enrollments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ACTIVE = ("approved", "studying", "completed", "not_completed")
"""Statuses of people who take (or took) part: those whom attendance, exams and results count."""

PRESENT_IN_CLASS = ("nominated", *ACTIVE)
"""Statuses in which a person holds a seat, or waits for one."""

ENROLLMENT_STATUSES = (*PRESENT_IN_CLASS, "declined", "withdrawn", "absent_no_show")
CLASS_STATES = ("enrolling", "running", "finished", "archived", "cancelled")
LESSON_STATES = ("planned", "held", "cancelled")
LESSON_KINDS = ("teaching", "discussion", "field", "exam", "ceremony")
HALF_DAYS = ("morning", "afternoon", "evening")
DUTIES = ("class_teacher", "instructor", "exam_officer")


@dataclass(frozen=True)
class ClassInfo:
    """One training class."""

    id: int
    code: str
    name: str
    program: str
    program_id: int
    cohort_no: int | None
    starts_on: date
    ends_on: date
    venue: str
    host: str
    organiser: str
    state: str
    is_main: bool
    for_party_members: bool
    exam_required: bool
    step_seconds: int
    opens_before_minutes: int
    late_after_minutes: int
    closes_after_minutes: int
    credit_hours: Decimal
    """Hours of its lessons that were not cancelled; of the plan line while it has no lessons."""
    plan_line_id: int
    teacher_names: tuple[str, ...] = ()
    """Its class teachers (班主任)."""
    names_shown: str = "full"
    """How names stand on the big screen: full, surname, initials."""


@dataclass(frozen=True)
class LessonInfo:
    """One lesson of a class."""

    id: int
    class_id: int
    day: date
    half_day: str
    starts_at: datetime
    ends_at: datetime
    title: str
    kind: str
    course_id: int | None
    method: str
    room_id: int | None
    site_id: int | None
    place: str
    teacher_text: str
    credit_hours: Decimal
    state: str


@dataclass(frozen=True)
class EnrollmentInfo:
    """One person in one class, as unit, post and level were at that time."""

    id: int
    class_id: int
    cadre_id: int
    account_id: int | None
    name: str
    unit_id: int | None
    unit_name: str
    post_title: str
    post_level: str
    rank: str
    category: str
    group_name: str
    class_role: str
    status: str
    source: str
    nominated_by_unit_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class NewEnrollment:
    """A person to be put into a class; what is None is taken from the cadre's record of today."""

    cadre_id: int
    unit_id: int | None = None
    unit_name: str | None = None
    post_title: str | None = None
    post_level: str | None = None
    rank: str | None = None
    category: str | None = None
    group_name: str = ""
    class_role: str = ""
    note: str = ""


@dataclass(frozen=True)
class NewLesson:
    """A lesson to be put into a timetable."""

    starts_at: datetime
    ends_at: datetime
    title: str
    credit_hours: Decimal
    kind: str = "teaching"
    half_day: str = ""
    """Found from the time when empty."""
    course_id: int | None = None
    method: str = ""
    room_id: int | None = None
    site_id: int | None = None
    place: str = ""
    """The room's or site's name when empty."""
    teacher_ids: tuple[int, ...] = field(default=())
    teacher_text: str = ""
    """The teachers' names when empty."""
    state: str = "planned"
