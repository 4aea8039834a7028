"""成绩单 as PDF and Word."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes.api import ClassPaper
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.exams import papers
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import overview, published
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.papers import Form, answer


@bp.get("/classes/<int:class_id>/exams/sheet.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/exams/sheet.docx", defaults={"form": "docx"})
@requires(EXAMS["view"])
def sheet_paper(class_id: int, form: Form) -> ResponseReturnValue:
    """The score sheet of a class, once its exam is published."""
    klass = overview.class_within_reach(current_actor(), class_id)
    exam, resit = published.find_exam(class_id, 1), published.find_exam(class_id, 2)
    rows = overview.sheet_rows(class_id)
    if exam is None or not rows:
        raise NotFound
    resit = resit if resit is not None and resit.state == "published" else None
    names = overview.names_of({exam.published_by_id})
    paper = papers.score_sheet(klass, exam, resit, rows, names.get(exam.published_by_id, ""))
    return answer(paper, form, class_id=class_id, people=len(rows))


def class_papers(class_id: int) -> list[ClassPaper]:
    """Answer ``class.papers``: the score sheet, once there is one."""
    if not EXAMS["view"].held_by(current_actor()):
        return []
    exam = published.find_exam(class_id, 1)
    if exam is None or exam.state != "published":
        return []
    return [
        ClassPaper(
            _("Scores (成绩单)"),
            url_for("exams.sheet_paper", class_id=class_id, form="pdf"),
            url_for("exams.sheet_paper", class_id=class_id, form="docx"),
            "exams",
        )
    ]
