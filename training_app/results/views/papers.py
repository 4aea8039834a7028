"""培训登记表 and 学员考核登记表, of a whole class or of one person (``?person=``)."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import api as attendance
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.results import papers
from training_app.results.permissions import RESULTS
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
    paper = papers.registration(
        klass,
        rows,
        cadres.list_files({row.enrollment.cadre_id for row in rows}),
        attendance.marks_of_class(class_id),
        classes.list_lessons(class_id),
    )
    return answer(paper, form, class_id=class_id, people=len(rows))


@bp.get("/classes/<int:class_id>/appraisal.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/appraisal.docx", defaults={"form": "docx"})
@requires(RESULTS["view"])
def appraisal(class_id: int, form: Form) -> ResponseReturnValue:
    """The appraisal forms, a page a person."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["view"])
    rows = _rows(class_id)
    files = cadres.list_files({row.enrollment.cadre_id for row in rows})
    paper = papers.appraisal(klass, rows, files, attendance.marks_of_class(class_id))
    return answer(paper, form, class_id=class_id, people=len(rows))


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
    """Answer ``class.papers``: the forms of each trainee."""
    if not RESULTS["view"].held_by(current_actor()):
        return []
    return [
        classes.ClassPaper(
            title,
            url_for(endpoint, class_id=class_id, form="pdf"),
            url_for(endpoint, class_id=class_id, form="docx"),
            "results",
            by_person=True,
        )
        for title, endpoint in (
            (_("Registration forms (登记表)"), "results.registration"),
            (_("Appraisal forms (考核登记表)"), "results.appraisal"),
        )
    ]
