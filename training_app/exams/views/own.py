"""A trainee's own exams and scores: admission to what is to come, scores only when they are published."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from training_app.core.actor import current_actor
from training_app.exams import labels
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import overview
from training_app.exams.queries.own import own_exams
from training_app.exams.views import bp
from training_app.web.access import requires


@bp.get("/me/scores")
@requires(EXAMS["own"])
def own_scores() -> ResponseReturnValue:
    """My exams to come with my admission, my published scores and marks."""
    account_id = current_actor().account_id or 0
    scores, marks = overview.own_scores(account_id)
    return render_template("exams/own.html", exams=own_exams(account_id), scores=scores, marks=marks, labels=labels)
