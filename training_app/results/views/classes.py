"""All classes by result, and one class's results: look, decide, weigh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.pages import ListQuery, Page
from training_app.core.tables import Column
from training_app.results import labels, rules
from training_app.results.forms import SchemeForm
from training_app.results.permissions import RESULTS
from training_app.results.queries.ledger import lines_of_enrollment
from training_app.results.queries.outcomes import Outcome, preview_of_class
from training_app.results.queries.overview import ClassSummary, summaries_visible_to
from training_app.results.queries.results import scheme_of, versions_of
from training_app.results.services.decisions import decide_results
from training_app.results.services.schemes import set_scheme
from training_app.results.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import export, list_query, wants_export


@bp.get("/results")
@requires(RESULTS["view"])
def index() -> ResponseReturnValue:
    """Every class with what came of it."""
    query = list_query(
        sortable=("name", "starts_on", "people", "completed", "open", "average", "certificates"),
        default="starts_on",
        descending=True,
        filters=("standing", "year"),
    )
    summaries = summaries_visible_to(current_actor())
    years = [(str(y), str(y)) for y in sorted({row.info.starts_on.year for row in summaries}, reverse=True)]
    counts = {name: sum(row.standing == name for row in summaries) for name in ("undecided", "due", "done", "running")}
    rows = _filtered(summaries, query)
    standings = [
        ("undecided", _("To be decided")),
        ("due", _("Certificates due")),
        ("done", _("Done")),
        ("running", _("Running")),
    ]
    filters = [{"name": "year", "label": _("Year"), "options": years}]
    if wants_export():
        asked = [*filters, {"name": "standing", "label": _("State"), "options": standings}]
        lines = [_summary_row(row) for row in rows]
        return export(_SUMMARY_COLUMNS(), lines, _("Results by class"), query=query, filters=asked)
    page = Page(rows[query.offset : query.offset + query.per_page], len(rows), query)
    return render_template("results/index.html", page=page, filters=filters, numbers=counts, labels=labels)


def _filtered(rows: Sequence[ClassSummary], query: ListQuery) -> list[ClassSummary]:
    wanted = query.q.lower()
    found = [
        row
        for row in rows
        if (not wanted or wanted in row.info.name.lower() or wanted in row.info.code.lower())
        and query.wants("standing") in ("", row.standing)
        and query.wants("year") in ("", str(row.info.starts_on.year))
    ]
    return sorted(found, key=lambda row: _sorted_by(row, query.sort), reverse=query.descending)


def _sorted_by(row: ClassSummary, name: str) -> Any:
    if name in ("name", "starts_on"):
        return getattr(row.info, name)
    return getattr(row, name) or 0


def _SUMMARY_COLUMNS() -> list[Column]:  # noqa: N802 - reads as the constant it is, but in the reader's language
    return [
        Column("code", _("Class code")),
        Column("name", _("Class")),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("people", _("Head count"), "number"),
        Column("completed", _("Completed"), "number"),
        Column("not_completed", _("Not completed"), "number"),
        Column("open", _("Still open"), "number"),
        Column("average", _("Average total"), "number"),
        Column("certificates", _("Certificates"), "number"),
    ]


def _summary_row(row: ClassSummary) -> dict[str, object]:
    return {
        "code": row.info.code,
        "name": row.info.name,
        "starts_on": row.info.starts_on,
        "ends_on": row.info.ends_on,
        "people": row.people,
        "completed": row.completed,
        "not_completed": row.not_completed,
        "open": row.open,
        "average": row.average,
        "certificates": row.certificates,
    }


@bp.get("/classes/<int:class_id>/results")
@requires(RESULTS["view"])
def of_class(class_id: int) -> ResponseReturnValue:
    """The results of a class: what the rules say now, and what stands decided."""
    actor = current_actor()
    klass = classes.get_class_visible_to(actor, class_id, RESULTS["view"])
    query = list_query(
        sortable=("name", "unit_name", "earned", "exam", "resit", "reflection", "conduct", "total", "reason"),
        default="name",
        filters=("standing", "reason", "grade"),
        per_page=200,
    )
    preview = preview_of_class(class_id)
    visible = {e.id for e in classes.list_enrollments_visible_to(actor, class_id, RESULTS["view"], statuses=None)}
    rows = [row for row in preview.rows if row.enrollment.id in visible]
    shown = _of_query(rows, query)
    filters = [
        {"name": "reason", "label": _("Reason"), "options": [(c, label[0]) for c, label in labels.REASONS.items()]},
        {"name": "grade", "label": _("Grade awarded"), "options": [(c, w) for c, w in labels.GRADES.items() if c]},
    ]
    if wants_export():
        title = _("%(name)s: results", name=klass.name)
        standings = [
            ("completed", _("Completed")),
            ("not_completed", _("Not completed")),
            ("open", _("Still open")),
        ]
        asked = [*filters, {"name": "standing", "label": _("State"), "options": standings}]
        return export(_ROW_COLUMNS(), [_export_row(row) for row in shown], title, query=query, filters=asked)
    page = Page(shown[query.offset : query.offset + query.per_page], len(shown), query)
    may_decide = RESULTS["decide"].held_by(actor) and classes.may_see_class(actor, class_id, RESULTS["decide"])
    return render_template(
        "results/of_class.html",
        klass=klass,
        preview=preview,
        page=page,
        labels=labels,
        rules=rules,
        may_decide=may_decide,
        is_whole=len(rows) == len(preview.rows),
        people=len(rows),
        filters=filters,
    )


def _of_query(rows: Sequence[Outcome], query: ListQuery) -> list[Outcome]:
    standings: dict[str, Callable[[Outcome], bool]] = {
        "completed": lambda row: row.decision.completed,
        "not_completed": lambda row: not row.decision.completed and not row.decision.is_open,
        "open": lambda row: row.decision.is_open,
        "changed": lambda row: row.is_new,
        "due": lambda row: row.decision.completed and row.certificate is None,
    }
    fits = standings.get(query.wants("standing"))
    found = [
        row
        for row in rows
        if (fits is None or fits(row))
        and query.wants("reason") in ("", row.decision.reason)
        and query.wants("grade") in ("", row.grade)
        and (not query.q or query.q in row.enrollment.name or query.q in row.enrollment.unit_name)
    ]
    keys: dict[str, Callable[[Outcome], Any]] = {
        "name": lambda row: row.enrollment.name,
        "unit_name": lambda row: row.enrollment.unit_name,
        "earned": lambda row: row.hours.earned,
        "exam": lambda row: row.exam.score if row.exam.score is not None else Decimal(-1),
        "resit": lambda row: row.resit.score if row.resit.score is not None else Decimal(-1),
        "reflection": lambda row: row.reflection if row.reflection is not None else Decimal(-1),
        "conduct": lambda row: row.conduct if row.conduct is not None else Decimal(-1),
        "total": lambda row: row.total if row.total is not None else Decimal(-1),
        "reason": lambda row: rules.REASONS.index(row.decision.reason),
    }
    return sorted(found, key=keys[query.sort], reverse=query.descending)


def _ROW_COLUMNS() -> list[Column]:  # noqa: N802
    return [
        Column("name", _("Name")),
        Column("unit", _("Unit")),
        Column("post", _("Post")),
        Column("due", _("Hours due"), "number"),
        Column("earned", _("Hours attended"), "number"),
        Column("rate", _("Attendance rate (percent)"), "number"),
        Column("exam", _("Exam")),
        Column("resit", _("Re-sit")),
        Column("reflection", _("Reflection"), "number"),
        Column("conduct", _("Conduct"), "number"),
        Column("total", _("Total"), "number"),
        Column("grade", _("Grade awarded")),
        Column("completed", _("Completion")),
        Column("certificate", _("Certificate number")),
    ]


def _sat(sitting: rules.Sitting) -> object:
    """The score as a number; where there is none, the word for what happened."""
    if sitting.code or sitting.score is None:
        return labels.sitting_text(sitting.score, sitting.code)
    return sitting.score


def _export_row(row: Outcome) -> dict[str, object]:
    return {
        "name": row.enrollment.name,
        "unit": row.enrollment.unit_name,
        "post": row.enrollment.post_title,
        "due": row.hours.due,
        "earned": row.hours.earned,
        "rate": row.hours.rate,
        "exam": _sat(row.exam),
        "resit": _sat(row.resit),
        "reflection": row.reflection,
        "conduct": row.conduct,
        "total": row.total,
        "grade": str(labels.GRADES[row.grade]),
        "completed": str(labels.REASONS[row.decision.reason][0]),
        "certificate": row.certificate.number if row.certificate else "",
    }


@bp.post("/classes/<int:class_id>/results/decide")
@requires(RESULTS["decide"])
def decide(class_id: int) -> ResponseReturnValue:
    """Decide the results as the preview showed them."""
    classes.get_class_visible_to(current_actor(), class_id, RESULTS["decide"])
    back = redirect(url_for("results.of_class", class_id=class_id))
    expected = request.form.get("expected", "")
    try:
        preview = decide_results(
            class_id,
            reason=request.form.get("reason", "")[:300],
            expected=int(expected) if expected.isascii() and expected.isdigit() and len(expected) < 7 else None,
        )
    except DomainError as error:
        flash(translated(error), "danger")
        return back
    flash(
        _(
            "Results decided: %(completed)s completed, %(not_completed)s not, %(open)s open.",
            completed=preview.completed,
            not_completed=preview.not_completed,
            open=preview.open,
        ),
        "success",
    )
    return back


@bp.route("/classes/<int:class_id>/results/scheme", methods=["GET", "POST"])
@requires(RESULTS["decide"])
def scheme(class_id: int) -> ResponseReturnValue:
    """How the class weighs its parts."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["decide"])
    stands = scheme_of(class_id)
    form = SchemeForm(
        exam_weight=stands.exam,
        reflection_weight=stands.reflection,
        conduct_weight=stands.conduct,
        attendance_weight=stands.attendance,
        pass_mark=stands.pass_mark,
        missed_denominator=stands.missed_denominator,
    )
    status = 200
    if form.validate_on_submit():
        try:
            set_scheme(
                class_id,
                rules.Scheme(
                    exam=form.exam_weight.data,
                    attendance=form.attendance_weight.data,
                    conduct=form.conduct_weight.data,
                    reflection=form.reflection_weight.data,
                    pass_mark=rules.two_places(form.pass_mark.data),
                    missed_numerator=1,
                    missed_denominator=form.missed_denominator.data,
                ),
            )
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("The scheme was stored; the figures below follow it."), "success")
            return redirect(url_for("results.of_class", class_id=class_id))
    elif form.is_submitted():
        status = 422
    return render_template("results/scheme.html", klass=klass, form=form), status


@bp.get("/classes/<int:class_id>/results/<int:enrollment_id>")
@requires(RESULTS["view"])
def of_person(class_id: int, enrollment_id: int) -> ResponseReturnValue:
    """The evidence of one person's result: lessons, scores, ledger lines, versions."""
    actor = current_actor()
    klass = classes.get_class_visible_to(actor, class_id, RESULTS["view"])
    visible = classes.list_enrollments_visible_to(actor, class_id, RESULTS["view"], statuses=None)
    if enrollment_id not in {e.id for e in visible}:
        raise NotFound
    row = next((r for r in preview_of_class(class_id).rows if r.enrollment.id == enrollment_id), None)
    if row is None:
        raise NotFound
    statuses = {r.lesson_id: r for r in attendance.records_of_enrollment(enrollment_id)}
    lessons = [
        (lesson, statuses.get(lesson.id)) for lesson in classes.list_lessons(class_id) if lesson.state != "cancelled"
    ]
    return render_template(
        "results/of_person.html",
        klass=klass,
        row=row,
        lessons=lessons,
        versions=versions_of(enrollment_id),
        lines=lines_of_enrollment(enrollment_id),
        labels=labels,
        scheme=scheme_of(class_id),
    )
