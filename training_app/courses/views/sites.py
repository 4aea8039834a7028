"""Teaching sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import list_units
from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.courses import queries, rules
from training_app.courses.forms import SiteForm
from training_app.courses.permissions import COURSES
from training_app.courses.services import sites
from training_app.courses.views import bp
from training_app.web.access import requires
from training_app.web.fields import whole
from training_app.web.lists import export, list_query, wants_export
from training_app.web.slots import render_slot


@bp.get("/sites")
@requires(COURSES["view"])
def site_list() -> ResponseReturnValue:
    """All teaching sites, or as a file."""
    query = list_query(sortable=queries.SITE_SORTABLE, default="kind", filters=queries.SITE_FILTERS)
    page = queries.page_of_sites(query, everything=bool(wants_export()))
    if wants_export():
        if request.args.get("list") == "routes":
            return export(_route_columns(), [_route_line(route) for route in queries.list_routes()], _("Routes"))
        return export(_columns(), page.items, _("Teaching sites"), query=query, filters=_filters())
    return render_template(
        "courses/sites.html",
        page=page,
        routes=queries.list_routes(),
        filters=_filters(),
    )


def _filters() -> list[dict[str, Any]]:
    return [{"name": "kind", "label": _("Kind"), "options": [(k, k) for k in queries.site_kinds_in_use()]}]


def _route_columns() -> list[Column]:
    return [
        Column("code", _("Number")),
        Column("name", _("Route")),
        Column("stops", _("Stops")),
        Column("kilometres", _("Way in kilometres"), "number"),
        Column("minutes", _("Minutes at the stops"), "number"),
    ]


def _route_line(route: queries.RouteInfo) -> dict[str, Any]:
    return {
        "code": route.code,
        "name": route.name,
        "stops": "、".join(stop.site_name for stop in route.stops),
        "kilometres": route.kilometres,
        "minutes": route.minutes,
    }


@bp.get("/sites/<int:site_id>")
@requires(COURSES["view"])
def site_show(site_id: int) -> ResponseReturnValue:
    """A site, the routes that stop there, and what was taught there."""
    return render_template(
        "courses/site.html",
        site=queries.get_site(site_id),
        routes=queries.list_routes(site_id=site_id),
        filled=render_slot("site.file", site_id=site_id),
    )


@bp.get("/sites/new")
@requires(COURSES["edit"])
def site_new() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(_form(), None)


@bp.post("/sites/new")
@requires(COURSES["edit"])
def site_add() -> ResponseReturnValue:
    """Enter a site."""
    form = _form()
    if form.validate_on_submit():
        try:
            site_id = sites.add_site(_values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The teaching site has been entered."), "success")
            return redirect(url_for("courses.site_show", site_id=site_id))
    return _form_page(form, None), 422


@bp.get("/sites/<int:site_id>/edit")
@requires(COURSES["edit"])
def site_edit(site_id: int) -> ResponseReturnValue:
    """The form with the site as it is."""
    site = queries.get_site(site_id)
    return _form_page(_form(asdict(site)), site)


@bp.post("/sites/<int:site_id>/edit")
@requires(COURSES["edit"])
def site_change(site_id: int) -> ResponseReturnValue:
    """Change a site."""
    site = queries.get_site(site_id)
    form = _form()
    if form.validate_on_submit():
        try:
            sites.change_site(site_id, _values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The teaching site has been changed."), "success")
            return redirect(url_for("courses.site_show", site_id=site_id))
    return _form_page(form, site), 422


def _form(known: Mapping[str, Any] | None = None) -> SiteForm:
    form = SiteForm(data=known) if known is not None else SiteForm()
    form.offer(list_units())
    return form


def _form_page(form: SiteForm, site: queries.SiteInfo | None) -> str:
    kinds = list(dict.fromkeys([*queries.site_kinds_in_use(), *rules.SITE_KINDS]))
    return render_template("courses/site_form.html", form=form, site=site, kinds=kinds)


def _values(form: SiteForm) -> sites.SiteValues:
    return sites.SiteValues(
        name=form.name.data or "",
        kind=form.kind.data or "",
        unit_id=form.unit_id.data,
        address=form.address.data or "",
        longitude=float(form.longitude.data) if form.longitude.data is not None else None,
        latitude=float(form.latitude.data) if form.latitude.data is not None else None,
        capacity=whole(form.capacity.data),
        minutes=whole(form.minutes.data),
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
        note=form.note.data or "",
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Name of the place")),
        Column("kind", _("Kind")),
        Column("unit_name", _("Unit")),
        Column("address", _("Address")),
        Column("longitude", _("Longitude"), "number"),
        Column("latitude", _("Latitude"), "number"),
        Column("capacity", _("Capacity"), "number"),
        Column("minutes", _("Minutes"), "number"),
        Column("contact_name", _("Contact")),
        Column("contact_phone", _("Contact's phone")),
    ]
