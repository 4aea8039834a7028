"""Dividing the seats of a planned class among units."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts.api import UnitInfo, list_units
from training_app.classes.permissions import PLANS
from training_app.classes.queries.plan import get_plan_line
from training_app.classes.queries.seats import seat_use
from training_app.classes.services.plan import allot_seats
from training_app.classes.views import plans
from training_app.core.errors import DomainError
from training_app.web.access import requires

_TOP = 2  # the root's children: departments, townships
_LONGEST = 4


@plans.route("/plan/<int:plan_line_id>/seats", methods=["GET", "POST"])
@requires(PLANS["edit"])
def seats(plan_line_id: int) -> ResponseReturnValue:
    """Seats by unit, against what is planned."""
    line = get_plan_line(plan_line_id)
    use = seat_use(plan_line_id)
    units = list_units()
    values = {unit_id: str(number) for unit_id, number in use.allotted.items()}
    wrong: set[int] = set()
    error = ""
    if request.method == "POST":
        values, numbers, wrong = _read(units)
        if wrong:
            error = _("Seats are whole numbers.")
        else:
            try:
                allot_seats(plan_line_id, numbers)
            except DomainError as problem:
                error = _(problem.message)
            else:
                flash(
                    ngettext(
                        "%(num)d seat is divided among %(units)s.",
                        "%(num)d seats are divided among %(units)s.",
                        sum(numbers.values()),
                        units=ngettext("%(num)d unit", "%(num)d units", sum(n > 0 for n in numbers.values())),
                    ),
                    "success",
                )
                return redirect(url_for("plans.show", plan_line_id=plan_line_id))
    added = request.args.get("add", type=int)
    shown = [unit for unit in units if _depth(unit) <= _TOP or unit.id in values or unit.id == added]
    page = render_template(
        "classes/seats.html",
        line=line,
        use=use,
        units=shown,
        others=[unit for unit in units if unit not in shown],
        values=values,
        wrong=wrong,
        error=error,
        total=sum(int(value) for value in values.values() if value.isdigit()),
        depth=_depth,
    )
    return page, 422 if error else 200


def _read(units: list[UnitInfo]) -> tuple[dict[int, str], dict[int, int], set[int]]:
    values: dict[int, str] = {}
    numbers: dict[int, int] = {}
    wrong: set[int] = set()
    for unit in units:
        text = request.form.get(f"unit-{unit.id}", "").strip()
        if not text:
            continue
        values[unit.id] = text
        if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
            numbers[unit.id] = int(text)
        else:
            wrong.add(unit.id)
    return values, numbers, wrong


def _depth(unit: UnitInfo) -> int:
    return unit.path.count("/") - 1
