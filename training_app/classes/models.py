"""Plan lines, classes, seats, enrollments, lessons, rooms."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Program(Base):
    """The named, repeated offer a class belongs to (知行学堂, 中青年干部培训班)."""

    __tablename__ = "classes_program"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    category: Mapped[str] = mapped_column(String(20), default="other")  # ClassCategory of codes.md 3.6
    for_party_members: Mapped[bool] = mapped_column(default=False)


class PlanLine(Base):
    """One class as the annual plan foresees it; opening it makes the class."""

    __tablename__ = "classes_plan_line"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("credit_hours > 0", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("classes_program.id"), index=True)
    audience: Mapped[str] = mapped_column(String(120), default="")
    seats: Mapped[int]
    days: Mapped[int]
    credit_hours: Mapped[Decimal]
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    venue: Mapped[str] = mapped_column(String(120), default="")
    host: Mapped[str] = mapped_column(String(120), default="")
    organiser: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(String(500), default="")


class SeatAllotment(Base):
    """Seats of a planned class for one unit (and all below it)."""

    __tablename__ = "classes_seat_allotment"
    __table_args__ = (UniqueConstraint("plan_line_id", "unit_id"), CheckConstraint("seats > 0", name="seats"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_line_id: Mapped[int] = mapped_column(ForeignKey("classes_plan_line.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    seats: Mapped[int]


class TrainingClass(Base):
    """One running class. ``state``: enrolling → running → finished → archived; or cancelled."""

    __tablename__ = "classes_training_class"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("state IN ('enrolling', 'running', 'finished', 'archived', 'cancelled')", name="state"),
        CheckConstraint("step_seconds BETWEEN 3 AND 15", name="step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    plan_line_id: Mapped[int] = mapped_column(ForeignKey("classes_plan_line.id"), unique=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("classes_program.id"), index=True)
    cohort_no: Mapped[int | None]
    is_main: Mapped[bool] = mapped_column(default=True)
    for_party_members: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date] = mapped_column(index=True)
    venue: Mapped[str] = mapped_column(String(120), default="")
    host: Mapped[str] = mapped_column(String(120), default="")
    organiser: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(12), default="enrolling", index=True)
    exam_required: Mapped[bool] = mapped_column(default=True)
    # check-in rules of this class (SECURITY.md 2.3)
    step_seconds: Mapped[int] = mapped_column(default=5)
    opens_before_minutes: Mapped[int] = mapped_column(default=30)
    late_after_minutes: Mapped[int] = mapped_column(default=10)
    closes_after_minutes: Mapped[int] = mapped_column(default=30)
    names_shown: Mapped[str] = mapped_column(String(8), default="full", server_default="full")  # on the big screen
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ClassStaff(Base):
    """Who runs or teaches a class; gives the reach ``class`` to an account."""

    __tablename__ = "classes_class_staff"
    __table_args__ = (UniqueConstraint("class_id", "account_id", "duty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    duty: Mapped[str] = mapped_column(String(20))  # class_teacher, instructor, exam_officer


class Enrollment(Base):
    """A person in one class, with unit, post and level as they were at that time.

    ``status``: nominated, approved, declined, studying, completed, not_completed, withdrawn, absent_no_show.
    """

    __tablename__ = "classes_enrollment"
    __table_args__ = (
        UniqueConstraint("class_id", "cadre_id"),
        Index("ix_classes_enrollment_class_id_status", "class_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    post_title: Mapped[str] = mapped_column(String(120), default="")
    post_level: Mapped[str] = mapped_column(String(20), default="")
    rank: Mapped[str] = mapped_column(String(20), default="")
    category: Mapped[str] = mapped_column(String(20), default="")
    group_name: Mapped[str] = mapped_column(String(40), default="")
    class_role: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[str] = mapped_column(String(16), default="nominated")
    nominated_by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"))
    source: Mapped[str] = mapped_column(String(16), default="nomination")  # nomination, roster
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]


class EnrollmentStep(Base):
    """Every status an enrollment has had, with time, person and reason; append-only."""

    __tablename__ = "classes_enrollment_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")


class Room(Base):
    """A room that lessons are held in."""

    __tablename__ = "classes_room"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    capacity: Mapped[int | None]


class Lesson(Base):
    """One scheduled piece of teaching. Title and hours are kept as they were when it was taught.

    ``state``: planned, held, cancelled. ``kind``: teaching, discussion, field, exam, ceremony.
    """

    __tablename__ = "classes_lesson"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("credit_hours >= 0", name="hours"),
        # a cancelled lesson leaves its time free
        Index(
            "uq_classes_lesson_class_id",
            "class_id",
            "starts_at",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    half_day: Mapped[str] = mapped_column(String(10))  # morning, afternoon, evening
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12), default="teaching")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses_course.id"), index=True)
    method: Mapped[str] = mapped_column(String(40), default="")
    room_id: Mapped[int | None] = mapped_column(ForeignKey("classes_room.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("courses_teaching_site.id"))
    place: Mapped[str] = mapped_column(String(120), default="")  # as printed: the room's or site's name
    teacher_text: Mapped[str] = mapped_column(String(120), default="")  # as printed
    credit_hours: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(10), default="planned")


class TeachingAssignment(Base):
    """A teacher giving a lesson."""

    __tablename__ = "classes_teaching_assignment"
    __table_args__ = (UniqueConstraint("lesson_id", "teacher_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers_teacher.id"), index=True)


class LessonChange(Base):
    """What a lesson was before it was moved or cancelled, and why; append-only."""

    __tablename__ = "classes_lesson_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    before: Mapped[str] = mapped_column(String(500))
    after: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(300), default="")


class SeatingHall(Base):
    """The seats of a class's hall: rows of equally many, with an aisle behind each of the columns named."""

    __tablename__ = "classes_seating_hall"
    __table_args__ = (CheckConstraint("row_count BETWEEN 1 AND 60 AND column_count BETWEEN 1 AND 60", name="size"),)

    class_id: Mapped[int] = mapped_column(
        ForeignKey("classes_training_class.id"), primary_key=True, autoincrement=False
    )
    row_count: Mapped[int]
    column_count: Mapped[int]
    aisles: Mapped[str] = mapped_column(String(120), default="")  # as 4,8


class PersonSeat(Base):
    """Who sits where; nobody on two seats, no seat twice."""

    __tablename__ = "classes_person_seat"
    __table_args__ = (UniqueConstraint("class_id", "row_no", "column_no"), UniqueConstraint("enrollment_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    row_no: Mapped[int]
    column_no: Mapped[int]
