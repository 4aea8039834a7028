"""First and second entry: taking it over, the grid, handing it in. Without JavaScript the grid is a plain form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.exams import labels
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview
from training_app.exams.queries.admission import rules_for_exam
from training_app.exams.queries.published import ExamInfo
from training_app.exams.services import entering
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of, translated


@bp.post("/exams/<int:exam_id>/entries/<int:entry_no>/take")
@requires(EXAMS["enter"])
def take(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """Take over the first or second entry."""
    overview.exam_visible_to(current_actor(), exam_id, "enter")
    try:
        entering.take_entry(exam_id, entry_no)
    except DomainError as error:
        return _say(error, url_for("exams.show", exam_id=exam_id))
    return redirect(url_for("exams.entry", exam_id=exam_id, entry_no=entry_no))


@bp.post("/exams/<int:exam_id>/entries/<int:entry_no>/release")
@requires(EXAMS["publish"])
def release(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """Give an unfinished entry to somebody else."""
    overview.exam_visible_to(current_actor(), exam_id, "publish")
    try:
        entering.release_entry(exam_id, entry_no, reason=request.form.get("reason", "")[:300])
    except DomainError as error:
        return _say(error, url_for("exams.show", exam_id=exam_id))
    flash(_("The entry is free; another person begins it afresh."), "success")
    return redirect(url_for("exams.show", exam_id=exam_id))


@bp.route("/exams/<int:exam_id>/entries/<int:entry_no>", methods=["GET", "POST"])
@requires(EXAMS["enter"])
def entry(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """The grid of one's own entry."""
    exam = _own(exam_id, entry_no)
    if request.method == "GET":
        return _grid_page(exam, entry_no)
    people = {person.id for person in grids.people_of(exam)}
    typed = {person: request.form[f"s{person}"][:40] for person in people if f"s{person}" in request.form}
    saved = entering.store_cells(exam_id, entry_no, sorted(typed.items()))
    problems = {
        each.enrollment_id: (typed[each.enrollment_id], _(each.problem.message, **each.problem.params))
        for each in saved.outcomes
        if each.problem is not None
    }
    if problems:
        return _grid_page(exam, entry_no, problems=problems), 422
    flash(
        ngettext(
            "%(num)d score was saved.",
            "%(num)d scores were saved.",
            sum(each.outcome == "saved" for each in saved.outcomes),
        ),
        "success",
    )
    return redirect(url_for("exams.entry", exam_id=exam_id, entry_no=entry_no))


@bp.post("/exams/<int:exam_id>/entries/<int:entry_no>/submit")
@requires(EXAMS["enter"])
def submit(exam_id: int, entry_no: int) -> ResponseReturnValue:
    """Hand the entry in."""
    _own(exam_id, entry_no)
    try:
        entering.submit_entry(exam_id, entry_no)
    except DomainError as error:
        return _say(error, url_for("exams.entry", exam_id=exam_id, entry_no=entry_no))
    flash(_("The entry is handed in. Thank you."), "success")
    return redirect(url_for("exams.show", exam_id=exam_id))


def _own(exam_id: int, entry_no: int) -> ExamInfo:
    """The exam, if its entry of this number is the actor's own.

    Raises:
        NotFound: there is no such entry.
        NotAllowed: it is somebody else's; its values are never sent.
    """
    exam = overview.exam_visible_to(current_actor(), exam_id, "enter")
    if entry_no not in (1, 2):
        raise NotFound
    entering.check_own_entry(exam, entry_no)
    return exam


def _grid_page(exam: ExamInfo, entry_no: int, problems: dict[int, tuple[str, str]] | None = None) -> str:
    grid = grids.grid(exam, entry_no)
    return render_template(
        "exams/entry.html",
        grid=grid,
        exam=exam,
        klass=classes.get_class(exam.class_id),
        problems=problems or {},
        other_name=overview.names_of({grid.other_account_id})[grid.other_account_id],
        labels=labels,
        words=labels.grid_words(),
        laid_down=rules_for_exam(exam),
    )


def _say(error: DomainError, url: str) -> ResponseReturnValue:
    for message in error.fields.values() or [translated(error)]:
        flash(_(message) if error.fields else message, "warning" if status_of(error) == 409 else "danger")
    return redirect(url)
