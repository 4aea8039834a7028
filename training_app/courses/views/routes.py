"""Routes over teaching sites, with a schematic map drawn by ourselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.core.errors import DomainError
from training_app.courses import queries, rules
from training_app.courses.forms import RouteForm
from training_app.courses.permissions import COURSES
from training_app.courses.services import sites
from training_app.courses.views import bp
from training_app.web.access import requires
from training_app.web.fields import whole

SHEET = rules.Sheet(width=400, height=290, margin=34)
_MORE_LINES = 3  # empty lines offered for further stops


@bp.get("/routes/<int:route_id>")
@requires(COURSES["view"])
def route_show(route_id: int) -> ResponseReturnValue:
    """A route: its stops in order, and where they lie."""
    route = queries.get_route(route_id)
    points = [
        (stop.longitude, stop.latitude) if stop.longitude is not None and stop.latitude is not None else None
        for stop in route.stops
    ]
    dots = rules.draw(points, [stop.site_name for stop in route.stops], SHEET)
    return render_template("courses/route.html", route=route, dots=dots, sheet=SHEET)


@bp.get("/routes/new")
@requires(COURSES["edit"])
def route_new() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(_form({"stops": [{} for _line in range(4)]}), None)


@bp.post("/routes/new")
@requires(COURSES["edit"])
def route_add() -> ResponseReturnValue:
    """Enter a route."""
    form = _form()
    if _adds_line(form):
        return _form_page(form, None)
    if form.validate_on_submit():
        try:
            route_id = sites.save_route(_values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The route has been saved."), "success")
            return redirect(url_for("courses.route_show", route_id=route_id))
    return _form_page(form, None), 422


@bp.get("/routes/<int:route_id>/edit")
@requires(COURSES["edit"])
def route_edit(route_id: int) -> ResponseReturnValue:
    """The form with the route as it is."""
    route = queries.get_route(route_id)
    stops = [{"site_id": s.site_id, "stay_minutes": s.stay_minutes, "km_to_next": s.km_to_next} for s in route.stops]
    return _form_page(_form({"code": route.code, "name": route.name, "stops": stops}), route)


@bp.post("/routes/<int:route_id>/edit")
@requires(COURSES["edit"])
def route_change(route_id: int) -> ResponseReturnValue:
    """Set name and stops anew."""
    route = queries.get_route(route_id)
    form = _form()
    if _adds_line(form):
        return _form_page(form, route)
    if form.validate_on_submit():
        try:
            sites.save_route(_values(form), route_id=route_id)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The route has been saved."), "success")
            return redirect(url_for("courses.route_show", route_id=route_id))
    return _form_page(form, route), 422


def _form(known: Mapping[str, Any] | None = None) -> RouteForm:
    form = RouteForm(data=known) if known is not None else RouteForm()
    form.offer(queries.list_sites())
    return form


def _adds_line(form: RouteForm) -> bool:
    """Whether further lines were asked for; they are added to what was typed."""
    if "more" not in request.form:
        return False
    for _line in range(_MORE_LINES):
        if len(form.stops) < form.stops.max_entries:
            form.stops.append_entry({})
    form.offer(queries.list_sites())
    return True


def _form_page(form: RouteForm, route: queries.RouteInfo | None) -> str:
    return render_template("courses/route_form.html", form=form, route=route)


def _values(form: RouteForm) -> sites.RouteValues:
    stops = tuple(
        sites.StopValues(
            site_id=line.form.site_id.data,
            stay_minutes=whole(line.form.stay_minutes.data),
            km_to_next=line.form.km_to_next.data,
        )
        for line in form.stops
        if line.form.site_id.data is not None
    )
    return sites.RouteValues(code=form.code.data or "", name=form.name.data or "", stops=stops)
