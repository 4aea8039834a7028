"""Check-in windows, tickets, records, corrections, flags."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class CheckInWindow(Base):
    """The check-in of one lesson: its key (wrapped), when it was opened and closed. ``state``: open, closed."""

    __tablename__ = "attendance_check_in_window"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), primary_key=True, autoincrement=False)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    key_encrypted: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(8), default="open")
    step_seconds: Mapped[int]
    late_from: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    head_count: Mapped[int | None]
    closes_after_minutes: Mapped[int | None]  # as the class's rules were when it was opened


class RollCall(Base):
    """A time within a lesson in which the code on the screen asks for a sign of life (mid) or for leaving (out).

    ``until``: no scan after it counts as an answer; None while it runs until the lesson is closed. ``settled_at``: when
    it was looked up who had not answered.
    """

    __tablename__ = "attendance_roll_call"
    __table_args__ = (CheckConstraint("slot IN ('mid', 'out')", name="slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    slot: Mapped[str] = mapped_column(String(4))
    started_at: Mapped[datetime]
    until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class RollCallAnswer(Base):
    """One person's answer to a call in mid-lesson; exactly one (unique constraint); append-only.

    ``operator_id``: who answered for the person, having seen them; None when they scanned.
    """

    __tablename__ = "attendance_roll_call_answer"
    __table_args__ = (UniqueConstraint("roll_call_id", "enrollment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    roll_call_id: Mapped[int] = mapped_column(ForeignKey("attendance_roll_call.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    answered_at: Mapped[datetime]  # the server's time of the scan
    recorded_at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(String(64), default="")
    step_lag: Mapped[int | None]
    device_hash: Mapped[str] = mapped_column(String(64), default="")
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")


class ScanTicket(Base):
    """A genuine scan, good for 120 s in the browser that made it; one user."""

    __tablename__ = "attendance_scan_ticket"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    step: Mapped[int]
    scanned_at: Mapped[datetime]
    device_hash: Mapped[str] = mapped_column(String(64), default="")
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class AttendanceRecord(Base):
    """One person at one lesson; exactly one, whatever happens (unique constraint).

    ``status``: present, late, left_early, absent, leave_sick, leave_personal, leave_official, exempt.
    ``method``: scan, staff, closing, leave, import.
    """

    __tablename__ = "attendance_record"
    __table_args__ = (
        UniqueConstraint("lesson_id", "enrollment_id"),
        CheckConstraint(
            "status IN ('present', 'late', 'left_early', 'absent', 'leave_sick', 'leave_personal',"
            " 'leave_official', 'exempt')",
            name="status",
        ),
        Index("ix_attendance_record_enrollment_id", "enrollment_id"),
        Index("ix_attendance_record_lesson_id_device_hash", "lesson_id", "device_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"))
    status: Mapped[str] = mapped_column(String(16))
    check_in_at: Mapped[datetime | None]  # the server's time of the scan, never the client's
    check_out_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(8))
    nonce: Mapped[str] = mapped_column(String(64), default="")
    step_lag: Mapped[int | None]  # 0 current step, 1 the one before
    device_hash: Mapped[str] = mapped_column(String(64), default="")
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")


class AttendanceCorrection(Base):
    """A changed status, old → new, by whom and why; append-only."""

    __tablename__ = "attendance_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("attendance_record.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    old_status: Mapped[str] = mapped_column(String(16))
    new_status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(300))


class AttendanceFlag(Base):
    """A doubt about a record, explained in a sentence, settled by a person."""

    __tablename__ = "attendance_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("attendance_record.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))  # a key of rules.FLAGS
    rule_version: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    settlement: Mapped[str] = mapped_column(String(300), default="")


class AttendancePlace(Base):
    """Whether a phone was where the lesson was, in classes that ask; never the coordinates.

    ``verdict``: inside, outside, unknown. ``accuracy``: the fix was good to so many metres; None when it said nothing.
    """

    __tablename__ = "attendance_place"
    __table_args__ = (CheckConstraint("verdict IN ('inside', 'outside', 'unknown')", name="verdict"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("attendance_record.id"), primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(8))
    accuracy: Mapped[int | None]


class WrongCode(Base):
    """A refused code, to limit guessing by account and by device; deleted after an hour."""

    __tablename__ = "attendance_wrong_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    device_hash: Mapped[str] = mapped_column(String(64), default="", index=True)


class AttendanceRule(Base):
    """The rules of a class from one lesson on; append-only, the latest version for a lesson counts."""

    __tablename__ = "attendance_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    from_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("classes_lesson.id"))
    counts_from: Mapped[datetime]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    opens_before_minutes: Mapped[int]
    late_after_minutes: Mapped[int]
    closes_after_minutes: Mapped[int]
    check_out_needed: Mapped[bool]
    early_minutes: Mapped[int]
    lates_per_absence: Mapped[int]
    surprise_wanted: Mapped[bool] = mapped_column(default=False)
    surprise_minutes: Mapped[int] = mapped_column(default=5)
    location_asked: Mapped[bool] = mapped_column(default=False)
    location_radius: Mapped[int] = mapped_column(default=300)
    half_day_hours: Mapped[Decimal]
    academic_over_half_days: Mapped[int]
    organisation_over_half_days: Mapped[int]
    absent_days: Mapped[Decimal] = mapped_column(default=Decimal(2))


class LessonNote(Base):
    """What became of a lesson's records when it was moved or cancelled; append-only, shown on its page."""

    __tablename__ = "attendance_lesson_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(10))  # moved, cancelled
    kept: Mapped[int]
    taken_back: Mapped[int]
    added: Mapped[int]


