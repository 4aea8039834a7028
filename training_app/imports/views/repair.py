"""Pages: what was found in a worksheet, row by row; repairing it before it is imported."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts.api import list_units
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, InvalidInput
from training_app.core.pages import ListQuery, Page
from training_app.core.tables import Column
from training_app.core.text import N_
from training_app.imports import folder_queries, labels, queries, worksheets
from training_app.imports.entities import page_of as page_of_record
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS
from training_app.imports.services import repairing
from training_app.imports.services.rehearsing import is_rehearsed
from training_app.imports.services.uploads import recheck, upload_of
from training_app.imports.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export

_WHOLE_LISTS = frozenset(kind for kind, each in IMPORTERS.items() if each.others is not None)


@bp.get("/<int:import_id>")
@requires(IMPORTS["run"])
def show(import_id: int) -> ResponseReturnValue:
    """What was found in a worksheet, row by row; before it is imported and afterwards."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    shown = request.args.get("show", "")
    if shown not in worksheets.SHOWN:
        shown = "refused" if info.refused_count else "flagged" if info.flagged_count else "ready"
    base = list_query(sortable=("row",), default="row", per_page=20)
    query = ListQuery(sort="row", page=base.page, per_page=base.per_page, filters={"show": shown})
    waiting = info.state == "checked"
    edit = request.args.get("edit", "")
    editing = int(edit) if waiting and edit.isascii() and edit.isdigit() and len(edit) < 8 else 0
    sheet = worksheets.file_of(import_id, show=shown, query=query, repair=waiting, editing=editing)
    return render_template(
        "imports/show.html",
        info=info,
        sheet=sheet,
        preview=sheet.preview,
        left_out=sheet.left_out,
        waiting=waiting,
        rehearsed=waiting and info.upload_id is not None and is_rehearsed(info.upload_id),
        whole_lists=_WHOLE_LISTS,
        show=shown,
        editing=editing,
        siblings=queries.siblings_of(info),
        labels=labels,
        klass=_class_of(info),
        upload_error=queries.error_of(info.upload_id) if waiting else "",
        units=list_units() if sheet.fixes.units else [],
        field_words=labels.field_words(),
        folder=folder_queries.folder_of(info.upload_id),
        before=folder_queries.waits_for(info.upload_id) if waiting and info.upload_id else 0,
    )


@bp.post("/<int:import_id>/repair")
@requires(IMPORTS["run"])
def repair(import_id: int) -> ResponseReturnValue:
    """Do one repair, judge the sheet again, and come back to where one was."""
    queries.get_batch_visible_to(current_actor(), import_id)
    back = url_for(
        "imports.show",
        import_id=import_id,
        show=request.form.get("show") or None,
        page=request.form.get("page") or None,
    )
    try:
        _repair(import_id, request.form.get("act", ""))
    except DomainError as error:
        flash(_(error.message, **error.params), "danger")
    return redirect(back)


@bp.get("/<int:import_id>/plan")
@requires(IMPORTS["run"])
def plan(import_id: int) -> ResponseReturnValue:
    """What the import would do, for a page that waits until it has been worked out."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    waiting = info.state == "checked"
    preview, left_out = worksheets.plan_of(import_id)
    return render_template(
        "imports/_plan.html",
        info=info,
        preview=preview,
        left_out=left_out,
        waiting=waiting,
        rehearsed=waiting and info.upload_id is not None and is_rehearsed(info.upload_id),
        whole_lists=_WHOLE_LISTS,
        show=request.args.get("show", ""),
    )


@bp.get("/<int:import_id>/others")
@requires(IMPORTS["run"])
def others(import_id: int) -> ResponseReturnValue:
    """What is on record and not in this list; the import does nothing about it."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    query = list_query(sortable=("name", "note"), default="note")
    page = page_of(
        worksheets.others_of(import_id),
        query,
        words=lambda row: f"{row.name} {row.note}",
        keys={"name": lambda row: row.name, "note": lambda row: row.note},
    )
    if wants_export():
        columns = [Column("name", _("Name or title")), Column("note", _("Unit and post, or what tells it"))]
        lines = [{"name": row.name, "note": row.note} for row in page.items]
        return export(columns, lines, _("On record, not in this list"), query=query)
    shown: list[dict[str, str]] = [
        {"name": row.name, "note": row.note, "url": url_for(at[0], **at[1]) if at else ""}
        for row in page.items
        for at in (page_of_record(row.entity, {"id": row.key}),)
    ]
    return render_template("imports/others.html", info=info, page=Page(shown, page.total, query), labels=labels)


@bp.post("/<int:import_id>/rehearse")
@requires(IMPORTS["run"])
def rehearse(import_id: int) -> ResponseReturnValue:
    """Work out anew what the import would do, after repairs."""
    queries.get_batch_visible_to(current_actor(), import_id)
    try:
        recheck(upload_of(import_id))
    except DomainError as error:
        flash(_(error.message, **error.params), "danger")
    return redirect(url_for("imports.show", import_id=import_id, show=request.form.get("show") or None))


def _repair(import_id: int, act: str) -> None:
    form = request.form
    rows = [int(each) for each in form.getlist("row") if each.isascii() and each.isdigit() and len(each) < 8]
    name, value = form.get("name", ""), form.get("value", "")
    chosen = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    if act == "set" and len(rows) == 1:
        given = [(key.removeprefix("cell:"), text) for key, text in form.items() if key.startswith("cell:")]
        repairing.set_cells(import_id, [(rows[0], key, text) for key, text in given or [(name, value)]])
    elif act == "unit":
        repairing.choose_unit(import_id, name, rows, chosen, remember=form.get("remember") == "yes")
        flash(ngettext("%(num)d cell was put right.", "%(num)d cells were put right.", len(rows)), "success")
    elif act == "person" and len(rows) == 1:
        repairing.choose_person(import_id, rows[0], chosen)
    elif act == "name" and len(rows) == 1:
        repairing.fill_in_name(import_id, rows[0])
    elif act == "numbers":
        people = worksheets.numbers_to_fill(repairing.load(import_id))
        repairing.use_numbers(import_id, people)
        flash(ngettext("%(num)d cell was put right.", "%(num)d cells were put right.", len(people)), "success")
    elif act in ("birth_month", "sex"):
        repairing.take_from_number(import_id, act, rows)
        flash(ngettext("%(num)d cell was put right.", "%(num)d cells were put right.", len(rows)), "success")
    elif act == "out":
        repairing.leave_out(import_id, rows)
    elif act == "back":
        repairing.take_back_in(import_id, rows)
    elif act == "undo":
        if not repairing.undo_last(import_id):
            flash(_("There is no repair to take back."), "info")
    else:
        raise InvalidInput(N_("There is no such cell, or the text is too long."))


def _class_of(info: queries.BatchInfo) -> classes.ClassInfo | None:
    found = classes.list_classes([info.class_id]) if info.class_id is not None else []
    return found[0] if found else None
