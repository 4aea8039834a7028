"""A trainee's own record of one lesson: how it came about, every doubt, and a way to contest it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import evidence_rules, labels, rules
from training_app.attendance.forms import ContestForm
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.contests import contests_of
from training_app.attendance.queries.corrections import requests_of
from training_app.attendance.queries.people import own_lesson as find_own
from training_app.attendance.queries.windows import find_window
from training_app.attendance.services import contests
from training_app.attendance.views import bp
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.handed_in import Paper
from training_app.web.access import requires
from training_app.web.errors import status_of


@bp.route("/me/attendance/<int:lesson_id>", methods=["GET", "POST"])
@requires(ATTENDANCE["own"])
def own_lesson(lesson_id: int) -> ResponseReturnValue:
    """Show one's own record of a lesson; say what is wrong with it."""
    own = find_own(current_actor().account_id or 0, lesson_id)
    if own is None:
        raise NotFound
    form, status = ContestForm(), 200
    if form.is_submitted():
        if not form.validate():
            status = 422
        else:
            try:
                contests.contest(lesson_id, own.enrollment_id, said=str(form.said.data), paper=_paper(form))
            except DomainError as error:
                form.take(error)
                status = status_of(error)
            else:
                flash(_("Handed in. The class teacher answers, and you see the answer here."), "success")
                return redirect(url_for("attendance.own_lesson", lesson_id=lesson_id), 303)
    window, said = find_window(lesson_id), contests_of(lesson_id, own.enrollment_id)
    closed_at = window.closed_at if window is not None and window.state == "closed" else None
    page = render_template(
        "attendance/own_lesson.html",
        own=own,
        form=form,
        labels=labels,
        signs=rules.SIGNS,
        contests=said,
        requests=requests_of(lesson_id, own.enrollment_id),
        until=closed_at + evidence_rules.CONTEST_AFTER_CLOSING if closed_at else None,
        fault=evidence_rules.contest_fault(
            recorded=own.record is not None,
            waiting=any(not each.outcome for each in said),
            closed_at=closed_at,
            now=clock.now(),
        ),
    )
    return page, status


def _paper(form: ContestForm) -> Paper | None:
    file = form.paper.data
    return Paper(file.filename, file.read()) if file and file.filename else None
