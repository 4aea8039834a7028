"""Corrections that take a second person: asking, deciding, withdrawing. Effective only when approved."""

from __future__ import annotations

from training_app.attendance import evidence_rules, rules
from training_app.attendance.events import CorrectionDecided, CorrectionRequested
from training_app.attendance.models import CorrectionDecision, CorrectionRequest
from training_app.attendance.queries.corrections import RequestRow, get_request, has_waiting, may_be_second
from training_app.attendance.services import staff
from training_app.classes.api import get_lesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.core.events import publish
from training_app.core.text import N_

_LONGEST = 300


@command
def correct_or_ask(lesson_id: int, enrollment_id: int, *, status: str, reason: str) -> int | None:
    """Correct a closed lesson's record while one person may, else ask for it; the request that waits, if one does.

    Raises:
        DomainError: as of :func:`staff.correct` and :func:`ask_correction`.

    """
    if evidence_rules.corrects_alone(ends_at=get_lesson(lesson_id).ends_at, now=clock.now()):
        if has_waiting(lesson_id, enrollment_id):
            raise Conflict(N_("A correction of this record waits for a second person already."), code="waiting")
        staff.correct(lesson_id, enrollment_id, status=status, reason=reason)
        return None
    return ask_correction(lesson_id, enrollment_id, status=status, reason=reason)


@command
def ask_correction(lesson_id: int, enrollment_id: int, *, status: str, reason: str) -> int:
    """Ask for a correction; nothing changes until a second person approves.

    Raises:
        NotFound: the person is not of this lesson's class.
        InvalidInput: unknown status or no reason.
        Conflict: the lesson is not closed, says so already, or another request waits.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson, old = staff.look_at(lesson_id, enrollment_id, status=status, reason=reason)
    if has_waiting(lesson_id, enrollment_id):
        raise Conflict(N_("A correction of this record waits for a second person already."), code="waiting")
    reason = reason.strip()[:_LONGEST]
    row = CorrectionRequest(
        lesson_id=lesson_id,
        enrollment_id=enrollment_id,
        asked_at=clock.now(),
        asked_by_id=_account(),
        old_status=old,
        requested_status=status,
        reason=reason,
    )
    db.session.add(row)
    db.session.flush()
    publish(
        CorrectionRequested(
            request_id=row.id,
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            enrollment_id=enrollment_id,
            old_status=old,
            new_status=status,
            reason=reason,
        )
    )
    return row.id


@command
def decide_correction(request_id: int, *, approved: bool, note: str = "") -> None:
    """Decide as the second person: approved, the correction takes effect now; refused, the record stays.

    Raises:
        NotFound: no such request.
        Refused: one's own request, or a record of oneself.
        InvalidInput: refused without saying why.
        Conflict: decided already, or the record has changed since it was asked for.

    """
    found = _open(request_id)
    note = note.strip()[:_LONGEST]
    if not may_be_second(found, current_actor().account_id):
        raise Refused(
            N_("The second person must be somebody else, whatever the account; nobody decides about oneself."),
            code="own_request",
        )
    if not approved and not rules.reason_is_enough(note):
        raise InvalidInput(fields={"note": N_("Please say in at least four characters why it is refused.")})
    if approved:
        lesson, now_says = staff.look_at(
            found.lesson_id, found.enrollment_id, status=found.requested_status, reason=found.reason
        )
        if now_says != found.old_status:
            raise Conflict(
                N_("The record has changed since this was asked for. Refuse it, and ask anew."), code="changed"
            )
        staff.apply_correction(lesson, found.enrollment_id, status=found.requested_status, reason=found.reason)
    _decide(found, "effective" if approved else "refused", note)


@command
def withdraw_correction(request_id: int) -> None:
    """Take one's own request back before anybody has decided.

    Raises:
        NotFound: no such request.
        Refused: somebody else's.
        Conflict: decided already.

    """
    found = _open(request_id)
    if current_actor().account_id != found.asked_by_id:
        raise Refused(N_("Only who asked can take the request back."), code="not_own")
    _decide(found, "withdrawn", "")


def _open(request_id: int) -> RequestRow:
    serialise(f"attendance.lesson:{get_request(request_id).lesson_id}")
    found = get_request(request_id)  # again: somebody may have decided while we waited
    if found.outcome:
        raise Conflict(N_("This request has been decided already."), code="decided")
    return found


def _decide(found: RequestRow, outcome: str, note: str) -> None:
    db.session.add(
        CorrectionDecision(request_id=found.id, at=clock.now(), account_id=_account(), outcome=outcome, note=note)
    )
    db.session.flush()
    publish(
        CorrectionDecided(
            request_id=found.id,
            lesson_id=found.lesson_id,
            class_id=found.class_id,
            enrollment_id=found.enrollment_id,
            decision=outcome,
            note=note,
        )
    )


def _account() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise Refused(N_("Only a person can ask for a correction and decide about it."), code="no_person")
    return account_id
