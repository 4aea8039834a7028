"""The list of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.accounts.api import list_units, unit_ids_within
from training_app.cadres.forms import unit_choices
from training_app.cadres.permissions import CADRES
from training_app.cadres.queries import people
from training_app.cadres.queries.files import list_files
from training_app.cadres.views import bp
from training_app.core.actor import Actor, current_actor
from training_app.core.errors import InvalidInput
from training_app.core.pages import ListQuery
from training_app.core.ports import ListColumn, ask
from training_app.core.tables import Column
from training_app.core.text import N_
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export

# Columns one may choose; what other rooms add (hours, last training) is offered beside them.
COLUMNS = {
    "post": _l("Unit and post"),
    "level": _l("Post level"),
    "rank": _l("Rank"),
    "born": _l("Month of birth"),
    "sex": _l("Sex"),
    "politics": _l("Political status"),
    "category": _l("Cadre category"),
}
_AT_FIRST = ("post", "level", "born")


@bp.get("")
@requires(CADRES["view"])
def index() -> ResponseReturnValue:
    """Everybody the reader may see: searched, filtered, sorted, in pages, or as a file."""
    actor = current_actor()
    if ticked := request.args.getlist("show"):
        # The form's many boxes become one word of the address, which every link of the list then carries on.
        names = ("q", "sort", "dir", "per_page", *people.FILTERS)
        kept: dict[str, Any] = {name: request.args[name] for name in names if request.args.get(name)}
        return redirect(url_for("cadres.index", **{**kept, "columns": ",".join(ticked)}))
    if wants_export():
        return _as_file(actor)
    query = list_query(sortable=people.SORTABLE, default="unit", filters=(*people.FILTERS, "columns"))
    page = people.page_of_cadres(query, actor)
    added = _added_columns([row.id for row in page.items])
    shown = _chosen(query, added)
    return render_template(
        "cadres/list.html",
        page=page,
        total=people.count_visible_to(actor),
        filters=filters_for(actor),
        columns=COLUMNS,
        added=added,
        shown=shown,
        missing=next((column.values for column in added if column.key == "missing"), {}),
    )


@bp.post("/export")
@requires(CADRES["view"])
def export_chosen() -> ResponseReturnValue:
    """The people ticked in the list, as a file."""
    ids = [
        int(value) for value in request.form.getlist("id") if value.isascii() and value.isdigit() and len(value) < 10
    ]
    rows = people.list_visible_to(current_actor(), ids)
    if not rows:
        raise InvalidInput(N_("Nobody was chosen."))
    chosen = ngettext("%(num)d person ticked in the list", "%(num)d people ticked in the list", len(rows))
    return file_of(rows, query=None, notes=[(_("Filter"), chosen)])


def _as_file(actor: Actor) -> ResponseReturnValue:
    query = list_query(sortable=people.SORTABLE, default="unit", filters=people.FILTERS)
    rows = people.page_of_cadres(query, actor, everything=True).items
    return file_of(rows, query=query)


def file_of(
    rows: Sequence[people.CadreInfo],
    *,
    query: ListQuery | None,
    notes: Sequence[tuple[str, str]] = (),
    numbers: Mapping[int, Mapping[str, str]] | None = None,
) -> Response:
    """The list as a file. Citizen numbers and phones are masked, but for those given in full (``numbers``)."""
    files = list_files([row.id for row in rows])
    added = _added_columns([row.id for row in rows])
    columns = [
        Column("name", _("Name")),
        Column("sex", _("Sex")),
        Column("birth_month", _("Month of birth")),
        Column("unit_name", _("Unit")),
        Column("unit_and_post", _("Unit and post")),
        Column("post_level", _("Post level")),
        Column("rank", _("Rank")),
        Column("category", _("Cadre category")),
        Column("political_status", _("Political status")),
        Column("id_number", _("Citizen number")),
        Column("phone", _("Mobile number")),
        *(Column(column.key, str(column.title), "number" if column.numeric else "text") for column in added),
    ]
    masked = {each.id: {"id_number": each.id_number_masked, "phone": each.phone_masked} for each in files.values()}
    shown = {row.id: {**masked.get(row.id, {}), **(numbers or {}).get(row.id, {})} for row in rows}
    lines = [{**_line(row, columns, added), **shown[row.id]} for row in rows]
    return export(columns, lines, _("Cadres"), query=query, filters=filters_for(current_actor()), notes=notes)


def _line(row: people.CadreInfo, columns: Sequence[Column], added: Sequence[ListColumn]) -> dict[str, Any]:
    line: dict[str, Any] = {c.key: getattr(row, c.key, None) for c in columns}
    line.update({column.key: column.values.get(row.id) for column in added})
    return line


def _added_columns(ids: list[int]) -> list[ListColumn]:
    """What the rooms above know of these people (port ``cadre.list_columns``); each may give one column or several."""
    found: list[ListColumn] = []
    for answer in ask("cadre.list_columns", ids=ids):
        found += answer if isinstance(answer, list | tuple) else [answer]
    return found


def _chosen(query: ListQuery, added: Sequence[ListColumn]) -> list[str]:
    offered = [*COLUMNS, *(column.key for column in added)]
    wanted = query.wants("columns").split(",")
    if not query.wants("columns"):
        return [*_AT_FIRST, *(column.key for column in added)]
    return [key for key in offered if key in wanted]


def filters_for(actor: Actor) -> list[Mapping[str, Any]]:
    """What the list can be filtered by, of what this reader sees."""
    values = people.values_in_use(actor)
    reach = CADRES["view"].reach_of(actor)
    units = list_units()
    if "all" not in reach:
        within = set(unit_ids_within(actor.unit_path))
        units = [unit for unit in units if unit.id in within]
    return [
        {"name": "category", "label": _("Cadre category"), "options": [(v, v) for v in values["category"]]},
        {"name": "post_level", "label": _("Post level"), "options": [(v, v) for v in values["post_level"]]},
        {"name": "unit", "label": _("Unit"), "options": unit_choices(units)},
        {
            "name": "political_status",
            "label": _("Political status"),
            "options": [(v, v) for v in values["political_status"]],
        },
        {
            "name": "people",
            "label": _("Register"),
            "blank": _("Cadres"),
            "options": [("members", _("Members of the party")), ("all", _("Everybody on record"))],
        },
    ]
