"""The feed of the live wall: small, the same for all who see everybody, and 304 while nothing has changed."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.wall import wall_for
from training_app.attendance.rest import bp
from training_app.core.actor import current_actor
from training_app.web.access import requires
from training_app.web.json import api


@bp.get("/api/v1/lessons/<int:lesson_id>/wall")
@requires(ATTENDANCE["view"])
@api("Who is here, by enrollment; 304 while the page has it already", statuses=(200, 304, 404))
def wall(lesson_id: int) -> ResponseReturnValue:
    """Give counts and, by status, the enrollments; no names, those are on the page."""
    said = wall_for(lesson_id, current_actor(), ATTENDANCE["view"])
    if said.etag in request.if_none_match:
        response = Response(status=304)
    else:
        response = Response(said.body, mimetype="application/json")
    response.set_etag(said.etag)
    return response
