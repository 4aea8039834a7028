"""The list of exams, the exams of a class, and giving an exam its time and place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import api as classes
from training_app.classes.api import ClassInfo
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.exams import labels, rules
from training_app.exams.forms import ExamForm, ReasonForm
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview, published
from training_app.exams.queries.published import ExamInfo
from training_app.exams.services import scheduling
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.lists import everything, export, list_query, wants_export


@bp.get("/exams")
@requires(EXAMS["view"])
def index() -> ResponseReturnValue:
    """All exams within reach, and what waits for me."""
    query = list_query(sortable=overview.SORTABLE, default="starts_at", filters=("state",), descending=True)
    actor = current_actor()
    page = overview.list_exams_visible_to(actor, everything(query) if wants_export() else query)
    if wants_export():
        return export(_columns(), [_plain(row) for row in page.items], _("Exams"), query=query, filters=_filters())
    return render_template(
        "exams/index.html",
        page=page,
        waiting=overview.waiting_for(actor),
        labels=labels,
        states=labels.STATES,
        filters=_filters(),
    )


def _filters() -> list[dict[str, Any]]:
    states = [(code, label) for code, (label, _tone, _icon) in labels.STATES.items()]
    return [{"name": "state", "label": _("State"), "options": states}]


def _columns() -> list[Column]:
    return [
        Column("title", _("Exam")),
        Column("class_name", _("Class")),
        Column("starts_at", _("Exam begins at"), "date"),
        Column("place", _("Exam room")),
        Column("people", _("Candidates"), "number"),
        Column("state", _("State")),
        Column("first_name", _("First entry")),
        Column("second_name", _("Second entry")),
    ]


def _plain(row: overview.ExamRow) -> dict[str, object]:
    values = {column.key: getattr(row, column.key) for column in _columns()}
    return {**values, "state": str(labels.STATES[row.state][0])}


@bp.get("/classes/<int:class_id>/exams")
@requires(EXAMS["view"])
def of_class(class_id: int) -> ResponseReturnValue:
    """A class's exam, re-sit and marks."""
    actor = current_actor()
    klass = overview.class_within_reach(actor, class_id)
    standing = overview.class_exams(class_id)
    return render_template(
        "exams/of_class.html",
        klass=klass,
        standing=standing,
        progress={exam.id: grids.exam_progress(exam) for exam in standing.exams if exam.state != "published"},
        statistics={
            exam.id: published.statistics_of_exam(exam.id) for exam in standing.exams if exam.state == "published"
        },
        may_publish=classes.may_see_class(actor, class_id, EXAMS["publish"]),
        may_enter=classes.may_see_class(actor, class_id, EXAMS["enter"]),
        next_attempt=_next_attempt(standing),
        labels=labels,
    )


def _next_attempt(standing: overview.ClassExams) -> int:
    """Which exam can be scheduled now: 1, 2, or 0 for none."""
    if standing.klass.state in ("cancelled", "archived"):
        return 0
    taken = {exam.attempt_no for exam in standing.exams}
    if 1 not in taken:
        return 1
    return 2 if 2 not in taken and standing.may_resit else 0


@bp.route("/classes/<int:class_id>/exams/new", methods=["GET", "POST"])
@requires(EXAMS["publish"])
def new(class_id: int) -> ResponseReturnValue:
    """Schedule the exam of a class."""
    return _schedule(class_id, 1)


@bp.route("/classes/<int:class_id>/exams/resit", methods=["GET", "POST"])
@requires(EXAMS["publish"])
def new_resit(class_id: int) -> ResponseReturnValue:
    """Schedule the re-sit for those who failed or were absent."""
    return _schedule(class_id, 2)


def _schedule(class_id: int, attempt_no: int) -> ResponseReturnValue:
    klass = overview.class_within_reach(current_actor(), class_id, "publish")
    form = ExamForm()
    _offer_lessons(form, class_id)
    if request.method == "GET":
        _propose(form, klass, attempt_no)
    if form.validate_on_submit():
        try:
            exam_id = scheduling.schedule_exam(class_id=class_id, attempt_no=attempt_no, schedule=form.schedule())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The exam is on the calendar."), "success")
            return redirect(url_for("exams.show", exam_id=exam_id))
    resit = grids.resit_people(class_id) if attempt_no > 1 else []
    page = render_template(
        "exams/form.html", form=form, klass=klass, exam=None, attempt_no=attempt_no, resit=resit, labels=labels
    )
    return page, 422 if form.is_submitted() else 200


