"""考核结果汇总表; 培训登记表 and 学员考核登记表, of a whole class or of one person (``?person=``)."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.results.permissions import RESULTS
from training_app.results.queries import forms
from training_app.results.queries.outcomes import Outcome, preview_of_class
from training_app.results.views import bp
from training_app.web.access import requires
from training_app.web.papers import Form, answer


@bp.get("/classes/<int:class_id>/registration.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/registration.docx", defaults={"form": "docx"})
@requires(RESULTS["view"])
def registration(class_id: int, form: Form) -> ResponseReturnValue:
    """The registration forms, a page a person."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["view"])
    rows = _rows(class_id)
    return answer(forms.registration_paper(klass, rows), form, class_id=class_id, people=len(rows))


@bp.get("/classes/<int:class_id>/appraisal.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/appraisal.docx", defaults={"form": "docx"})
@requires(RESULTS["view"])
def appraisal(class_id: int, form: Form) -> ResponseReturnValue:
    """The appraisal forms, a page a person."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["view"])
    rows = _rows(class_id)
    return answer(forms.appraisal_paper(klass, rows), form, class_id=class_id, people=len(rows))


@bp.get("/classes/<int:class_id>/outcomes.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/outcomes.docx", defaults={"form": "docx"})
@requires(RESULTS["view"])
def outcomes_paper(class_id: int, form: Form) -> ResponseReturnValue:
    """The results of a class on one sheet: each part, the total, the grade, the completion."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["view"])
    rows = _rows(class_id)
    return answer(forms.outcomes_paper(klass, rows), form, class_id=class_id, people=len(rows))


def _rows(class_id: int) -> list[Outcome]:
    """Those of the class whom the reader may see; one of them when ``?person=`` asks for one."""
    people = classes.list_enrollments_visible_to(current_actor(), class_id, RESULTS["view"], statuses=None)
    reach = {each.id for each in people}
    wanted = request.args.get("person", "")
    rows = [
        row
        for row in preview_of_class(class_id).rows
        if row.enrollment.id in reach and wanted in ("", str(row.enrollment.id))
    ]
    if not rows:
        raise NotFound
    return rows


def class_papers(class_id: int) -> list[classes.ClassPaper]:
    """Answer ``class.papers``: the results of the class, and the forms of each trainee."""
    if not RESULTS["view"].held_by(current_actor()):
        return []
    return [
        classes.ClassPaper(
            title,
            url_for(endpoint, class_id=class_id, form="pdf"),
            url_for(endpoint, class_id=class_id, form="docx"),
            "results",
            by_person=endpoint != "results.outcomes_paper",
        )
        for title, endpoint in (
            (_("Results (考核结果汇总表)"), "results.outcomes_paper"),
            (_("Registration forms (登记表)"), "results.registration"),
            (_("Appraisal forms (考核登记表)"), "results.appraisal"),
        )
    ]
