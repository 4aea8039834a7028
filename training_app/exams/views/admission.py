"""Who is admitted to an exam: the candidates, an exception by a person, the door list, the rules of the class."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.exams import labels, papers
from training_app.exams.forms import AdmissionRulesForm
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import admission as queries
from training_app.exams.queries import grids, overview
from training_app.exams.queries.admission import Candidate
from training_app.exams.queries.published import ExamInfo
from training_app.exams.services import admission as services
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import export, list_query, page_of, wants_export
from training_app.web.papers import Form, answer

_ORDER = {"excluded": 0, "deferred": 1, "admitted": 2}


@bp.get("/exams/<int:exam_id>/admission")
@requires(EXAMS["view"])
def admission(exam_id: int) -> ResponseReturnValue:
    """Everybody due to sit an exam, with where they stand and why."""
    exam = overview.exam_visible_to(current_actor(), exam_id)
    if wants_export():
        laid_down = queries.rules_for_exam(exam)
        page = _shown(queries.candidates_of(exam, grids.people_of(exam)))
        plain = [_plain(row, laid_down) for row in page.items]
        title = _("Admission to %(title)s", title=exam.title)
        return export(_columns(), plain, title, query=page.query, filters=_filters())
    return _page(exam)


def _page(exam: ExamInfo, problems: dict[int, tuple[str, str]] | None = None) -> str:
    laid_down = queries.rules_for_exam(exam)
    everybody = queries.candidates_of(exam, grids.people_of(exam))
    return render_template(
        "exams/admission.html",
        exam=exam,
        klass=classes.get_class(exam.class_id),
        page=_shown(everybody),
        counts={code: sum(each.admission.standing == code for each in everybody) for code in _ORDER},
        excluded=[each for each in everybody if each.admission.standing == "excluded"],
        filters=_filters(),
        laid_down=laid_down,
        has_begun=exam.starts_at <= clock.now(),
        may_publish=classes.may_see_class(current_actor(), exam.class_id, EXAMS["publish"]),
        problems=problems or {},
        labels=labels,
    )


def _shown(everybody: list[Candidate]) -> Page[Candidate]:
    query = list_query(sortable=("number", "name", "unit", "standing"), default="number", filters=("standing",))
    wanted = query.wants("standing")
    rows = [each for each in everybody if not wanted or each.admission.standing == wanted]
    return page_of(
        rows,
        query,
        words=lambda row: f"{row.person.name} {row.person.unit_name}",
        keys={
            "number": lambda row: row.number,
            "name": lambda row: row.person.name,
            "unit": lambda row: row.person.unit_name,
            "standing": lambda row: _ORDER[row.admission.standing],
        },
    )


def _filters() -> list[dict[str, Any]]:
    options = [(code, label) for code, (label, _tone, _icon) in labels.STANDINGS.items()]
    return [{"name": "standing", "label": _("Admission"), "options": options}]


def _columns() -> list[Column]:
    return [
        Column("number", _("No."), "number"),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("standing", _("Admission")),
        Column("reason", _("Why")),
        Column("on_leave", _("Hours on leave"), "number"),
        Column("absent", _("Hours absent"), "number"),
        Column("nevertheless", _("Admitted nevertheless")),
    ]


def _plain(row: Candidate, laid_down: Any) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.person.name,
        "unit_name": row.person.unit_name,
        "standing": str(labels.STANDINGS[row.admission.standing][0]),
        "reason": labels.admission_reason(row.admission, laid_down),
        "on_leave": row.admission.on_leave,
        "absent": row.admission.absent,
        "nevertheless": f"{row.by}: {row.admission.nevertheless_reason}" if row.admission.nevertheless_at else "",
    }


@bp.post("/exams/<int:exam_id>/admission/<int:enrollment_id>")
@requires(EXAMS["publish"])
def decide_admission(exam_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Admit somebody in spite of the hours, or take that back; either with a reason."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "publish")
    reason = request.form.get("reason", "")[:300]
    takes_back = request.form.get("outcome") == "take_back"
    act = services.take_back_admission if takes_back else services.admit_nevertheless
    try:
        act(exam_id, enrollment_id, reason=reason)
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        said = next(iter(error.fields.values()), None)
        answered = _page(exam, {enrollment_id: (reason, _(said) if said else translated(error))})
        return answered, status_of(error)
    flash(
        _("The exception is taken back.") if takes_back else _("The hours no longer shut out; your reason is kept."),
        "success",
    )
    return redirect(url_for("exams.admission", exam_id=exam_id), 303)


@bp.get("/exams/<int:exam_id>/admission/door.pdf", defaults={"form": "pdf"})
@bp.get("/exams/<int:exam_id>/admission/door.docx", defaults={"form": "docx"})
@requires(EXAMS["view"])
def door_list(exam_id: int, form: Form) -> ResponseReturnValue:
    """考场点名册: who is let in at the door, to be signed."""
    exam = overview.exam_visible_to(current_actor(), exam_id)
    rows = queries.candidates_of(exam, grids.people_of(exam))
    paper = papers.door_list(classes.get_class(exam.class_id), exam, rows, queries.rules_for_exam(exam))
    return answer(paper, form, class_id=exam.class_id, people=len(rows))


@bp.route("/classes/<int:class_id>/exams/admission-rules", methods=["GET", "POST"])
@requires(EXAMS["publish"])
def admission_rules(class_id: int) -> ResponseReturnValue:
    """How much absence shuts out of this class's exams."""
    klass = overview.class_within_reach(current_actor(), class_id, "publish")
    in_force = queries.admission_rules_on(class_id, max(clock.today(), klass.ends_on))
    form, status = AdmissionRulesForm(obj=in_force), 200
    if request.method == "GET":
        form.counts_from.data = clock.today()
    if form.validate_on_submit():
        try:
            changed = services.lay_down_admission_rules(class_id, form.laid_down(), counts_from=form.counts_from.data)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("The rules of admission are laid down.") if changed else _("These rules count already."), "success")
            return redirect(url_for("exams.admission_rules", class_id=class_id), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exams/admission_rules.html",
        klass=klass,
        form=form,
        versions=queries.list_admission_rules(class_id)[::-1],
        in_force=in_force,
        labels=labels,
    )
    return page, status
