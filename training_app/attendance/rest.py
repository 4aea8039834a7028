"""Check-in for programs and for the phone's script, as CONTRACT.md names it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field, StrictStr

from training_app.accounts.api import hash_of
from training_app.attendance import labels, qr, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.place_rules import Fix, Point
from training_app.attendance.queries.calls import CallInfo
from training_app.attendance.queries.people import PersonRow, lesson_people
from training_app.attendance.queries.records import Counts, lesson_counts
from training_app.attendance.queries.screen import screen_of
from training_app.attendance.queries.windows import current_code, find_window
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import tablet, windows
from training_app.attendance.services.judging import Outcome, Who
from training_app.classes.api import LessonInfo, get_lesson, may_see_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.core.permissions import Permission
from training_app.web import cookies
from training_app.web.access import requires
from training_app.web.arrival import arrived_at
from training_app.web.errors import json_error
from training_app.web.json import Body, api, json_body

bp = Blueprint("attendance_rest", __name__)

REFUSED_STATUS = {
    "bad_code": 422,
    "expired_code": 410,
    "not_open": 409,
    "closed": 409,
    "not_enrolled": 403,
    "withdrawn": 403,
    "too_many_attempts": 429,
    "not_checked_in": 409,
    "no_call": 409,
}
MOST_ENTRIES = 1000


class Position(Body):
    """Where the phone says it is: WGS 84 degrees, good to so many metres. Looked at once, never kept."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    accuracy: float = Field(ge=0, le=1e7, allow_inf_nan=False)


class CheckIn(Body):
    """One scan: an explicit code, or none when the browser holds a ticket. ``nonce``: a new one for each press.

    ``kind``: in, an answer to the call that runs in mid-lesson (mid), or leaving (out). ``position``: only where the
    class asks for it; without it the scan counts the same.
    """

    nonce: StrictStr = Field(min_length=1, max_length=64)
    code: StrictStr | None = Field(default=None, max_length=120)
    kind: Literal["in", "mid", "out"] = "in"
    position: Position | None = None


class CheckInAnswer(BaseModel):
    """What became of a scan that counts."""

    outcome: Literal["accepted", "repeated"]
    status: str
    checked_in_at: datetime
    lesson: dict[str, Any]
    name: str


class StaffEntry(Body):
    """One person recorded by staff: by enrollment with a reason, or by the badge that was scanned.

    ``kind``: arriving (in), an answer to the call that ran at that moment (mid), or leaving (out).
    """

    nonce: StrictStr = Field(min_length=1, max_length=64)
    at: datetime | None = Field(default=None, strict=False)
    enrollment_id: int | None = Field(default=None, gt=0)
    badge: StrictStr | None = Field(default=None, max_length=60)
    reason: StrictStr = Field(default="", max_length=300)
    kind: Literal["in", "mid", "out"] = "in"


class StaffEntries(Body):
    """Several people at once, perhaps noted while there was no network."""

    entries: list[StaffEntry] = Field(min_length=1, max_length=MOST_ENTRIES)


def lesson_of(lesson_id: int, permission: Permission) -> LessonInfo:
    """Give the lesson if the permission reaches its class; else it does not exist for this person."""
    lesson = get_lesson(lesson_id)
    if not may_see_class(current_actor(), lesson.class_id, permission):
        raise NotFound
    return lesson


