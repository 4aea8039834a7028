"""Any order of scanning, marking, closing, reopening and passing time keeps the promises (SECURITY.md 2.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall
from training_app.attendance import rules
from training_app.attendance.models import AttendanceRecord, CheckInWindow
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, windows
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import DomainError

PEOPLE = 3
START = datetime(2023, 5, 15, 6, 30, tzinfo=clock.ZONE)


class Lesson(RuleBasedStateMachine):
    """One lesson of three people; time is ours."""

    halls = 0

    def __init__(self) -> None:
        super().__init__()
        self.traveller = time_machine.travel(START - timedelta(minutes=10), tick=False)
        self.clock = self.traveller.start()
        Lesson.halls += 1
        self.hall: Hall = build_hall(people=PEOPLE, code=f"S{Lesson.halls}", starts_at=START)
        self.acknowledged: dict[int, Any] = {}
        self.presses: dict[str, Any] = {}
        windows.open_check_in(self.hall.lesson_id)

    def teardown(self) -> None:
        self.traveller.stop()
        db.session.remove()

    @rule(seconds=st.sampled_from([1, 4, 5, 9, 60, 600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    @rule(person=st.integers(0, PEOPLE - 1), lag=st.integers(-1, 3), nonce=st.sampled_from("abc"))
    def scans(self, person: int, lag: int, nonce: str) -> None:
        outcome = scanning.check_in(
            Who(self.hall.accounts[person]), code=self.hall.code(steps_ago=lag), nonce=f"{person}{nonce}"
        )
        if lag not in rules.ACCEPTED_LAGS:
            assert outcome.outcome in ("expired_code", "too_many_attempts")
        if not outcome.refused:
            self.acknowledged[person] = outcome
            assert self.hall.status(person) in rules.ATTENDED_STATUSES
            assert outcome.at is None or outcome.at <= clock.now()

    @rule(person=st.integers(0, PEOPLE - 1), status=st.sampled_from(["present", "leave_sick", "absent"]))
    def staff_marks(self, person: int, status: str) -> None:
        try:
            staff.mark(self.hall.lesson_id, self.hall.enrollments[person], status=status, reason="no_phone")
        except DomainError as error:
            assert error.code == "closed"  # noqa: PT017 - which refusal it was
        else:
            self.acknowledged.pop(person, None)

    @rule(person=st.integers(0, PEOPLE - 1), status=st.sampled_from(["present", "leave_sick"]))
    def staff_corrects(self, person: int, status: str) -> None:
        try:
            staff.correct(self.hall.lesson_id, self.hall.enrollments[person], status=status, reason="brought a note")
        except DomainError as error:
            assert error.code in ("not_closed", "unchanged")  # noqa: PT017
        else:
            self.acknowledged.pop(person, None)

    @rule()
    def closes(self) -> None:
        try:
            windows.close_check_in(self.hall.lesson_id)
        except DomainError as error:
            assert error.code == "closed"  # noqa: PT017
        assert self._count() == PEOPLE

    @rule()
    def reopens(self) -> None:
        try:
            windows.reopen_check_in(self.hall.lesson_id, reason="closed too early")
        except DomainError as error:
            assert error.code == "not_closed"  # noqa: PT017

    def _count(self) -> int:
        db.session.rollback()
        records = (
            select(func.count()).select_from(AttendanceRecord).where(AttendanceRecord.lesson_id == self.hall.lesson_id)
        )
        return int(db.session.scalar(records) or 0)

    @invariant()
    def at_most_one_record_each(self) -> None:
        assert self._count() <= PEOPLE

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        for person in self.acknowledged:
            assert self.hall.status(person) in rules.ATTENDED_STATUSES

    @invariant()
    def every_scan_that_counted_has_an_audit_entry(self) -> None:
        scanned = set(
            db.session.scalars(
                select(AttendanceRecord.enrollment_id).where(
                    AttendanceRecord.lesson_id == self.hall.lesson_id, AttendanceRecord.method == "scan"
                )
            )
        )
        entries = set(
            db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.kind == "attendance.CheckedIn"))
        )
        assert {str(each) for each in scanned} <= entries

    @invariant()
    def a_closed_lesson_has_a_record_for_everybody(self) -> None:
        state = db.session.scalar(select(CheckInWindow.state).where(CheckInWindow.lesson_id == self.hall.lesson_id))
        assert state == "open" or self._count() == PEOPLE


@pytest.mark.slow
def test_no_order_of_events_breaks_a_promise(sqlite_app: Flask) -> None:
    assert sqlite_app.config["TESTING"]
    run_state_machine_as_test(
        Lesson,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
