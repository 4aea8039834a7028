"""The live wall: everybody of a lesson as one tile, by group or by name; a tap records a person."""

from __future__ import annotations

from collections import Counter

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import labels, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import running_call
from training_app.attendance.queries.names import on_screen
from training_app.attendance.queries.order import chosen_order, in_order, orders
from training_app.attendance.queries.people import PersonRow, lesson_people
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.queries.wall import call_said, roster_mark
from training_app.attendance.rest import lesson_of
from training_app.attendance.views import bp
from training_app.classes.api import Seat, get_class, seating_of
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.web.access import requires

EVERY_MS = 3000


@bp.get("/lessons/<int:lesson_id>/wall")
@requires(ATTENDANCE["view"])
def wall(lesson_id: int) -> ResponseReturnValue:
    """Show everybody of the lesson at once; the page keeps itself up to date."""
    lesson = lesson_of(lesson_id, ATTENDANCE["view"])
    actor = current_actor()
    klass = get_class(lesson.class_id)
    seating = seating_of(lesson.class_id)
    seats = seating.seats if seating else {}
    order = chosen_order(request.args.get("by", ""), seats)
    people = in_order(lesson_people(lesson_id, actor, ATTENDANCE["view"]), order, seats)
    counts = lesson_counts([lesson_id])[lesson_id]
    may_scan = ATTENDANCE["scan"].held_by(actor)
    call = running_call(lesson_id)
    return render_template(
        "attendance/wall.html",
        lesson=lesson,
        klass=klass,
        shown_names={each.enrollment_id: on_screen(each.name, klass.names_shown) for each in people},
        counts=counts,
        order=order,
        orders=orders(seats),
        sections=_sections(people, order),
        seats=seats,
        hall=seating.hall if seating and order == "seat" else None,
        sitting={seats[each.enrollment_id].text: each for each in people if each.enrollment_id in seats},
        seat_of=Seat,
        twice={name for name, number in Counter(each.name for each in people).items() if number > 1},
        people=people,
        roster=roster_mark([each.enrollment_id for each in people], seats),
        every_ms=EVERY_MS,
        call=call_said(call, [each.enrollment_id for each in people]) if call is not None else None,
        calls={code: _(word) for code, word in labels.CALL.items()},
        statuses={code: _(word) for code, word in labels.STATUS.items()},
        signs=rules.SIGNS,
        shown=rules.STATUSES,
        reasons=[(code, _(labels.REASON[code])) for code in rules.STAFF_REASONS],
        labels=labels,
        may_scan=may_scan,
        may_record=may_scan and counts.state != "closed" and lesson.day <= clock.today(),
    )


def _sections(people: list[PersonRow], order: str) -> list[tuple[str, list[PersonRow]]]:
    """The tiles with a heading where people stand by group; one section without heading else."""
    if order != "group" or not any(each.group_name for each in people):
        return [("", people)]
    found: dict[str, list[PersonRow]] = {}
    for each in people:
        found.setdefault(each.group_name, []).append(each)
    return list(found.items())
