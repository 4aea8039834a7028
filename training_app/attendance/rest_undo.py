"""Taking a mark, or an answer to a call, back for the scripts of the tablet and the wall."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.people import lesson_people
from training_app.attendance.rest import bp, lesson_of
from training_app.attendance.services import answer_undo, undo
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web.access import requires
from training_app.web.json import api


@bp.post("/api/v1/lessons/<int:lesson_id>/check-ins/<int:enrollment_id>/take-back")
@requires(ATTENDANCE["scan"])
@api("Take staff's last mark of a person back while the lesson is not closed", statuses=(200, 404, 409))
def take_back(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Take it back; ``status`` is what is recorded now, null for nothing."""
    _check_reach(lesson_id, enrollment_id)
    restored = undo.take_back(lesson_id, enrollment_id)
    return jsonify(enrollment_id=enrollment_id, status=restored or None)


@bp.post("/api/v1/lessons/<int:lesson_id>/calls/<int:roll_call_id>/people/<int:enrollment_id>/take-back")
@requires(ATTENDANCE["scan"])
@api("Take back what staff noted of a person in a call while the lesson is not closed", statuses=(200, 404, 409))
def take_answer_back(lesson_id: int, roll_call_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Take it back: the person is asked again."""
    _check_reach(lesson_id, enrollment_id)
    answer_undo.take_answer_back(lesson_id, roll_call_id, enrollment_id)
    return jsonify(enrollment_id=enrollment_id)


def _check_reach(lesson_id: int, enrollment_id: int) -> None:
    lesson_of(lesson_id, ATTENDANCE["scan"])
    if enrollment_id not in {
        each.enrollment_id for each in lesson_people(lesson_id, current_actor(), ATTENDANCE["scan"])
    }:
        raise NotFound
