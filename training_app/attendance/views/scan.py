"""Scanning badges with the staff's tablet, with or without a network: the page and its roster.

What the tablet scans goes to ``POST /api/v1/lessons/…/check-ins``, as programs' entries do.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import labels, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import CallInfo, latest_calls
from training_app.attendance.queries.people import lesson_people
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.rest import lesson_of
from training_app.attendance.services.badges import badge_digest
from training_app.attendance.views import bp
from training_app.classes.api import get_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.web import csrf
from training_app.web.access import requires
from training_app.web.headers import allow_wasm


@bp.get("/scan/<int:lesson_id>")
@requires(ATTENDANCE["scan"])
def scan_badges(lesson_id: int) -> ResponseReturnValue:
    """Scan badges of one lesson with the camera. Who is on the list comes by itself (``scan_roster``)."""
    lesson = lesson_of(lesson_id, ATTENDANCE["scan"])
    allow_wasm()
    return render_template(
        "attendance/scan.html",
        lesson=lesson,
        klass=get_class(lesson.class_id),
        reasons=[(code, _(labels.REASON[code])) for code in rules.STAFF_REASONS],
        statuses={code: _(word) for code, word in labels.STATUS.items()},
        kinds={code: _(word) for code, word in labels.SCAN.items()},
    )


@bp.get("/scan/<int:lesson_id>/roster")
@requires(ATTENDANCE["scan"])
def scan_roster(lesson_id: int) -> ResponseReturnValue:
    """Everything the tablet keeps: names, what is recorded, calls and their answers, and a digest of each badge.

    No telephone numbers. A badge's digest tells a genuine badge from a made-up one, and nobody can make a badge from
    it. ``asked``: calls this person is expected to answer and has not; ``answered``: those they have, with the time.
    """
    lesson = lesson_of(lesson_id, ATTENDANCE["scan"])
    actor = current_actor()
    calls = latest_calls(lesson_id)
    return jsonify(
        lesson_id=lesson_id,
        state=lesson_counts([lesson_id])[lesson_id].state,
        account_id=actor.account_id,
        now=clock.now().isoformat(),
        csrf=csrf.token(),
        calls=[_call(info) for info in calls.values()],
        people=[
            {
                "id": each.enrollment_id,
                "name": each.name,
                "unit": each.unit_name,
                "digest": badge_digest(each.enrollment_id),
                "status": each.status,
                "at": each.check_in_at.isoformat() if each.check_in_at else None,
                "method": each.method,
                "asked": [slot for slot, info in calls.items() if each.enrollment_id in info.missed],
                "answered": {
                    slot: info.answers[each.enrollment_id].at.isoformat()
                    for slot, info in calls.items()
                    if each.enrollment_id in info.answers
                },
            }
            for each in lesson_people(lesson.id, actor, ATTENDANCE["scan"])
        ],
    )


def _call(info: CallInfo) -> dict[str, Any]:
    return {
        "id": info.call.id,
        "slot": info.call.slot,
        "started_at": info.call.started_at.isoformat(),
        "until": info.call.until.isoformat() if info.call.until is not None else None,
    }
