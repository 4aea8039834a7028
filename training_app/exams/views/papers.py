"""成绩单 as PDF and Word."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes.api import ClassPaper
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import overview, published
from training_app.exams.queries.forms import score_sheet_paper
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.papers import Form, answer


@bp.get("/classes/<int:class_id>/exams/sheet.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/exams/sheet.docx", defaults={"form": "docx"})
@requires(EXAMS["view"])
def sheet_paper(class_id: int, form: Form) -> ResponseReturnValue:
    """The score sheet of a class, once its exam is published."""
    overview.class_within_reach(current_actor(), class_id)
    made = score_sheet_paper(class_id)
    if made is None:
        raise NotFound
    return answer(made[0], form, class_id=class_id, people=made[1])


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
