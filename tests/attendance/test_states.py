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

from tests.attendance_hall import Hall, build_hall, teacher
from tests.discipline.conftest import actor_of
from training_app.attendance import code_rules, rules
from training_app.attendance.models import AttendanceCorrection, AttendanceRecord, CheckInWindow, MarkTakenBack
from training_app.attendance.queries.corrections import requests_of
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, windows
from training_app.attendance.services.contests import answer_contest, contest
from training_app.attendance.services.corrections import ask_correction, decide_correction
from training_app.attendance.services.judging import Who
from training_app.attendance.services.undo import take_back
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import DomainError, Refused

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
        self.requests: list[tuple[int, int, str]] = []
        self.contests: list[tuple[int, int]] = []
        self.taken_back = 0
        self.asker = actor_of(teacher(self.hall.class_id, f"asker{Lesson.halls}"))
        self.second = actor_of(teacher(self.hall.class_id, f"second{Lesson.halls}"))
        self.trainees = [actor_of(account) for account in self.hall.accounts]
        windows.open_check_in(self.hall.lesson_id)

    def teardown(self) -> None:
        self.traveller.stop()
        db.session.remove()

    @rule(seconds=st.sampled_from([1, 4, 5, 9, 60, 600, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    @rule(seconds=st.sampled_from([-3600, -7, 3600, 86_400]))
    def the_servers_clock_jumps(self, seconds: int) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    @rule(person=st.integers(0, PEOPLE - 1), lag=st.integers(-1, 3), nonce=st.sampled_from("abc"))
    def scans(self, person: int, lag: int, nonce: str) -> None:
        outcome = scanning.check_in(
            Who(self.hall.accounts[person]), code=self.hall.code(steps_ago=lag), nonce=f"{person}{nonce}"
        )
        if lag not in code_rules.ACCEPTED_LAGS:
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
            day_after = clock.now() > START + timedelta(hours=27)  # it lasts three
            assert error.code == "closed" or (day_after and error.code == "second_person")  # noqa: PT017
        else:
            self.acknowledged.pop(person, None)

    @rule(person=st.integers(0, PEOPLE - 1), status=st.sampled_from(["present", "leave_sick"]))
    def staff_corrects(self, person: int, status: str) -> None:
        try:
            staff.correct(self.hall.lesson_id, self.hall.enrollments[person], status=status, reason="brought a note")
        except DomainError as error:
            assert error.code in ("not_closed", "unchanged", "second_person")  # noqa: PT017
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
            assert error.code in ("not_closed", "lesson_over")  # noqa: PT017

    @rule(person=st.integers(0, PEOPLE - 1))
    def staff_takes_back(self, person: int) -> None:
        before = self.hall.status(person)
        try:
            restored = take_back(self.hall.lesson_id, self.hall.enrollments[person])
        except DomainError as error:
            assert error.code in ("closed", "no_undo")  # noqa: PT017
            assert self.hall.status(person) == before
        else:
            assert self.hall.status(person) == (restored or None)
            self.acknowledged.pop(person, None)  # who scanned after the tick was told the tick's time, and scans again
            self.taken_back += 1

    @rule(person=st.integers(0, PEOPLE - 1), status=st.sampled_from(["present", "leave_sick"]))
    def staff_asks(self, person: int, status: str) -> None:
        before = self.hall.status(person)
        with acting_as(self.asker):
            try:
                request_id = ask_correction(
                    self.hall.lesson_id, self.hall.enrollments[person], status=status, reason="brought a note"
                )
            except DomainError as error:
                assert error.code in ("not_closed", "unchanged", "waiting")  # noqa: PT017
            else:
                self.requests.append((request_id, person, status))
                with pytest.raises(Refused):
                    decide_correction(request_id, approved=True)
        assert self.hall.status(person) == before

    @rule(approved=st.booleans(), which=st.integers(0, 5))
    def second_person_decides(self, approved: bool, which: int) -> None:
        if not self.requests:
            return
        request_id, person, status = self.requests[which % len(self.requests)]
        before = self.hall.status(person)
        with acting_as(self.second):
            try:
                decide_correction(request_id, approved=approved, note="seen the list")
            except DomainError as error:
                assert error.code in ("decided", "not_closed", "unchanged", "changed")  # noqa: PT017
                assert self.hall.status(person) == before
                return
        assert self.hall.status(person) == (status if approved else before)
        if approved:
            self.acknowledged.pop(person, None)

    @rule(person=st.integers(0, PEOPLE - 1))
    def trainee_contests(self, person: int) -> None:
        before = self.hall.status(person)
        with acting_as(self.trainees[person]):
            try:
                contest_id = contest(self.hall.lesson_id, self.hall.enrollments[person], said="I sat in row three")
            except DomainError as error:
                assert error.code in ("nothing", "waiting", "too_late")  # noqa: PT017
            else:
                self.contests.append((contest_id, person))
        assert self.hall.status(person) == before

    @rule(upheld=st.booleans(), which=st.integers(0, 5))
    def teacher_answers(self, upheld: bool, which: int) -> None:
        if not self.contests:
            return
        contest_id, person = self.contests[which % len(self.contests)]
        before = self.hall.status(person)
        with acting_as(self.asker):
            try:
                waits = answer_contest(contest_id, upheld=upheld, words="seen by the neighbour", status="present")
            except DomainError as error:
                assert error.code in ("answered", "waiting", "second_person")  # noqa: PT017
                assert self.hall.status(person) == before
                return
        if waits is not None:
            self.requests.append((waits, person, "present"))
        moved = upheld and waits is None
        assert self.hall.status(person) == ("present" if moved else before)

    @invariant()
    def what_was_decided_is_kept_once_and_traced(self) -> None:
        effective = {
            (row.enrollment_id, row.requested_status)
            for _id, person, _status in self.requests
            for row in requests_of(self.hall.lesson_id, self.hall.enrollments[person])
            if row.outcome == "effective"
        }
        corrected = {
            (enrollment, status)
            for enrollment, status in db.session.execute(
                select(AttendanceRecord.enrollment_id, AttendanceCorrection.new_status).join(
                    AttendanceRecord, AttendanceRecord.id == AttendanceCorrection.record_id
                )
            )
        }
        assert effective <= corrected
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "attendance.MarkWithdrawn")
        traces = select(func.count()).select_from(MarkTakenBack).where(MarkTakenBack.lesson_id == self.hall.lesson_id)
        assert db.session.scalar(traces) == self.taken_back
        assert (db.session.scalar(entries) or 0) >= self.taken_back
        db.session.rollback()

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
