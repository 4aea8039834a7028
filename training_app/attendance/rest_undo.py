"""Taking a mark back for the tablet's script."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.people import lesson_people
from training_app.attendance.rest import bp, lesson_of
from training_app.attendance.services import undo
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web.access import requires
from training_app.web.json import api


@bp.post("/api/v1/lessons/<int:lesson_id>/check-ins/<int:enrollment_id>/take-back")
@requires(ATTENDANCE["scan"])
@api("Take staff's last mark of a person back while the lesson is not closed", statuses=(200, 404, 409))
def take_back(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Take it back; ``status`` is what is recorded now, null for nothing."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    if enrollment_id not in {
        each.enrollment_id for each in lesson_people(lesson_id, current_actor(), ATTENDANCE["scan"])
    }:
        raise NotFound
    restored = undo.take_back(lesson_id, enrollment_id)
    return jsonify(enrollment_id=enrollment_id, status=restored or None)