def _propose(form: ExamForm, klass: ClassInfo, attempt_no: int) -> None:
    """Fill in what is likely, so that most of it only has to be read."""
    word = _("graduation exam") if attempt_no == 1 else _("re-sit exam")
    form.title.data = f"{klass.name}{word}"
    first = published.find_exam(klass.id, 1)
    if attempt_no > 1 and first is not None:
        form.place.data = first.place
        form.full_marks.data, form.pass_mark.data = _bare(first.full_marks), _bare(first.pass_mark)
        form.duration_minutes.data = first.duration_minutes
        return
    lessons = [each for each in classes.list_lessons(klass.id) if each.kind == "exam" and each.state != "cancelled"]
    if lessons:
        lesson = lessons[-1]
        form.start_from(lesson.starts_at)
        form.place.data = lesson.place or klass.venue
        form.lesson_id.data = lesson.id
        form.duration_minutes.data = int((lesson.ends_at - lesson.starts_at).total_seconds()) // 60
    else:
        form.start_from(clock.at_local(klass.ends_on, 15))
        form.place.data = klass.venue


def _offer_lessons(form: ExamForm, class_id: int) -> None:
    lessons = [each for each in classes.list_lessons(class_id) if each.kind == "exam" and each.state != "cancelled"]
    form.lesson_id.choices = [(0, _("no lesson"))] + [
        (each.id, f"{clock.local(each.starts_at):%m-%d %H:%M} {each.title}") for each in lessons
    ]


@bp.get("/exams/<int:exam_id>")
@requires(EXAMS["view"])
def show(exam_id: int) -> ResponseReturnValue:
    """One exam: its state, who enters, how far, and what comes next; or its statistics."""
    actor = current_actor()
    exam = overview.exam_visible_to(actor, exam_id)
    klass = classes.get_class(exam.class_id)
    names = overview.names_of({exam.first_account_id, exam.second_account_id, exam.published_by_id})
    is_out = exam.state == "published"
    me = actor.account_id
    return render_template(
        "exams/show.html",
        exam=exam,
        klass=klass,
        names=names,
        progress=None if is_out else grids.exam_progress(exam),
        statistics=published.statistics_of_exam(exam_id) if is_out else None,
        histogram=_histogram(exam) if is_out else None,
        changes=overview.change_rows(exam_id=exam_id) if is_out else [],
        duty=grids.duty_of(exam_id, me) if me is not None else None,
        may_publish=classes.may_see_class(actor, exam.class_id, EXAMS["publish"]),
        may_enter=classes.may_see_class(actor, exam.class_id, EXAMS["enter"]),
        has_begun=exam.starts_at <= clock.now(),
        may_resit=len(grids.resit_people(exam.class_id)) if is_out and exam.attempt_no == 1 else 0,
        resit=published.find_exam(exam.class_id, 2),
        reason_form=ReasonForm(),
        labels=labels,
        rules=rules,
    )


def _histogram(exam: ExamInfo) -> dict[str, object]:
    """What the chart draws; every bar opens the list of the people in it."""
    bars = published.statistics_of_exam(exam.id).histogram
    pass_share = rules.share_of(exam.pass_mark, exam.full_marks)
    full = int(exam.full_marks)
    return {
        "kind": "histogram",
        "unit": _("people"),
        "name": _("Score"),
        "categories": [labels.band(bar.low, bar.high, full) for bar in bars],
        "series": [
            {
                "name": _("Number of people"),
                "data": [
                    {
                        "value": bar.count,
                        "url": url_for("exams.scores", exam_id=exam.id, low=bar.low, high=bar.high),
                        "tone": "attention" if bar.high <= pass_share else "main",
                    }
                    for bar in bars
                ],
            }
        ],
    }


@bp.route("/exams/<int:exam_id>/edit", methods=["GET", "POST"])
@requires(EXAMS["publish"])
def edit(exam_id: int) -> ResponseReturnValue:
    """Change an exam nobody has entered scores for."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "publish")
    form = ExamForm(obj=exam)
    _offer_lessons(form, exam.class_id)
    if request.method == "GET":
        form.start_from(exam.starts_at)
        form.full_marks.data, form.pass_mark.data = _bare(exam.full_marks), _bare(exam.pass_mark)
        form.lesson_id.data = exam.lesson_id or 0
    if form.validate_on_submit():
        try:
            scheduling.change_exam(exam_id, form.schedule())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The exam was changed."), "success")
            return redirect(url_for("exams.show", exam_id=exam_id))
    klass = classes.get_class(exam.class_id)
    page = render_template(
        "exams/form.html", form=form, klass=klass, exam=exam, attempt_no=exam.attempt_no, resit=[], labels=labels
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/exams/<int:exam_id>/call-off")
@requires(EXAMS["publish"])
def call_off(exam_id: int) -> ResponseReturnValue:
    """Take a planned exam off again."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "publish")
    try:
        scheduling.call_off_exam(exam_id, reason=request.form.get("reason", "")[:300])
    except DomainError as error:
        return _back(error, url_for("exams.show", exam_id=exam_id))
    flash(_("The exam was called off."), "success")
    return redirect(url_for("exams.of_class", class_id=exam.class_id))


def _back(error: DomainError, url: str) -> ResponseReturnValue:
    ReasonForm().take(error)
    for message in error.fields.values():
        flash(_(message), "danger")
    return redirect(url)


def _bare(value: Decimal) -> Decimal:
    """100 rather than 100.00 in an input."""
    return Decimal(rules.score_text(value))
