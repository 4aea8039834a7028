"""A trainee's own scores: only what is published."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from training_app.core.actor import current_actor
from training_app.exams import labels
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import overview
from training_app.exams.views import bp
from training_app.web.access import requires


@bp.get("/me/scores")
@requires(EXAMS["own"])
def own_scores() -> ResponseReturnValue:
    """My published scores and marks."""
    scores, marks = overview.own_scores(current_actor().account_id or 0)
    return render_template("exams/own.html", scores=scores, marks=marks, labels=labels)