class MarkBefore(Base):
    """How a record came about before staff's mark changed it, so that the mark can be taken back; append-only."""

    __tablename__ = "attendance_mark_before"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("attendance_correction.id"), unique=True)
    method: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    check_in_at: Mapped[datetime | None]


class MarkTakenBack(Base):
    """A mark by staff that was taken back before the lesson was closed; append-only.

    ``operator_id``, ``marked_at``, ``reason``: of the mark. ``restored``: what the record says since; '' when there is
    none any more. ``nonce``: of the mark, so that a tablet sending it once more does not bring it back.
    """

    __tablename__ = "attendance_mark_taken_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    status: Mapped[str] = mapped_column(String(16))
    restored: Mapped[str] = mapped_column(String(16))
    marked_at: Mapped[datetime]
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(300))
    nonce: Mapped[str] = mapped_column(String(64))


class AnswerTakenBack(Base):
    """An answer that staff gave for a person and took back before the lesson was closed; append-only.

    The answer itself leaves ``attendance_roll_call_answer`` only when it is kept here (trigger), so that the person can
    answer after all. ``nonce``: a tablet sending the answer once more does not bring it back.
    """

    __tablename__ = "attendance_answer_taken_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    roll_call_id: Mapped[int] = mapped_column(ForeignKey("attendance_roll_call.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    answered_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(300))
    nonce: Mapped[str] = mapped_column(String(64))


class HeadCount(Base):
    """Heads counted in the room, or (with ``note``) why they differ from the records; append-only, the last counts."""

    __tablename__ = "attendance_head_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    seen: Mapped[int]
    recorded: Mapped[int]  # how many the records said had come, at that moment
    note: Mapped[str] = mapped_column(String(300), default="")


class CorrectionRequest(Base):
    """A correction asked for after the time in which one person corrects alone; append-only."""

    __tablename__ = "attendance_correction_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    old_status: Mapped[str] = mapped_column(String(16))
    requested_status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(300))


class CorrectionDecision(Base):
    """What became of a request: effective, refused or withdrawn; at most one each, append-only."""

    __tablename__ = "attendance_correction_decision"
    __table_args__ = (CheckConstraint("outcome IN ('effective', 'refused', 'withdrawn')", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("attendance_correction_request.id"), unique=True)
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300), default="")


class Contest(Base):
    """A trainee says that a record of theirs is wrong; append-only."""

    __tablename__ = "attendance_contest"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("classes_lesson.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("classes_enrollment.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    status: Mapped[str] = mapped_column(String(16))  # what the record said then
    said: Mapped[str] = mapped_column(String(500))
    paper_sha256: Mapped[str] = mapped_column(String(64), default="")
    paper_name: Mapped[str] = mapped_column(String(120), default="")
    paper_type: Mapped[str] = mapped_column(String(40), default="")


class ContestAnswer(Base):
    """The answer to a contest, exactly one; append-only.

    ``request_id``: the correction that waits for a second person.
    """

    __tablename__ = "attendance_contest_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("attendance_contest.id"), unique=True)
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    upheld: Mapped[bool]
    words: Mapped[str] = mapped_column(String(300))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_correction_request.id"))
