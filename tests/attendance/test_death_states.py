"""The process dies in any order of events, before or after its commit: nothing is half there, nothing is there twice.

A step forks, and the child is killed (SIGKILL) at a moment of its own transaction on the same SQLite file: after the
first row is written, as the commit begins, or after it and before anybody is answered. PostgreSQL, whole servers and
the crowd are broken by ``tests/concurrency/test_faults.py``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import event, func, select

from tests.attendance.test_states import PEOPLE, Lesson
from training_app.accounts.services import sessions
from training_app.attendance import code_rules, rules
from training_app.attendance.models import AttendanceCorrection, AttendanceFlag, AttendanceRecord
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.presses import Press
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.judging import Who
from training_app.attendance.services.together import check_in_together
from training_app.audit.models import AuditEntry
from training_app.core import crypto
from training_app.core.db import db

MOMENTS = ("writing", "committing", "answering")


def die(*_said: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_the_first_row(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement.startswith(("INSERT INTO attendance_record", "UPDATE attendance_record")):
        die()


def killed(when: str, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed at a moment of its transaction; False: it never came to that moment."""
    db.session.remove()
    db.engine.dispose()  # no connection of SQLite may live on both sides of a fork
    child = os.fork()
    if child == 0:
        status = 2
        try:
            if when == "writing":
                event.listen(db.engine, "after_cursor_execute", die_at_the_first_row)
            elif when == "committing":
                event.listen(db.engine, "commit", die)
            else:
                event.listen(db.session, "after_commit", die)
            work()
            status = 0
        finally:
            os._exit(status)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


class MortalLesson(Lesson):
    """One lesson whose server dies now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions = [crypto.digest(sessions.open_session(account)) for account in self.hall.accounts]
        self.deaths = 0

    def _everything(self) -> list[Any]:
        """All that a check-in may leave behind."""
        db.session.rollback()
        tables = (AttendanceRecord, AttendanceCorrection, AttendanceFlag, AuditEntry)
        rows = db.session.execute(
            select(
                AttendanceRecord.enrollment_id,
                AttendanceRecord.status,
                AttendanceRecord.check_in_at,
                AttendanceRecord.nonce,
            )
            .where(AttendanceRecord.lesson_id == self.hall.lesson_id)
            .order_by(AttendanceRecord.id)
        )
        found = [[tuple(row) for row in rows], *(db.session.scalar(select(func.count(each.id))) for each in tables)]
        db.session.rollback()
        return found

    def _entries_of(self, person: int) -> int:
        mine = (AuditEntry.subject_id == str(self.hall.enrollments[person])) & (
            AuditEntry.kind == "attendance.CheckedIn"
        )
        return int(db.session.scalar(select(func.count(AuditEntry.id)).where(mine)) or 0)

    def _presses_again(self, person: int, code: str, nonce: str) -> None:
        """The phone has heard nothing and sends the same press once more."""
        before, came = self._entries_of(person), self._record_of(person)
        stored = came is not None and came.nonce == nonce and came.method == "scan"
        again = scanning.check_in(Who(self.hall.accounts[person]), code=code, nonce=nonce)
        if stored and came is not None and came.status in rules.ATTENDED_STATUSES and not again.refused:
            assert (again.outcome, again.at) == ("accepted", came.check_in_at)
            assert self._entries_of(person) == before
        if not again.refused:
            self.acknowledged[person] = again

    def _record_of(self, person: int) -> Any:
        db.session.rollback()
        return db.session.execute(
            select(
                AttendanceRecord.status, AttendanceRecord.check_in_at, AttendanceRecord.nonce, AttendanceRecord.method
            ).where(
                AttendanceRecord.lesson_id == self.hall.lesson_id,
                AttendanceRecord.enrollment_id == self.hall.enrollments[person],
            )
        ).first()

    @rule(seconds=st.sampled_from([1, 4, 5, 9, 60]))
    def time_passes(self, seconds: int) -> None:  # rarely beyond the end of check-in, when nothing is stored any more
        self.clock.shift(timedelta(seconds=seconds))

    @rule(seconds=st.sampled_from([-7, 3600]))
    def the_servers_clock_jumps(self, seconds: int) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    @rule(person=st.integers(0, PEOPLE - 1), when=st.sampled_from(MOMENTS), nonce=st.sampled_from("abc"))
    def the_process_dies_over_a_scan(self, person: int, when: str, nonce: str) -> None:
        before, code, press = self._everything(), self.hall.code(), f"{person}{nonce}"
        died = killed(when, lambda: scanning.check_in(Who(self.hall.accounts[person]), code=code, nonce=press))
        self.deaths += died
        if died and when != "answering":
            assert self._everything() == before
        self._presses_again(person, code, press)

    @rule(when=st.sampled_from(MOMENTS), nonce=st.sampled_from("abc"))
    def the_process_dies_over_a_group(self, when: str, nonce: str) -> None:
        before, text = self._everything(), self.hall.code()
        code = code_rules.parse_code(text)
        presses = [Press(each, "", "", f"{person}{nonce}", code) for person, each in enumerate(self.sessions)]
        missing = [person for person in range(PEOPLE) if self.hall.status(person) is None]
        died = killed(when, lambda: check_in_together(presses, ATTENDANCE["own"]))
        self.deaths += died
        after = self._everything()
        if not died or when != "answering":
            assert after[0] == before[0]
        else:  # all of them or none: one commit
            assert len(after[0]) - len(before[0]) == len(missing) > 0
            assert after[-1] - before[-1] >= len(missing)
        for person in range(PEOPLE):
            self._presses_again(person, text, f"{person}{nonce}")


@pytest.mark.parametrize("when", MOMENTS)
def test_a_death_at_each_moment_leaves_all_or_nothing(sqlite_app: Flask, when: str) -> None:
    assert sqlite_app.config["TESTING"]
    for dies in (
        lambda lesson: lesson.the_process_dies_over_a_scan(person=1, when=when, nonce="a"),
        lambda lesson: lesson.the_process_dies_over_a_group(when=when, nonce="a"),
    ):
        lesson = MortalLesson()
        try:
            dies(lesson)
            assert lesson.deaths == 1
            lesson.every_scan_that_counted_has_an_audit_entry()
        finally:
            lesson.teardown()


@pytest.mark.slow
def test_no_death_of_the_process_breaks_a_promise(sqlite_app: Flask) -> None:
    assert sqlite_app.config["TESTING"]
    seen: list[int] = []

    class Counted(MortalLesson):
        def teardown(self) -> None:
            seen.append(self.deaths)
            super().teardown()

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(seen) > 3  # it did die now and then
