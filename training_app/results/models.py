"""Schemes, results, certificates, the ledger of hours, requirements."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class ResultScheme(Base):
    """How a class weighs its parts, in per cent; published before results are computed."""

    __tablename__ = "results_result_scheme"
    __table_args__ = (
        CheckConstraint("exam_weight + attendance_weight + conduct_weight + reflection_weight = 100", name="weights"),
    )

    class_id: Mapped[int] = mapped_column(
        ForeignKey("classes_training_class.id"), primary_key=True, autoincrement=False
    )
    exam_weight: Mapped[int] = mapped_column(default=60)
    attendance_weight: Mapped[int] = mapped_column(default=0)
    conduct_weight: Mapped[int] = mapped_column(default=20)
    reflection_weight: Mapped[int] = mapped_column(default=20)
    pass_mark: Mapped[Decimal] = mapped_column(default=Decimal(60))
    missed_numerator: Mapped[int] = mapped_column(default=1)  # more than 1/7 of the hours missed: not completed
    missed_denominator: Mapped[int] = mapped_column(default=7)
    published_at: Mapped[datetime | None]


class ClassResult(Base):
    """One person's result in one class; versions, the latest counts."""

    __tablename__ = "results_class_result"
    __table_args__ = (UniqueConstraint("enrollment_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    class_hours: Mapped[Decimal]
    hours_due: Mapped[Decimal]
    hours_earned: Mapped[Decimal]
    hours_missed: Mapped[Decimal]
    attendance_rate: Mapped[Decimal]  # per cent
    exam_score: Mapped[Decimal | None]
    resit_score: Mapped[Decimal | None]
    conduct_score: Mapped[Decimal | None]
    reflection_score: Mapped[Decimal | None]
    total: Mapped[Decimal | None]
    grade: Mapped[str] = mapped_column(String(10), default="")  # 优秀, 良好, 合格, 不合格 as codes: see rules
    completed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20))  # the rule that decided, a code of results.rules
    decided_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class CertificateCounter(Base):
    """The last certificate number of a year; its row lock keeps the numbers without gaps."""

    __tablename__ = "results_certificate_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class CompletionCertificate(Base):
    """A numbered certificate. ``state``: valid, revoked, replaced. Rows are never deleted."""

    __tablename__ = "results_completion_certificate"
    __table_args__ = (UniqueConstraint("year", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    check_code: Mapped[str] = mapped_column(String(16), unique=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), index=True)
    holder_name: Mapped[str] = mapped_column(String(60))
    class_name: Mapped[str] = mapped_column(String(120))
    credit_hours: Mapped[Decimal]
    trained_from: Mapped[date]
    trained_to: Mapped[date]
    issued_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="valid")
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    state_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("results_completion_certificate.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class HourEntry(Base):
    """A line of the ledger of credit hours; never changed, a correction is a new line (negative or positive).

    ``kind``: group (集中培训), online (网络), external (上级调训), lecturing. ``source``: (``lesson``, lesson id) or
    (``external``, id) …; ``revision`` 0 is the first posting, higher ones corrections of it.
    """

    __tablename__ = "results_hour_entry"
    __table_args__ = (
        UniqueConstraint("cadre_id", "source_kind", "source_id", "revision"),
        Index("ix_results_hour_entry_cadre_id_year", "cadre_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    earned_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    hours: Mapped[Decimal]
    source_kind: Mapped[str] = mapped_column(String(12))
    source_id: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    posted_at: Mapped[datetime]


class HourRequirement(Base):
    """A dated requirement: who is bound, by how many hours, in how many years (干部教育培训工作条例 2023).

    ``rule``: five_year, annual, online (a year's network hours, kept apart).
    """

    __tablename__ = "results_hour_requirement"
    __table_args__ = (UniqueConstraint("rule", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date]
    years: Mapped[int]
    hours: Mapped[Decimal]
    days: Mapped[int]
