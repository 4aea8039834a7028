"""What the assessment adds to a cadre's file."""

from __future__ import annotations

from flask import render_template

from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.linked.appraisal import labels, queries
from training_app.linked.appraisal.permissions import APPRAISAL


def cadre_file(*, cadre_id: int) -> str:
    """How the year stands for the assessment, and the way to the statement."""
    actor = current_actor()
    if not APPRAISAL["view"].held_by(actor):
        return ""
    year = clock.today().year
    try:
        lines = [queries.get_person_visible_to(actor, cadre_id, y) for y in (year, year - 1)]
    except NotFound:
        return ""
    # A year of which nothing is known says nothing about the person.
    known = [line for line in lines if line.statement.classes or line.statement.year == year]
    return render_template("appraisal/_file.html", lines=known, labels=labels)
