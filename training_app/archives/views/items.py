"""Documents of a class's archive: add, open, waive, take out; the summary."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.archives import labels
from training_app.archives.forms import ItemForm, ReasonForm, SummaryForm
from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.checklist import checklist
from training_app.archives.queries.content import content_of
from training_app.archives.queries.items import get_item
from training_app.archives.services import items
from training_app.archives.services.sealing import summary_of
from training_app.archives.values import WAIVABLE
from training_app.archives.views import bp
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import download

_INLINE = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


@bp.route("/classes/<int:class_id>/archive/items", methods=["GET", "POST"])
@requires(ARCHIVES["seal"])
def add(class_id: int) -> ResponseReturnValue:
    """Put a document into the archive."""
    klass = classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    kind = request.args.get("kind", "other")
    form = ItemForm(
        kind=kind if kind in labels.KINDS else "other", title=str(labels.KINDS.get(kind, "")) if kind != "other" else ""
    )
    status = 200
    if form.validate_on_submit():
        upload = form.file.data
        try:
            items.add_item(
                class_id,
                kind=form.kind.data,
                title=form.title.data,
                data=upload.read(items.LARGEST_FILE + 1) if upload else None,
                file_name=upload.filename or "" if upload else "",
            )
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("The document lies in the archive."), "success")
            return redirect(url_for("archives.of_class", class_id=class_id))
    elif form.is_submitted():
        status = 422
    return render_template("archives/item_form.html", klass=klass, form=form, labels=labels), status


@bp.get("/classes/<int:class_id>/archive/items/<int:item_id>")
@requires(ARCHIVES["view"])
def item(class_id: int, item_id: int) -> ResponseReturnValue:
    """Open a document; who only sees the summary of units may not."""
    actor = current_actor()
    classes.get_class_visible_to(actor, class_id, ARCHIVES["view"])
    if not ARCHIVES["view"].reach_of(actor) & {"all", "class"}:
        raise NotFound
    found, data = items.read_item(class_id, item_id)
    media_type = _INLINE.get(found.file_name.rsplit(".", 1)[-1].lower(), "")
    return download(data, found.file_name, media_type or "application/octet-stream", inline=bool(media_type))


@bp.route("/classes/<int:class_id>/archive/items/<int:item_id>/remove", methods=["GET", "POST"])
@requires(ARCHIVES["seal"])
def remove(class_id: int, item_id: int) -> ResponseReturnValue:
    """Take a document, or a note that there is none, out again."""
    klass = classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    found = get_item(class_id, item_id)
    form = ReasonForm()
    status = 200
    if form.validate_on_submit():
        try:
            items.remove_item(class_id, item_id, reason=form.reason.data)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("It was taken out of the archive."), "success")
            return redirect(url_for("archives.of_class", class_id=class_id))
    elif form.is_submitted():
        status = 422
    title = found.title or str(labels.KINDS[found.kind])
    return render_template(
        "archives/reason_form.html",
        klass=klass,
        form=form,
        heading=_("Take out: %(title)s", title=title),
        action=_("Take it out"),
        icon_name="trash",
        help=_("The audit trail keeps what was here."),
    ), status


@bp.route("/classes/<int:class_id>/archive/waive/<kind>", methods=["GET", "POST"])
@requires(ARCHIVES["seal"])
def waive(class_id: int, kind: str) -> ResponseReturnValue:
    """Say why there is no such document."""
    klass = classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    if kind not in WAIVABLE:
        raise NotFound
    form = ReasonForm()
    status = 200
    if form.validate_on_submit():
        try:
            items.waive(class_id, kind=kind, reason=form.reason.data)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("Noted; the reason goes into the archive."), "success")
            return redirect(url_for("archives.of_class", class_id=class_id))
    elif form.is_submitted():
        status = 422
    return render_template(
        "archives/reason_form.html",
        klass=klass,
        form=form,
        heading=_("Why there is none: %(title)s", title=labels.KINDS[kind]),
        action=_("Note the reason"),
        icon_name="circle-minus",
        help=_("The reason is sealed with the archive."),
    ), status


@bp.route("/classes/<int:class_id>/archive/summary", methods=["GET", "POST"])
@requires(ARCHIVES["seal"])
def summary(class_id: int) -> ResponseReturnValue:
    """Write the summary; the first draft comes from the figures."""
    klass = classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    form = SummaryForm()
    status = 200
    if form.validate_on_submit():
        try:
            items.store_summary(class_id, text=form.text.data.replace("\r\n", "\n"))
        except DomainError as error:
            form.take(error)
            flash(translated(error), "danger")
            status = status_of(error)
        else:
            flash(_("The summary lies in the archive."), "success")
            return redirect(url_for("archives.of_class", class_id=class_id))
    elif form.is_submitted():
        status = 422
    else:
        form.text.data = summary_of(content_of(class_id), checklist(class_id))
    return render_template("archives/summary.html", klass=klass, form=form), status
