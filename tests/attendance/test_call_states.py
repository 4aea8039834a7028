"""Calls thrown into any order of scanning, marking, closing and passing time change no record and lose no answer."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.attendance.test_states import PEOPLE, Lesson
from training_app.attendance.models import AttendanceFlag, AttendanceRecord
from training_app.attendance.queries.calls import list_calls
from training_app.attendance.services import calls
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.answer_undo import take_answer_back
from training_app.attendance.services.judging import Who
from training_app.core.db import db
from training_app.core.errors import DomainError

_people = st.integers(0, PEOPLE - 1)


class LessonWithCalls(Lesson):
    """One lesson in which the code asks again."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: set[tuple[int, int]] = set()

    @rule(slot=st.sampled_from(["mid", "out"]))
    def calls(self, slot: str) -> None:
        try:
            calls.start_call(self.hall.lesson_id, slot)
        except DomainError as error:
            assert error.code == "closed"  # noqa: PT017 - which refusal it was

    @rule()
    def ends_the_call(self) -> None:
        calls.end_calls(self.hall.lesson_id)

    @rule()
    def the_minute_passes(self) -> None:
        calls.settle_lapsed()

    @rule(person=_people, kind=st.sampled_from(["mid", "out", ""]), nonce=st.sampled_from("xy"))
    def answers(self, person: int, kind: str, nonce: str) -> None:
        before = self.hall.status(person)
        running = next((each for each in list_calls(self.hall.lesson_id) if each.running), None)
        who = Who(self.hall.accounts[person])
        outcome = scanning.check_in(who, code=self.hall.code(), nonce=f"{person}{nonce}", kind=kind)
        if outcome.slot == "mid":
            assert running is not None
            self.answered.add((running.call.id, self.hall.enrollments[person]))
        if outcome.slot != "in":
            assert self.hall.status(person) == before
        elif not outcome.refused:
            self.acknowledged[person] = outcome

    @rule(person=_people)
    def staff_see(self, person: int) -> None:
        found = [each for each in list_calls(self.hall.lesson_id) if each.call.slot == "mid"]
        if not found:
            return
        before = self.hall.status(person)
        try:
            calls.note_answer(
                self.hall.lesson_id, found[0].call.id, self.hall.enrollments[person], reason="flat_battery"
            )
        except DomainError as error:
            assert error.code in ("closed", "not_checked_in")  # noqa: PT017
        else:
            self.answered.add((found[0].call.id, self.hall.enrollments[person]))
        assert self.hall.status(person) == before

    @rule(person=_people)
    def staff_take_it_back(self, person: int) -> None:
        found = [each for each in list_calls(self.hall.lesson_id) if each.call.slot == "mid"]
        if not found:
            return
        before = self.hall.status(person)
        answer = found[0].answers.get(self.hall.enrollments[person])
        try:
            take_answer_back(self.hall.lesson_id, found[0].call.id, self.hall.enrollments[person])
        except DomainError as error:
            assert error.code in ("closed", "no_undo")  # noqa: PT017
        else:
            assert answer is not None
            assert answer.noted
            self.answered.discard((found[0].call.id, self.hall.enrollments[person]))
        assert self.hall.status(person) == before

    @invariant()
    def every_answer_that_was_acknowledged_is_there(self) -> None:
        db.session.rollback()
        kept = {(each.call.id, person) for each in list_calls(self.hall.lesson_id) for person in each.answers}
        assert self.answered <= kept

    @invariant()
    def one_call_runs_at_most_and_none_in_a_closed_lesson(self) -> None:
        assert sum(each.running for each in list_calls(self.hall.lesson_id)) <= 1

    @invariant()
    def nobody_who_answered_is_still_doubted(self) -> None:
        waiting = set(
            db.session.scalars(
                select(AttendanceRecord.enrollment_id)
                .join(AttendanceFlag, AttendanceFlag.record_id == AttendanceRecord.id)
                .where(
                    AttendanceRecord.lesson_id == self.hall.lesson_id,
                    AttendanceFlag.code == "missed_call",
                    AttendanceFlag.settled_at.is_(None),
                )
            )
        )
        missed = {
            person
            for each in list_calls(self.hall.lesson_id)
            if each.call.slot == "mid"
            for person in self.hall.enrollments
            if person not in each.answers
        }
        assert waiting <= missed


@pytest.mark.slow
def test_no_order_of_calls_breaks_a_promise(sqlite_app: Flask) -> None:
    assert sqlite_app.config["TESTING"]
    run_state_machine_as_test(
        LessonWithCalls,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
