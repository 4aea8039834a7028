"""Pages: bring in a whole folder, see what each file would do, import all of it, follow what is left."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from training_app.core.actor import current_actor
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.spreadsheets.guards import MAX_BYTES
from training_app.core.tables import Column
from training_app.imports import folder_queries as queries
from training_app.imports import labels
from training_app.imports.forms import FolderForm
from training_app.imports.permissions import IMPORTS
from training_app.imports.services import folders
from training_app.imports.services.files import File
from training_app.imports.views import bp
from training_app.web.access import requires
from training_app.web.lists import everything, export, list_query, page_of, wants_export

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@bp.get("/folders")
@requires(IMPORTS["run"])
def folder_list() -> ResponseReturnValue:
    """The folders brought in, the latest first."""
    query = list_query(sortable=tuple(queries.SORTS), default="at", descending=True)
    page = queries.page_of_folders(everything(query) if wants_export() else query, current_actor())
    if wants_export():
        columns = [
            Column("name", _("Folder")),
            Column("files", _("Files"), "number"),
            Column("stored", _("Imported"), "number"),
            Column("waiting", _("Not imported yet"), "number"),
            Column("state", _("State")),
            Column("at", _("When"), "date"),
            Column("account_name", _("By whom")),
        ]
        rows = [{**vars(each), "state": _(labels.FOLDER_STATES[each.state][0])} for each in page.items]
        return export(columns, rows, _("Folders brought in"), query=query)
    return render_template("imports/folders.html", page=page, labels=labels)


@bp.get("/folders/new")
@requires(IMPORTS["run"])
def new_folder() -> ResponseReturnValue:
    """The form for a folder."""
    return render_template("imports/folder_new.html", form=FolderForm())


@bp.post("/folders/new")
@requires(IMPORTS["run"])
def receive_folder() -> ResponseReturnValue:
    """Take in the files; a job reads and rehearses them, nothing is stored yet."""
    form = FolderForm()
    given = [each for name in ("folder", "files") for each in request.files.getlist(name) if each.filename]
    name, found = _laid_out(given)
    try:
        folder_id = folders.receive_folder(name, found)
    except InvalidInput as error:
        form.take(error)
        return render_template("imports/folder_new.html", form=form), 422
    return redirect(url_for("imports.folder", folder_id=folder_id))


def _laid_out(given: list[FileStorage]) -> tuple[str, list[File]]:
    """The folder's name and its files with their paths below it, as the browser says them; no path is ever opened."""
    paths = []
    for each in given:
        parts = _UNSAFE.sub("", (each.filename or "").replace("\\", "/")).split("/")
        paths.append([part.strip() for part in parts if part.strip() not in ("", ".", "..")] or ["?"])
    tops = {path[0] for path in paths if len(path) > 1}
    whole = len(tops) == 1 and all(len(path) > 1 for path in paths)
    name = next(iter(tops)) if whole else ngettext("%(num)s file", "%(num)s files", len(paths))
    return name, [
        File("/".join(path[1:] if whole else path)[-300:], each.read(MAX_BYTES + 1))
        for path, each in zip(paths, given, strict=True)
    ]


@bp.get("/folders/<int:folder_id>")
@requires(IMPORTS["run"])
def folder(folder_id: int) -> ResponseReturnValue:
    """What each file would do, or did; how far the work has come."""
    info = queries.get_folder_visible_to(current_actor(), folder_id)
    files = queries.files_of(folder_id)
    query = list_query(sortable=tuple(_KEYS), default="position", filters=("state",), per_page=200)
    wanted = [each for each in files if not query.wants("state") or _shown_as(each) == query.wants("state")]
    page = page_of(wanted, query, words=lambda each: each.file_name, keys=_KEYS)
    filters = [{"name": "state", "label": _("State"), "options": [(key, _(word)) for key, word in _STATES.items()]}]
    if wants_export():
        rows = [_line(each) for each in page.items]
        return export(_columns(), rows, info.name, query=query, filters=filters)
    return render_template(
        "imports/folder.html",
        info=info,
        page=page,
        filters=filters,
        totals={
            name: sum(getattr(each, name) for each in files)
            for name in ("accepted", "created", "updated", "refused", "flagged")
        },
        ready=[each for each in files if each.state == "checked" and each.accepted],
        stuck=sum(each.needs_person for each in files),
        waiting=info.state in folders.WAITING,
        labels=labels,
    )


