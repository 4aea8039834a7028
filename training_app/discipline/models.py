"""Requests for leave with their decisions and papers, decisions about withdrawal, bulletins."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Leave(Base):
    """A request for leave, by half-days. ``state``: asked, approved, refused, withdrawn, returned.

    ``step`` is whose decision it waits for, '' when nobody's. ``back_day``/``back_half`` say when the person was back:
    leave covers nothing from then on.
    """

    __tablename__ = "discipline_leave"
    __table_args__ = (
        CheckConstraint("kind IN ('leave_sick', 'leave_personal', 'leave_official')", name="kind"),
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn', 'returned')", name="state"),
        CheckConstraint("last_day >= first_day", name="days"),
        Index("ix_discipline_leave_class_id_state", "class_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    first_day: Mapped[date]
    first_half: Mapped[str] = mapped_column(String(10))  # morning, afternoon
    last_day: Mapped[date]
    last_half: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="asked", index=True)
    step: Mapped[str] = mapped_column(String(16), default="")
    half_days: Mapped[int]
    hours: Mapped[Decimal]  # of the timetable, when asked
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    by_staff: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    told_back_at: Mapped[datetime | None]  # the trainee's own word, to be confirmed
    back_day: Mapped[date | None]
    back_half: Mapped[str] = mapped_column(String(10), default="")
    back_at: Mapped[datetime | None]
    back_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class LeaveStep(Base):
    """One decision in the chain of a request; append-only, one per step."""

    __tablename__ = "discipline_leave_step"
    __table_args__ = (UniqueConstraint("leave_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("discipline_leave.id"))
    step: Mapped[str] = mapped_column(String(16))  # class_teacher, academic, organisation
    approved: Mapped[bool]
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class LeavePaper(Base):
    """A paper handed in with a request (hospital's or unit's certificate); its content lies in the storage."""

    __tablename__ = "discipline_leave_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("discipline_leave.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    at: Mapped[datetime]


class WithdrawalDecision(Base):
    """What a person decided about somebody whose withdrawal was proposed; append-only.

    ``grounds``: why it was proposed, separated by commas: share (more than a seventh missed), absence (absent without
    leave for as many days as the class allows). ``absent``: hours, None in decisions from before absence was a ground.
    """

    __tablename__ = "discipline_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    withdrawn: Mapped[bool]
    missed: Mapped[Decimal]
    planned: Mapped[Decimal]
    absent: Mapped[Decimal | None]
    grounds: Mapped[str] = mapped_column(String(20), default="share")
    note: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class Bulletin(Base):
    """An issued bulletin: numbered, frozen. A correction is a new one that names it."""

    __tablename__ = "discipline_bulletin"
    __table_args__ = (
        UniqueConstraint("class_id", "year", "serial"),
        CheckConstraint("kind IN ('daily', 'weekly')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    kind: Mapped[str] = mapped_column(String(8))
    first_day: Mapped[date] = mapped_column(index=True)
    last_day: Mapped[date]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(160))
    content: Mapped[str] = mapped_column(Text)  # JSON, as issued
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("discipline_bulletin.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300), default="")
