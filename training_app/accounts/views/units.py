"""The tree of units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts import queries
from training_app.accounts.api import list_units
from training_app.accounts.forms import UnitForm
from training_app.accounts.permissions import UNITS
from training_app.accounts.services.units import store_unit
from training_app.accounts.views import bp
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.ports import ListColumn, ask
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.fields import whole
from training_app.web.lists import export, list_query, wants_export
from training_app.web.slots import render_slot


@bp.get("/units")
@requires(UNITS["view"])
def unit_list() -> ResponseReturnValue:
    """The units as a tree, or as a file."""
    query = list_query(sortable=queries.UNIT_SORTABLE, default="code", filters=queries.UNIT_FILTERS, per_page=100)
    page = queries.page_of_units(query, current_actor(), UNITS["view"], everything=bool(wants_export()))
    added = _added_columns([row.id for row in page.items])
    if wants_export():
        lines = [{**asdict(row), **{c.key: c.values.get(row.id) for c in added}} for row in page.items]
        return export(_columns(added), lines, _("Units"), query=query, filters=_filters())
    return render_template(
        "accounts/units.html",
        page=page,
        added=added,
        is_tree=query.sort == "code" and not query.q and not query.filters,
        filters=_filters(),
    )


def _filters() -> list[dict[str, Any]]:
    return [
        {"name": "kind", "label": _("Kind"), "options": [(v, v) for v in queries.unit_values("kind")]},
        {"name": "grade", "label": _("Unit grade"), "options": [(v, v) for v in queries.unit_values("grade")]},
    ]


@bp.get("/units/<int:unit_id>")
@requires(UNITS["view"])
def unit_show(unit_id: int) -> ResponseReturnValue:
    """A unit: its names, its approved numbers, what lies below, and what the rooms above know of it."""
    unit = queries.get_unit_row(unit_id, current_actor(), UNITS["view"])
    below = queries.units_below(unit_id)
    return render_template(
        "accounts/unit.html",
        unit=unit,
        above=queries.units_above(unit),
        below=below,
        aliases=queries.aliases_of(unit_id),
        added=_added_columns([unit_id]),
        filled=render_slot("unit.file", unit_id=unit_id),
    )


@bp.get("/units/new")
@requires(UNITS["edit"])
def unit_new() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(_form({}), None)


@bp.post("/units/new")
@requires(UNITS["edit"])
def unit_add() -> ResponseReturnValue:
    """Enter a unit."""
    return _store(None)


@bp.get("/units/<int:unit_id>/edit")
@requires(UNITS["edit"])
def unit_edit(unit_id: int) -> ResponseReturnValue:
    """The form with the unit as it is."""
    unit = queries.get_unit_row(unit_id, current_actor(), UNITS["edit"])
    above = queries.units_above(unit)
    known = {
        **asdict(unit),
        "parent_code": above[-1].code if above else "",
        "aliases": "\n".join(queries.aliases_of(unit_id)),
    }
    return _form_page(_form(known), unit)


@bp.post("/units/<int:unit_id>/edit")
@requires(UNITS["edit"])
def unit_change(unit_id: int) -> ResponseReturnValue:
    """Change a unit."""
    return _store(queries.get_unit_row(unit_id, current_actor(), UNITS["edit"]))


def _store(unit: queries.UnitRow | None) -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        try:
            unit_id = store_unit(
                unit_id=unit.id if unit else None,
                is_new=unit is None,
                code=(form.code.data or "").strip(),
                name=form.name.data or "",
                parent_code=form.parent_code.data or "",
                aliases=[line.strip() for line in (form.aliases.data or "").splitlines() if line.strip()],
                short_name=form.short_name.data or "",
                kind=form.kind.data or "",
                grade=form.grade.data or "",
                note=form.note.data or "",
                admin_staff=whole(form.admin_staff.data) or 0,
                institution_staff=whole(form.institution_staff.data) or 0,
                chiefs_approved=whole(form.chiefs_approved.data) or 0,
                deputies_approved=whole(form.deputies_approved.data) or 0,
            )
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The unit has been saved."), "success")
            return redirect(url_for("accounts.unit_show", unit_id=unit_id))
    return _form_page(form, unit), 422


def _form(known: Mapping[str, Any] | None = None) -> UnitForm:
    form = UnitForm(data=known) if known is not None else UnitForm()
    form.offer(list_units())
    return form


def _form_page(form: UnitForm, unit: queries.UnitRow | None) -> str:
    return render_template(
        "accounts/unit_form.html",
        form=form,
        unit=unit,
        kinds=queries.unit_values("kind"),
        grades=queries.unit_values("grade"),
    )


def _added_columns(ids: list[int]) -> list[ListColumn]:
    """What the rooms above know of these units (port ``unit.list_columns``): people, deputies in post."""
    found: list[ListColumn] = []
    for answer in ask("unit.list_columns", ids=ids):
        found += answer if isinstance(answer, list | tuple) else [answer]
    return found


def _columns(added: list[ListColumn]) -> list[Column]:
    return [
        Column("code", _("Unit code")),
        Column("name", _("Unit name")),
        Column("short_name", _("Short name")),
        Column("kind", _("Kind")),
        Column("grade", _("Unit grade")),
        Column("admin_staff", _("Administrative staff approved"), "number"),
        Column("institution_staff", _("Institution staff approved"), "number"),
        Column("chiefs_approved", _("Chief posts approved"), "number"),
        Column("deputies_approved", _("Deputy posts approved"), "number"),
        *(Column(c.key, str(c.title), "number" if c.numeric else "text") for c in added),
        Column("note", _("Note")),
    ]