_KEYS = {
    "position": lambda each: (each.state == "failed", each.position),
    "file_name": lambda each: each.file_name,
    "refused": lambda each: each.refused,
}
_STATES = {
    "checked": labels.UPLOAD_STATES["checked"][0],
    "stored": labels.UPLOAD_STATES["stored"][0],
    "person": labels.NEEDS_PERSON,
}


def _shown_as(file: queries.FolderFile) -> str:
    return "person" if file.needs_person else file.state


def _columns() -> list[Column]:
    return [
        Column("file_name", _("File")),
        Column("kinds", _("Kind of sheet")),
        Column("rows_read", _("Rows read"), "number"),
        Column("accepted", _("Taken in"), "number"),
        Column("created", _("New"), "number"),
        Column("updated", _("Changed"), "number"),
        Column("refused", _("Refused"), "number"),
        Column("flagged", _("Hints"), "number"),
        Column("state", _("State")),
        Column("error", _("What is wrong")),
    ]


def _line(file: queries.FolderFile) -> dict[str, object]:
    line: dict[str, object] = {column.key: getattr(file, column.key) for column in _columns()}
    kinds = "、".join(_(labels.KINDS[kind]) for kind in file.kinds)
    return {**line, "kinds": kinds, "state": _(labels.UPLOAD_STATES[file.state][0])}


@bp.get("/folders/<int:folder_id>/progress")
@requires(IMPORTS["run"])
def folder_progress(folder_id: int) -> ResponseReturnValue:
    """The moving part of that page; sends the browser on when there is nothing to wait for any more."""
    info = queries.get_folder_visible_to(current_actor(), folder_id)
    waiting = info.state in folders.WAITING
    page = render_template("imports/_folder_progress.html", info=info, labels=labels, waiting=waiting)
    return page, 200, {} if waiting else {"HX-Redirect": url_for("imports.folder", folder_id=folder_id)}


@bp.post("/folders/<int:folder_id>/store")
@requires(IMPORTS["run"])
def store_folder(folder_id: int) -> ResponseReturnValue:
    """Import everything that can be taken in, file by file in the background."""
    queries.get_folder_visible_to(current_actor(), folder_id)
    try:
        folders.ask_to_store_folder(folder_id)
    except Conflict as error:
        flash(_(error.message, **error.params), "danger")
    return redirect(url_for("imports.folder", folder_id=folder_id))


@bp.post("/folders/<int:folder_id>/cancel")
@requires(IMPORTS["run"])
def stop_folder(folder_id: int) -> ResponseReturnValue:
    """Stop reading, or importing after the file at hand."""
    info = queries.get_folder_visible_to(current_actor(), folder_id)
    folders.cancel_folder(folder_id)
    flash(_("%(folder)s is being stopped.", folder=info.name), "success")
    return redirect(url_for("imports.folder", folder_id=folder_id))


@bp.post("/folders/<int:folder_id>/discard")
@requires(IMPORTS["run"])
def drop_folder(folder_id: int) -> ResponseReturnValue:
    """Put aside what is not imported of a folder."""
    info = queries.get_folder_visible_to(current_actor(), folder_id)
    try:
        folders.discard_folder(folder_id)
    except Conflict as error:
        flash(_(error.message, **error.params), "danger")
        return redirect(url_for("imports.folder", folder_id=folder_id))
    flash(_("What was not imported of %(folder)s has been put aside.", folder=info.name), "success")
    return redirect(url_for("imports.index"))
