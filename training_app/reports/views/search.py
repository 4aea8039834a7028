"""The search of everything (Ctrl K)."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from training_app.core.actor import current_actor
from training_app.reports import labels
from training_app.reports.queries.search import search as look
from training_app.reports.views import bp
from training_app.web.access import signed_in

_LONGEST = 80


@bp.get("/search")
@signed_in()
def search() -> ResponseReturnValue:
    """People, classes, courses and certificates that fit what was typed."""
    text = " ".join(request.args.get("q", "").split())[:_LONGEST]
    hits = look(current_actor(), text) if text else None
    return render_template("reports/search.html", text=text, hits=hits, class_states=labels.CLASS_STATES)
