"""Exams, who enters, score entries, published scores, changes, marks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Exam(Base):
    """One sitting of one paper by a class. ``state``: planned, entering, settled, published.

    ``attempt_no`` 1 is the exam, 2 and more are re-sits (补考).
    """

    __tablename__ = "exams_exam"
    __table_args__ = (
        UniqueConstraint("class_id", "attempt_no"),
        CheckConstraint("pass_mark > 0 AND pass_mark <= full_marks", name="marks"),
        CheckConstraint("attempt_no BETWEEN 1 AND 9", name="attempt"),
        CheckConstraint("state IN ('planned', 'entering', 'settled', 'published')", name="state"),
        CheckConstraint("second_account_id IS NULL OR second_account_id <> first_account_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("classes_lesson.id"))
    title: Mapped[str] = mapped_column(String(200))
    mode: Mapped[str] = mapped_column(String(16), default="closed_book")
    attempt_no: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int] = mapped_column(default=90)
    place: Mapped[str] = mapped_column(String(120), default="")
    full_marks: Mapped[Decimal]
    pass_mark: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    first_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    second_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    first_submitted_at: Mapped[datetime | None]
    second_submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class EntryDuty(Base):
    """Which of the three entries an account does in one exam: one only, ever; the primary key says so.

    Entries point here with all three columns, so the database itself refuses a value typed by somebody who already
    did another entry, the settling third person included. A released duty stays: who has seen the papers as the
    first does not become the second.
    """

    __tablename__ = "exams_entry_duty"
    __table_args__ = (
        UniqueConstraint("exam_id", "account_id", "entry_no"),
        CheckConstraint("entry_no IN (1, 2, 3)", name="entry_no"),
    )

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams_exam.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"), primary_key=True, autoincrement=False)
    entry_no: Mapped[int]
    at: Mapped[datetime]


class ScoreEntry(Base):
    """One value as somebody typed it; append-only, the latest per (exam, person, pass) counts.

    ``entry_no``: 1 first, 2 second, 3 settling. Either ``score`` or ``code`` (absent, misconduct; settled
    also deferred, excluded), or neither: the cell was emptied again.
    """

    __tablename__ = "exams_score_entry"
    __table_args__ = (
        Index("ix_exams_score_entry_exam_id_enrollment_id", "exam_id", "enrollment_id"),
        ForeignKeyConstraint(
            ["exam_id", "account_id", "entry_no"],
            ["exams_entry_duty.exam_id", "exams_entry_duty.account_id", "exams_entry_duty.entry_no"],
        ),
        CheckConstraint("score IS NULL OR (code = '' AND score >= 0)", name="score_or_code"),
        CheckConstraint("code IN ('', 'absent', 'misconduct', 'deferred', 'excluded')", name="code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams_exam.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    entry_no: Mapped[int]
    score: Mapped[Decimal | None]
    code: Mapped[str] = mapped_column(String(12), default="")
    account_id: Mapped[int]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")


class ScoreVersion(Base):
    """A published score; a later change is a new version with reason, asked for by one and approved by another."""

    __tablename__ = "exams_score_version"
    __table_args__ = (
        UniqueConstraint("exam_id", "enrollment_id", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="change_has_reason"),
        CheckConstraint(
            "(score IS NOT NULL AND code = '' AND score >= 0)"
            " OR (score IS NULL AND code IN ('absent', 'misconduct', 'deferred', 'excluded', 'open'))",
            name="score_or_code",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams_exam.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    score: Mapped[Decimal | None]
    code: Mapped[str] = mapped_column(String(12), default="")  # rules: ABSENT … OPEN (not settled on import)
    source: Mapped[str] = mapped_column(String(12), default="entry")  # entry, change, import
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")


class ScoreChangeRequest(Base):
    """A wish to change a published score; decided by a second person. ``state``: asked, approved, refused."""

    __tablename__ = "exams_score_change_request"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("state IN ('asked', 'approved', 'refused')", name="state"),
        CheckConstraint("state = 'asked' OR decided_by_id IS NOT NULL", name="decided_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams_exam.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    score: Mapped[Decimal | None]
    code: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(300))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="asked")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(String(300), default="")


class AdmissionRule(Base):
    """How much absence shuts somebody out of a class's exams that are sat on ``counts_from`` or later; append-only."""

    __tablename__ = "exams_admission_rule"
    __table_args__ = (
        CheckConstraint("counts IN ('missed', 'leave')", name="counts"),
        CheckConstraint("numerator >= 1 AND numerator <= denominator", name="part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    counts_from: Mapped[date]
    excludes: Mapped[bool]
    counts: Mapped[str] = mapped_column(String(8))
    numerator: Mapped[int]
    denominator: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class Admission(Base):
    """Where somebody stands before an exam, with the figures; no row: admitted, and never anything else.

    ``noted`` is what would hold now had the exam not been sat; '' when that is the standing. ``nevertheless_…``: a
    person let them sit it in spite of the hours.
    """

    __tablename__ = "exams_admission"
    __table_args__ = (
        UniqueConstraint("exam_id", "enrollment_id"),
        CheckConstraint("standing IN ('admitted', 'excluded', 'deferred')", name="standing"),
        CheckConstraint("noted IN ('', 'admitted', 'excluded', 'deferred')", name="noted"),
        CheckConstraint("nevertheless_at IS NULL OR nevertheless_reason <> ''", name="nevertheless_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams_exam.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    standing: Mapped[str] = mapped_column(String(10), default="admitted")
    noted: Mapped[str] = mapped_column(String(10), default="")
    on_leave: Mapped[Decimal]
    absent: Mapped[Decimal]
    planned: Mapped[Decimal]
    leave_at_exam: Mapped[str] = mapped_column(String(16), default="")
    changed_at: Mapped[datetime]
    nevertheless_at: Mapped[datetime | None]
    nevertheless_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    nevertheless_reason: Mapped[str] = mapped_column(String(300), default="")


class Mark(Base):
    """A mark that is no exam: ``kind`` reflection (心得体会) or conduct (日常表现), 0 to 100; the latest counts."""

    __tablename__ = "exams_mark"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "kind", "version"),
        CheckConstraint("kind IN ('reflection', 'conduct')", name="kind"),
        CheckConstraint("score BETWEEN 0 AND 10000", name="score"),  # hundredths
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    kind: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    score: Mapped[Decimal]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(300), default="")


class BankQuestion(Base):
    """A question of the bank. ``state``: draft, active, retired; ``fingerprint`` keeps the same one from coming twice.

    ``content`` that only one type has lies in JSON: ``pairs`` [[left, right]], ``distractors``, ``pictures``
    [{sha256, name, media_type}], ``findings`` [[what, value]] (what its file held that we do not).
    """

    __tablename__ = "exams_question"
    __table_args__ = (
        CheckConstraint(
            "type IN ('single', 'multiple', 'true_false', 'short_answer', 'numerical', 'essay', 'matching')",
            name="type",
        ),
        CheckConstraint("state IN ('draft', 'active', 'retired')", name="state"),
        CheckConstraint("difficulty IN ('', 'easy', 'medium', 'hard')", name="difficulty"),
        CheckConstraint("score IS NULL OR score > 0", name="score"),
        CheckConstraint("version > 0", name="version"),
        Index("ix_exams_question_category_type", "category", "type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(16))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    answer: Mapped[str] = mapped_column(Text, default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    difficulty: Mapped[str] = mapped_column(String(8), default="")
    category: Mapped[str] = mapped_column(String(200), default="")
    score: Mapped[Decimal | None]
    tolerance: Mapped[str] = mapped_column(String(40), default="")
    pairs: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    distractors: Mapped[list[str]] = mapped_column(JSON, default=list)
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    findings: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(8), default="active")
    source: Mapped[str] = mapped_column(String(300), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class QuestionVersion(Base):
    """How a question read before it was changed."""

    __tablename__ = "exams_question_version"
    __table_args__ = (UniqueConstraint("question_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("exams_question.id", ondelete="CASCADE"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
