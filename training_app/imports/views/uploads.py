"""Pages: bring in a file, see what would happen, decide; the imports done."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import api as classes
from training_app.core import files as stored_files
from training_app.core.actor import current_actor
from training_app.core.errors import Conflict, DomainError
from training_app.core.spreadsheets.guards import MAX_BYTES
from training_app.core.tables import Column
from training_app.imports import folder_queries, labels, queries
from training_app.imports.forms import UploadForm
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS, KINDS
from training_app.imports.services.corrected import corrected
from training_app.imports.services.files import File, note_download
from training_app.imports.services.mapping import asks_about
from training_app.imports.services.repairing import load
from training_app.imports.services.uploads import (
    WAITING,
    ask_to_store,
    cancel,
    discard,
    discard_upload,
    receive,
    upload_of,
)
from training_app.imports.views import XLSX, bp
from training_app.imports.views.templates import offered
from training_app.web.access import requires
from training_app.web.lists import download, everything, export, list_query, wants_export


@bp.get("")
@requires(IMPORTS["run"])
def index() -> ResponseReturnValue:
    """The imports done, the latest first."""
    query = list_query(sortable=tuple(queries.SORTS), default="at", filters=queries.FILTERS, descending=True)
    page = queries.page_of_batches(everything(query) if wants_export() else query, current_actor())
    if wants_export():
        return export(_columns(), [_line(row) for row in page.items], _("Imports"), query=query, filters=_filters())
    return render_template(
        "imports/list.html",
        page=page,
        under_way=queries.open_uploads(current_actor()) if query.page == 1 and not query.filters else [],
        folders=folder_queries.open_folders(current_actor()) if query.page == 1 and not query.filters else [],
        labels=labels,
        filters=_filters(),
    )


def _columns() -> list[Column]:
    return [
        Column("file_name", _("File")),
        Column("kind", _("Kind of sheet")),
        Column("rows_read", _("Rows read"), "number"),
        Column("accepted", _("Taken in"), "number"),
        Column("created", _("New"), "number"),
        Column("updated", _("Changed"), "number"),
        Column("refused_count", _("Refused"), "number"),
        Column("state", _("State")),
        Column("at", _("When"), "date"),
        Column("account_name", _("By whom")),
    ]


def _line(row: queries.BatchInfo) -> dict[str, object]:
    line: dict[str, object] = {column.key: getattr(row, column.key) for column in _columns()}
    return {**line, "kind": _(labels.KINDS[row.kind]), "state": _(labels.STATES[row.state][0])}


@bp.get("/new")
@requires(IMPORTS["run"])
def new() -> ResponseReturnValue:
    """The form for a file."""
    form = _form()
    return render_template("imports/new.html", form=form, templates=offered(form.kind.choices), labels=labels)


@bp.post("/new")
@requires(IMPORTS["run"])
def upload() -> ResponseReturnValue:
    """Read and judge a file; nothing is stored yet."""
    form = _form()
    if form.validate_on_submit():
        given = form.file.data
        name = (given.filename or "").replace("\\", "/").rpartition("/")[2].replace("\0", "")[:200]
        file = File(name, given.read(MAX_BYTES + 1))
        try:
            upload_id = receive(file, kind=form.kind.data, class_code=form.class_code.data)
        except DomainError as error:
            form.file.errors = [_(error.message, **error.params)]
        else:
            return redirect(_page_of(upload_id, ask=True))
    return render_template("imports/new.html", form=form, templates=offered(form.kind.choices), labels=labels), 422


@bp.get("/uploads/<int:upload_id>")
@requires(IMPORTS["run"])
def show_upload(upload_id: int) -> ResponseReturnValue:
    """How far an upload has come; once it is checked, its first worksheet that can be taken in."""
    info = queries.get_upload_visible_to(current_actor(), upload_id)
    if info.state in ("checked", "stored", "undone"):
        return redirect(_page_of(upload_id, ask=info.state == "checked"))
    return render_template("imports/upload.html", info=info, labels=labels, waiting=info.state in WAITING)


@bp.get("/uploads/<int:upload_id>/progress")
@requires(IMPORTS["run"])
def progress(upload_id: int) -> ResponseReturnValue:
    """The moving part of that page; sends the browser on when there is nothing to wait for any more."""
    info = queries.get_upload_visible_to(current_actor(), upload_id)
    waiting = info.state in WAITING
    page = render_template("imports/_progress.html", info=info, labels=labels, waiting=waiting)
    return page, 200, {} if waiting else {"HX-Redirect": url_for("imports.show_upload", upload_id=upload_id)}


@bp.post("/uploads/<int:upload_id>/cancel")
@requires(IMPORTS["run"])
def stop(upload_id: int) -> ResponseReturnValue:
    """Stop reading or storing; nothing stays behind."""
    info = queries.get_upload_visible_to(current_actor(), upload_id)
    cancel(upload_id)
    flash(_("%(file)s is being stopped; nothing of it is stored.", file=info.file_name), "success")
    return redirect(url_for("imports.show_upload", upload_id=upload_id))


@bp.post("/<int:import_id>/store")
@requires(IMPORTS["run"])
def store(import_id: int) -> ResponseReturnValue:
    """Store the accepted rows of everything that came in this upload."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    try:
        finished = ask_to_store(upload_of(import_id))
    except Conflict as error:
        flash(_(error.message, **error.params), "danger")
    else:
        if not finished:
            return redirect(url_for("imports.show_upload", upload_id=info.upload_id))
        done = queries.get_batch_visible_to(current_actor(), import_id)
        flash(
            ngettext(
                "%(accepted)s row of %(file)s has been imported.",
                "%(accepted)s rows of %(file)s have been imported.",
                done.accepted,
                accepted=f"{done.accepted:,}",
                file=info.file_name,
            ),
            "success",
        )
    return redirect(url_for("imports.show", import_id=import_id))


