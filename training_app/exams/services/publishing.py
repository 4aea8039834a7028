"""Publishing scores, and changing a published one: a reason, a second person, a new version."""

from __future__ import annotations

from sqlalchemy import select

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db
from training_app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams import rules
from training_app.exams.events import ChangeAsked, ChangeRefused, ScoreChanged, ScoresPublished
from training_app.exams.models import ScoreChangeRequest, ScoreVersion
from training_app.exams.queries.grids import exam_progress
from training_app.exams.queries.published import exam_info, published_scores
from training_app.exams.rules import Cell, Problem
from training_app.exams.services.entering import refusal_of
from training_app.exams.services.scheduling import locked_exam


@command
def publish_scores(exam_id: int) -> int:
    """Publish and lock the scores of an exam; answers how many. The first version of each is written now.

    Raises:
        Conflict: they are out already.
        Refused: an entry or a difference is still open.
    """
    exam = locked_exam(exam_id)
    if exam.state == "published":
        raise Conflict(N_("The scores of this exam are published."), code="published")
    progress = exam_progress(exam_info(exam))
    both = exam.first_submitted_at is not None and exam.second_submitted_at is not None
    if not both or progress.without_score or not progress.final:
        raise Refused(
            N_("Scores can be published when both entries are handed in and every difference is settled."),
            code="not_settled",
        )
    now, account_id = clock.now(), current_actor().account_id
    db.session.add_all(
        ScoreVersion(
            exam_id=exam_id,
            enrollment_id=person,
            version=1,
            score=cell.score,
            code=cell.code,
            source="entry",
            account_id=account_id,
            at=now,
        )
        for person, cell in progress.final.items()
    )
    exam.state, exam.published_at, exam.published_by_id = "published", now, account_id
    db.session.flush()
    digest = rules.grid_digest(progress.final)
    publish(ScoresPublished(exam_id=exam_id, class_id=exam.class_id, count=len(progress.final), digest=digest))
    return len(progress.final)


@command
def ask_change(exam_id: int, enrollment_id: int, text: str, *, reason: str) -> int:
    """Ask for another value of a published score; answers the number of the request.

    Raises:
        NotFound: this person has no published score here.
        Conflict: a change of this score is being decided already.
        InvalidInput: no new value, or no reason.
        Refused: it is one's own score.
    """
    exam = locked_exam(exam_id)
    account_id = _acting_account()
    known = published_scores(exam_id).get(enrollment_id) if exam.state == "published" else None
    if known is None:
        raise NotFound
    _not_ones_own(enrollment_id, account_id)
    cell = rules.read_cell(text, full_marks=exam.full_marks)
    fields = {}
    if isinstance(cell, Problem):
        raise refusal_of(cell)
    if cell.is_empty:
        fields["score"] = N_("Please type the right score.")
    elif cell == known.cell:
        fields["score"] = N_("This is the score already published.")
    if len(reason.strip()) < 4:
        fields["reason"] = N_("Please give the reason in a few words.")
    if fields:
        raise InvalidInput(fields=fields)
    waiting = select(ScoreChangeRequest.id).where(
        ScoreChangeRequest.exam_id == exam_id,
        ScoreChangeRequest.enrollment_id == enrollment_id,
        ScoreChangeRequest.state == "asked",
    )
    if db.session.scalar(waiting) is not None:
        raise Conflict(N_("A change of this score is waiting for a decision."), code="change_waiting")
    request = ScoreChangeRequest(
        exam_id=exam_id,
        enrollment_id=enrollment_id,
        score=cell.score,
        code=cell.code,
        reason=reason.strip(),
        asked_by_id=account_id,
        asked_at=clock.now(),
        state="asked",
    )
    db.session.add(request)
    db.session.flush()
    publish(
        ChangeAsked(
            exam_id=exam_id,
            class_id=exam.class_id,
            enrollment_id=enrollment_id,
            request_id=request.id,
            reason=request.reason,
        )
    )
    return request.id


@command
def decide_change(request_id: int, *, approve: bool, note: str = "") -> None:
    """Approve or turn down a change; approved, the score has a new version and shows 更正 with its date.

    Raises:
        NotFound: there is no such request.
        Conflict: it has been decided.
        Refused: one asked for it oneself, or it is one's own score.
        InvalidInput: turned down without saying why.
    """
    found = db.session.get(ScoreChangeRequest, request_id)
    if found is None:
        raise NotFound
    exam = locked_exam(found.exam_id)
    request = db.session.get_one(ScoreChangeRequest, request_id, populate_existing=True)
    account_id = _acting_account()
    if request.state != "asked":
        raise Conflict(N_("This change has been decided."), code="decided")
    if request.asked_by_id == account_id:
        raise Refused(N_("You asked for this change. Another person has to decide it."), code="second_person")
    _not_ones_own(request.enrollment_id, account_id)
    if not approve and not note.strip():
        raise InvalidInput(fields={"note": N_("Please say why.")})
    request.state = "approved" if approve else "refused"
    request.decided_by_id, request.decided_at, request.decision_note = account_id, clock.now(), note.strip()
    if not approve:
        publish(
            ChangeRefused(
                exam_id=exam.id,
                class_id=exam.class_id,
                enrollment_id=request.enrollment_id,
                request_id=request_id,
                note=note.strip(),
            )
        )
        return
    before = published_scores(exam.id)[request.enrollment_id]
    after = Cell(request.score, request.code)
    db.session.add(
        ScoreVersion(
            exam_id=exam.id,
            enrollment_id=request.enrollment_id,
            version=before.version + 1,
            score=after.score,
            code=after.code,
            source="change",
            account_id=account_id,
            at=request.decided_at,
            reason=request.reason,
        )
    )
    db.session.flush()
    publish(
        ScoreChanged(
            exam_id=exam.id,
            class_id=exam.class_id,
            enrollment_id=request.enrollment_id,
            old=before.cell.text,
            new=after.text,
            reason=request.reason,
        )
    )


def _acting_account() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotAllowed(N_("Scores are changed by people, each under their own name."))
    return account_id


def _not_ones_own(enrollment_id: int, account_id: int) -> None:
    if classes.get_enrollment(enrollment_id).account_id == account_id:
        raise Refused(N_("This is your own score; others have to see to it."), code="own_score")