@bp.post("/api/v1/lessons/<int:lesson_id>/check-in/open")
@requires(ATTENDANCE["scan"])
@api("Open check-in for a lesson", statuses=(201, 200, 404, 409, 422))
def open_check_in(lesson_id: int) -> ResponseReturnValue:
    """Open it; open already: the same answer with 200."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    was_open = (found := find_window(lesson_id)) is not None and found.live
    windows.open_check_in(lesson_id)
    return jsonify(_window(lesson_id)), 200 if was_open else 201


@bp.post("/api/v1/lessons/<int:lesson_id>/check-in/close")
@requires(ATTENDANCE["correct"])
@api("Close check-in: those missing become absent, those on leave stay on leave", statuses=(200, 404, 409, 422))
def close_check_in(lesson_id: int) -> ResponseReturnValue:
    """Close it."""
    lesson_of(lesson_id, ATTENDANCE["correct"])
    closing = windows.close_check_in(lesson_id)
    return jsonify({**_window(lesson_id), "marked_absent": closing.marked_absent})


@bp.get("/api/v1/lessons/<int:lesson_id>/code")
@requires(ATTENDANCE["scan"])
@api("The one current code, and how many milliseconds it stays current", statuses=(200, 404, 409))
def code(lesson_id: int) -> ResponseReturnValue:
    """Give exactly one code; never a later one. The page also gets the count and the latest names."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    now = current_code(lesson_id)
    url = code_url(now.code)
    drawn = qr.picture(url)
    screen = screen_of(lesson_id)
    response = jsonify(
        code=now.code,
        url=url,
        step_seconds=now.step_seconds,
        next_in_ms=now.next_in_ms,
        typed=now.typed,
        typed_next_in_ms=now.typed_next_in_ms,
        picture={"view_box": drawn.view_box, "path": drawn.path},
        counts=_counts(screen.counts),
        names=screen.names,
        call=_call(screen.call) if screen.call is not None else None,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _call(info: CallInfo) -> dict[str, Any]:
    """What the screen asks for besides checking in, and how many have answered."""
    return {
        "slot": info.call.slot,
        "title": _(labels.CALL[info.call.slot]),
        "answered": len(info.answers),
        "expected": info.expected,
        "left_ms": info.left_ms,
    }


def code_url(text: str) -> str:
    """Write the address a phone opens: in upper case, so that the QR code needs fewer modules (decision 0010)."""
    base: str = (current_app.config.get("BASE_URL") or request.host_url).rstrip("/")
    has_path = base.count("/") > 2
    return f"{base}/c/{text}" if has_path else f"{base.upper()}/C/{text}"


@bp.post("/api/v1/check-ins")
@requires(ATTENDANCE["own"])
@api(
    "Check oneself in, by a ticket or an explicit code",
    body=CheckIn,
    answer=CheckInAnswer,
    statuses=(201, 200, 403, 409, 410, 422, 429),
)
def check_in() -> ResponseReturnValue:
    """Record one scan."""
    body = json_body(CheckIn)
    ticket = cookies.read(cookies.TICKET)
    outcome = scanning.check_in(
        who_scans(),
        code=body.code or "",
        ticket=ticket,
        nonce=body.nonce,
        kind=body.kind,
        fix=_fix(body.position),
        arrived=arrived_at(request.environ),
    )
    if outcome.refused:
        return _refusal(outcome)
    response = jsonify(outcome_said(outcome))
    response.status_code = 201 if outcome.outcome == "accepted" else 200
    if ticket and not body.code:
        cookies.clear(response, cookies.TICKET)
    return response


def _fix(position: Position | None) -> Fix | None:
    if position is None:
        return None
    return Fix(Point(position.latitude, position.longitude), position.accuracy)


def who_scans() -> Who:
    """Say who acts, with which browser."""
    account_id = current_actor().account_id
    if account_id is None:
        raise NotFound
    return Who(account_id, hash_of(cookies.read(cookies.DEVICE)), browser_family(request.user_agent.string))


def browser_family(agent: str) -> str:
    """Name the family of a browser, never its full description."""
    known = (
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    return next((name for mark, name in known if mark in agent), "")


def _refusal(outcome: Outcome) -> ResponseReturnValue:
    _title, said = labels.REFUSAL[outcome.outcome]
    response: Response = current_app.make_response(
        json_error(REFUSED_STATUS[outcome.outcome], outcome.outcome, _(said))
    )
    if outcome.outcome == "too_many_attempts":
        response.headers["Retry-After"] = "60"
    return response


_SAID_AT = {"in": "checked_in_at", "mid": "answered_at", "out": "checked_out_at"}


def outcome_said(outcome: Outcome) -> dict[str, Any]:
    """A scan that counted, as the contract names it."""
    return {
        "outcome": outcome.outcome,
        "status": outcome.status,
        _SAID_AT[outcome.slot]: _iso(outcome.at),
        "name": outcome.person,
        "lesson": {
            "id": outcome.lesson_id,
            "title": outcome.title,
            "place": outcome.place,
            "class": outcome.class_name,
            "starts_at": _iso(outcome.starts_at),
            "ends_at": _iso(outcome.ends_at),
        },
    }


@bp.post("/api/v1/lessons/<int:lesson_id>/check-ins")
@requires(ATTENDANCE["scan"])
@api(
    "Record scanned badges and ticked names; each entry has its own outcome",
    body=StaffEntries,
    statuses=(200, 404, 422),
)
def record_entries(lesson_id: int) -> ResponseReturnValue:
    """Record people by hand."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    body = json_body(StaffEntries)
    done = tablet.record_entries(
        lesson_id,
        [
            tablet.Entry(e.nonce, e.enrollment_id, e.badge or "", e.at and _aware(e.at), e.reason, e.kind)
            for e in body.entries
        ],
    )
    return jsonify(entries=[_entry(each) for each in done])


def _aware(at: datetime) -> datetime:
    """Take a time without a zone as the county's wall clock."""
    return at if at.tzinfo is not None else at.replace(tzinfo=clock.ZONE)


def _entry(each: tablet.EntryOutcome) -> dict[str, Any]:
    said: dict[str, Any] = {
        "nonce": each.nonce,
        "outcome": each.outcome,
        "enrollment_id": each.enrollment_id,
        "status": each.status or None,
        _SAID_AT[each.kind]: _iso(each.at),
        "received_at": _iso(clock.now()),
        "was": each.was or None,
    }
    if each.kind != "in":
        said["kind"] = each.kind
    if each.code:
        said["error"] = {"code": each.code, "message": _(each.message)}
    return said


@bp.get("/api/v1/lessons/<int:lesson_id>/attendance")
@requires(ATTENDANCE["view"])
@api("Counts and the list of a lesson", statuses=(200, 404))
def attendance(lesson_id: int) -> ResponseReturnValue:
    """List who is there."""
    lesson_of(lesson_id, ATTENDANCE["view"])
    people = lesson_people(lesson_id, current_actor(), ATTENDANCE["view"])
    return jsonify(
        {**_window(lesson_id), "items": [_person(each) for each in people], "total": len(people), "next": None}
    )


def _window(lesson_id: int) -> dict[str, Any]:
    window = find_window(lesson_id)
    counts = lesson_counts([lesson_id])[lesson_id]
    said: dict[str, Any] = {"lesson_id": lesson_id, "state": counts.state, "counts": _counts(counts)}
    if window is not None:
        said.update(
            step_seconds=window.step_seconds,
            opened_at=_iso(window.opened_at),
            late_from=_iso(window.late_from),
            closes_at=_iso(window.closes_at),
            closed_at=_iso(window.closed_at),
            head_count=window.head_count,
        )
    return said


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "expected": counts.expected,
        "present": counts.present,
        "late": counts.late,
        "left_early": counts.left_early,
        "attended": counts.attended,
        "on_leave": counts.on_leave,
        "absent": counts.absent,
        "missing": counts.missing,
        "exempt": counts.exempt,
    }


def _person(each: PersonRow) -> dict[str, Any]:
    return {
        "enrollment_id": each.enrollment_id,
        "name": each.name,
        "unit": each.unit_name,
        "status": each.status or None,
        "sign": rules.SIGNS.get(each.status, ""),
        "checked_in_at": _iso(each.check_in_at),
        "method": each.method or None,
        "reason": each.reason,
        "flags": [{"id": f.id, "code": f.code, "settled": f.settled} for f in each.flags],
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else clock.local(instant).isoformat(timespec="seconds")