@bp.post("/<int:import_id>/discard")
@requires(IMPORTS["run"])
def drop(import_id: int) -> ResponseReturnValue:
    """Drop a file that was only checked."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    try:
        discard(import_id)
    except Conflict as error:
        flash(_(error.message, **error.params), "danger")
        return redirect(url_for("imports.show", import_id=import_id))
    flash(_("%(file)s has been put aside; nothing was imported.", file=info.file_name), "success")
    return redirect(url_for("imports.index"))


@bp.post("/uploads/<int:upload_id>/discard")
@requires(IMPORTS["run"])
def drop_upload(upload_id: int) -> ResponseReturnValue:
    """Put aside a file that could not be read."""
    info = queries.get_upload_visible_to(current_actor(), upload_id)
    try:
        discard_upload(upload_id)
    except Conflict as error:
        flash(_(error.message, **error.params), "danger")
    else:
        flash(_("%(file)s has been put aside; nothing was imported.", file=info.file_name), "success")
    return redirect(url_for("imports.index"))


@bp.get("/<int:import_id>/original")
@requires(IMPORTS["run"])
def original(import_id: int) -> ResponseReturnValue:
    """The file as it was sent."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    data = stored_files.read(info.file_sha256)
    note_download(import_id, info.file_name)
    return download(data, info.file_name.rpartition("/")[2], "application/octet-stream")


@bp.get("/<int:import_id>/refused")
@requires(IMPORTS["run"])
def refused(import_id: int) -> ResponseReturnValue:
    """The refused rows with their reasons, below titles and header, to put right in Excel and send again."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    now = load(import_id)
    wanted = {finding["row"] for finding in now.report.get("refused", ())}
    note_download(import_id, info.file_name)
    stem = info.file_name.rpartition("/")[2].rpartition(".")[0] or info.file_name
    return download(corrected([now], only=wanted), _("%(name)s (rows to put right).xlsx", name=stem), XLSX)


def _page_of(upload_id: int, *, ask: bool) -> str:
    """Where an upload is looked at: its first worksheet with rows, or its own page while there is none.

    ``ask``: the columns first, where a person has to say what they mean.
    """
    batches = queries.batches_of(upload_id)
    if not batches:
        return url_for("imports.show_upload", upload_id=upload_id)
    asked = asks_about(upload_id) if ask else None
    if asked is not None:
        return url_for("imports.columns", import_id=asked)
    first = next((batch for batch in batches if batch.rows_read), batches[0])
    return url_for("imports.show", import_id=first.id)


def _form() -> UploadForm:
    form = UploadForm()
    actor = current_actor()
    everything = "all" in IMPORTS["run"].reach_of(actor)
    kinds = [kind for kind in KINDS if everything or IMPORTERS[kind].of_class]
    lines = [
        (line.code, f"{line.name} {line.code}")
        for line in classes.list_planned_classes()
        if everything or (line.class_id is not None and classes.may_see_class(actor, line.class_id, IMPORTS["run"]))
    ]
    form.offer(kinds, lines)
    return form


def _filters() -> list[dict[str, object]]:
    return [
        {"name": "kind", "label": _("Kind of sheet"), "options": [(kind, _(labels.KINDS[kind])) for kind in KINDS]},
        {"name": "state", "label": _("State"), "options": [(s, _(words[0])) for s, words in labels.STATES.items()]},
    ]
