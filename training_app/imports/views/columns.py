"""Pages: what the columns of a file mean; the answers that are remembered; the corrected workbook."""

from __future__ import annotations

from operator import itemgetter

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import list_units
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.imports import labels, queries
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS, KINDS
from training_app.imports.services import choices, mapping, repairing
from training_app.imports.services.corrected import corrected as make_corrected
from training_app.imports.services.files import note_download
from training_app.imports.views import XLSX, bp
from training_app.web.access import requires
from training_app.web.lists import download, export, list_query, page_of, wants_export

_LONGEST_ID = 10  # digits


@bp.get("/<int:import_id>/columns")
@requires(IMPORTS["run"])
def columns(import_id: int) -> ResponseReturnValue:
    """The columns of a worksheet with samples, and what each is taken for."""
    return _page(import_id)


@bp.post("/<int:import_id>/columns")
@requires(IMPORTS["run"])
def settle(import_id: int) -> ResponseReturnValue:
    """Say what the columns mean; the sheet is judged again at once."""
    queries.get_batch_visible_to(current_actor(), import_id)
    form = request.form
    row = form.get("header_row", "")
    answers = {
        form.get(f"header:{key.removeprefix('field:')}", ""): value
        for key, value in form.items()
        if key.startswith("field:")
    }
    try:
        mapping.settle(
            import_id,
            kind=form.get("kind", ""),
            header_row=int(row) if row.isascii() and row.isdigit() and len(row) < 7 else None,
            answers={header: name for header, name in answers.items() if header},
            keep_for_unit=form.get("remember") == "yes",
        )
    except DomainError as error:
        flash(_(error.message, **error.params), "danger")
        return _page(import_id), 422
    info = queries.get_batch_visible_to(current_actor(), import_id)
    again = (
        form.get("then") == "columns"
        or form.get("kind") != form.get("kind_was", form.get("kind"))
        or (not info.rows_read and mapping.columns_of(import_id).missing)
    )
    return redirect(url_for("imports.columns" if again else "imports.show", import_id=import_id))


def _page(import_id: int) -> str:
    info = queries.get_batch_visible_to(current_actor(), import_id)
    everything = "all" in IMPORTS["run"].reach_of(current_actor())
    kinds = [(kind, _(labels.KINDS[kind])) for kind in KINDS if everything or IMPORTERS[kind].of_class]
    return render_template(
        "imports/columns.html", info=info, found=mapping.columns_of(import_id), kinds=kinds, labels=labels
    )


@bp.get("/columns")
@requires(IMPORTS["run"])
def choices_list() -> ResponseReturnValue:
    """The headers that were settled, and may be taken back."""
    units = {unit.id: unit.name for unit in list_units()}
    titles = {kind: {name: f.title for name, f in each.columns.fields.items()} for kind, each in IMPORTERS.items()}
    found = [
        {
            "id": each.id,
            "header": each.header,
            "means": titles.get(each.kind, {}).get(each.field, "") or _("not taken in"),
            "kind": _(labels.KINDS[each.kind]),
            "unit": units.get(each.unit_id or 0, "—"),
            "at": each.at,
        }
        for each in choices.list_choices(current_actor())
    ]
    query = list_query(sortable=("header", "kind", "at"), default="kind")
    keys = {name: itemgetter(name) for name in ("header", "kind", "at")}
    page = page_of(found, query, words=lambda row: f"{row['header']} {row['means']} {row['kind']}", keys=keys)
    if wants_export():
        columns = [
            Column("header", _("Header in the file")),
            Column("means", _("Means")),
            Column("kind", _("Kind of sheet")),
            Column("unit", _("Unit")),
            Column("at", _("When"), "date"),
        ]
        return export(columns, page.items, _("Settled headers"), query=query)
    return render_template("imports/choices.html", page=page)


@bp.post("/columns/<int:choice_id>/forget")
@requires(IMPORTS["run"])
def forget(choice_id: int) -> ResponseReturnValue:
    """Take a settled header back."""
    choices.forget(choice_id)
    flash(_("It has been taken back; the next file is understood as if nobody had said anything."), "success")
    asked_on = request.form.get("import_id", "")
    if asked_on.isascii() and asked_on.isdigit() and len(asked_on) < _LONGEST_ID:
        return redirect(url_for("imports.columns", import_id=int(asked_on)))
    return redirect(url_for("imports.choices_list"))


@bp.get("/<int:import_id>/corrected")
@requires(IMPORTS["run"])
def corrected(import_id: int) -> ResponseReturnValue:
    """All rows with the repairs, wrong cells coloured, the reasons in a column."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    data = make_corrected([repairing.load(each.id) for each in queries.siblings_of(info)])
    note_download(import_id, info.file_name)
    stem = info.file_name.rpartition("/")[2].rpartition(".")[0] or info.file_name
    return download(data, _("%(name)s (put right).xlsx", name=stem), XLSX)
