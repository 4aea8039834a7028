"""Seats of a class in its hall: rows and aisles, filled by an order, people changed one for another."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes.api import list_enrollments_visible_to
from training_app.classes.forms import FillForm, HallForm
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.seating import Seating, seating_of
from training_app.classes.seating_rules import Seat, Spot, suggested_hall
from training_app.classes.services import seating as services
from training_app.classes.values import ClassInfo, EnrollmentInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.display import listing
from training_app.web.errors import translated
from training_app.web.lists import export, wants_export

_SPOT = re.compile(r"(?:([0-9]{1,2})-([0-9]{1,2})|p([0-9]{1,9})|none)", re.ASCII)


@bp.get("/classes/<int:class_id>/seating")
@requires(CLASSES["view"])
def seating(class_id: int) -> ResponseReturnValue:
    """Show who sits where; ``chosen`` is the place that the next one chosen changes with."""
    klass = visible_class(class_id, CLASSES["view"])
    if wants_export():
        return _export(klass)
    return _page(klass)


def _page(klass: ClassInfo, form: HallForm | None = None, status: int = 200) -> ResponseReturnValue:
    people = _people(klass)
    found = seating_of(klass.id)
    hall = found.hall if found else suggested_hall(len(people))
    if form is None:
        values = {"rows": hall.rows, "columns": hall.columns, "aisles": listing(hall.aisles)}
        form = HallForm(formdata=None, data=values)
    chosen = request.args.get("chosen", "")
    seats = found.seats if found else {}
    page = class_page(
        "classes/seating.html",
        klass,
        people=people,
        hall=hall,
        laid_out=found is not None,
        sitting={seats[each.id].text: each for each in people if each.id in seats},
        taken={seat.text for seat in seats.values()},  # perhaps by people of units the reader does not see
        standing=[each for each in people if each.id not in seats],
        seat_of=Seat,
        chosen=chosen if _SPOT.fullmatch(chosen) else "",
        form=form,
        fill=FillForm(formdata=None),
        may_run=CLASSES["run"].held_by(current_actor()),
    )
    return page, status


def _people(klass: ClassInfo) -> list[EnrollmentInfo]:
    return list_enrollments_visible_to(current_actor(), klass.id, CLASSES["view"])


def _export(klass: ClassInfo) -> ResponseReturnValue:
    found = seating_of(klass.id)
    columns = [
        Column("seat", _("Seat")),
        Column("row", _("Row of seats"), "number"),
        Column("column", _("Place in the row"), "number"),
        Column("name", _("Name")),
        Column("unit", _("Unit")),
        Column("group", _("Group")),
    ]
    people = sorted(_people(klass), key=lambda each: _place(found, each))
    return export(columns, [_row(found, each) for each in people], f"{klass.name} {_('Seating')}")


def _place(found: Seating | None, each: EnrollmentInfo) -> tuple[bool, Seat, int]:
    seat = found.seats.get(each.id) if found else None
    return seat is None, seat or Seat(0, 0), each.id


def _row(found: Seating | None, each: EnrollmentInfo) -> dict[str, Any]:
    seat = found.seats.get(each.id) if found else None
    return {
        "seat": seat.text if seat else "",
        "row": seat.row if seat else None,
        "column": seat.column if seat else None,
        "name": each.name,
        "unit": each.unit_name,
        "group": each.group_name,
    }


@bp.post("/classes/<int:class_id>/seating/hall")
@requires(CLASSES["run"])
def lay_out(class_id: int) -> ResponseReturnValue:
    """Lay out rows, seats and aisles."""
    klass = visible_class(class_id, CLASSES["run"])
    form = HallForm()
    if not form.validate():
        return _page(klass, form, 422)
    try:
        lost = services.lay_out(class_id, form.hall)
    except DomainError as error:
        form.take(error)
        return _page(klass, form, 422)
    seats = form.hall.capacity
    flash(ngettext("The hall has %(num)d seat.", "The hall has %(num)d seats.", seats), "success")
    if lost:
        flash(
            ngettext(
                "%(num)d person sat where no seat is now and has none.",
                "%(num)d people sat where no seat is now and have none.",
                lost,
            ),
            "warning",
        )
    return _back(class_id)


@bp.post("/classes/<int:class_id>/seating/fill")
@requires(CLASSES["run"])
def fill_seats(class_id: int) -> ResponseReturnValue:
    """Give everybody a seat."""
    visible_class(class_id, CLASSES["run"])
    form = FillForm()
    try:
        people = services.fill(class_id, str(form.order.data), keep=bool(form.keep.data))
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(ngettext("%(num)d person has a seat.", "%(num)d people have a seat.", people), "success")
    return _back(class_id)


@bp.post("/classes/<int:class_id>/seating/exchange")
@requires(CLASSES["run"])
def exchange_seats(class_id: int) -> ResponseReturnValue:
    """Let two places change what is on them."""
    visible_class(class_id, CLASSES["run"])
    first, second = request.form.get("first", ""), request.form.get("second", "")
    try:
        services.exchange(class_id, _spot(first), _spot(second))
    except DomainError as error:
        flash(translated(error), "danger")
    return _back(class_id)


def _spot(text: str) -> Spot:
    match = _SPOT.fullmatch(text)
    if match is None or text == "none":
        return None
    return int(match[3]) if match[3] else Seat(int(match[1]), int(match[2]))


@bp.post("/classes/<int:class_id>/seating/clear")
@requires(CLASSES["run"])
def clear_seats(class_id: int) -> ResponseReturnValue:
    """Take everybody's seat away; the hall stays."""
    visible_class(class_id, CLASSES["run"])
    people = services.clear(class_id)
    flash(ngettext("%(num)d person has no seat now.", "%(num)d people have no seat now.", people), "success")
    return _back(class_id)


def _back(class_id: int) -> ResponseReturnValue:
    return redirect(url_for("classes.seating", class_id=class_id), 303)
