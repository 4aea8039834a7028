"""Late corrections with a second person, and the class teacher's answers to what trainees contest."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance.forms import AnswerForm, SecondForm
from training_app.attendance.permissions import ATTENDANCE, OVERSIGHT
from training_app.attendance.queries.contests import ContestRow, get_contest
from training_app.attendance.queries.corrections import RequestRow, get_request
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import contests, corrections
from training_app.attendance.views import bp
from training_app.attendance.views.people import person_of, person_page
from training_app.core.errors import DomainError
from training_app.core.permissions import Permission
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import download


def _request(request_id: int, permission: Permission) -> RequestRow:
    found = get_request(request_id)
    lesson_of(found.lesson_id, permission)
    return found


def _contest(contest_id: int) -> ContestRow:
    found = get_contest(contest_id)
    lesson_of(found.lesson_id, ATTENDANCE["correct"])
    person_of(found.lesson_id, found.enrollment_id, ATTENDANCE["correct"])
    return found


def _back(row: RequestRow | ContestRow) -> ResponseReturnValue:
    target = url_for("attendance.person", lesson_id=row.lesson_id, enrollment_id=row.enrollment_id)
    return redirect(target, 303)


@bp.post("/attendance/corrections/<int:request_id>/decide")
@requires(OVERSIGHT["approve"])
def decide_correction(request_id: int) -> ResponseReturnValue:
    """Decide about a late correction as the second person."""
    row, form = _request(request_id, OVERSIGHT["approve"]), SecondForm()
    approved = request.form.get("outcome") == "approve"
    if not form.validate():
        return person_page(row.lesson_id, row.enrollment_id, second=form, status=422)
    try:
        corrections.decide_correction(request_id, approved=approved, note=str(form.note.data or ""))
    except DomainError as error:
        form.take(error)
        return person_page(row.lesson_id, row.enrollment_id, second=form, status=status_of(error))
    flash(_("Approved: the correction is in effect.") if approved else _("Refused: the record stays."), "success")
    return _back(row)


@bp.post("/attendance/corrections/<int:request_id>/withdraw")
@requires(ATTENDANCE["correct"])
def withdraw_correction(request_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    row = _request(request_id, ATTENDANCE["correct"])
    try:
        corrections.withdraw_correction(request_id)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(_("The request is taken back."), "success")
    return _back(row)


@bp.post("/attendance/contests/<int:contest_id>/answer")
@requires(ATTENDANCE["correct"])
def answer_contest(contest_id: int) -> ResponseReturnValue:
    """Answer what a trainee contested."""
    row, form = _contest(contest_id), AnswerForm()
    upheld = request.form.get("outcome") == "uphold"
    if not form.validate():
        return person_page(row.lesson_id, row.enrollment_id, answer=form, status=422)
    try:
        waits = contests.answer_contest(
            contest_id, upheld=upheld, words=str(form.words.data), status=str(form.status.data or "")
        )
    except DomainError as error:
        form.take(error)
        return person_page(row.lesson_id, row.enrollment_id, answer=form, status=status_of(error))
    if waits is not None:
        flash(_("Upheld. The correction waits for a second person."), "success")
    else:
        flash(_("Upheld, the record is put right.") if upheld else _("Answered: the record stays."), "success")
    return _back(row)


@bp.get("/attendance/contests/<int:contest_id>/paper")
@requires(ATTENDANCE["correct"])
def contest_paper(contest_id: int) -> ResponseReturnValue:
    """The paper handed in with a contest, for those who answer; that it was read is kept."""
    _contest(contest_id)
    name, media_type, data = contests.read_paper(contest_id)
    return download(data, name, media_type)
