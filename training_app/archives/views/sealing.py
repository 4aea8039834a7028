"""Proposing, approving, refusing; taking packages and documents out."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.archives import printing
from training_app.archives.forms import ReasonForm
from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.checklist import checklist
from training_app.archives.queries.content import content_of
from training_app.archives.services import sealing
from training_app.archives.views import bp
from training_app.archives.views.classes import class_page
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import download


@bp.post("/classes/<int:class_id>/archive/propose")
@requires(ARCHIVES["seal"])
def propose(class_id: int) -> ResponseReturnValue:
    """Propose to seal."""
    classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    form = ReasonForm()
    try:
        sealing.propose_seal(class_id, reason=(form.reason.data or "")[:300])
    except DomainError as error:
        form.take(error)
        return class_page(class_id, propose=form, status=status_of(error))
    flash(_("Proposed. Somebody else has to approve; then the archive is sealed."), "success")
    return redirect(url_for("archives.of_class", class_id=class_id))


@bp.post("/classes/<int:class_id>/archive/approve")
@requires(ARCHIVES["seal"], fresh=True)
def approve(class_id: int) -> ResponseReturnValue:
    """Seal as the second person; wants the password of the last ten minutes."""
    classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    base_url = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    try:
        package = sealing.approve_seal(class_id, base_url=base_url)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(_("Sealed: package %(number)s with %(n)s files.", number=package.number, n=package.item_count), "success")
    return redirect(url_for("archives.of_class", class_id=class_id))


@bp.post("/classes/<int:class_id>/archive/refuse")
@requires(ARCHIVES["seal"])
def refuse(class_id: int) -> ResponseReturnValue:
    """Refuse as the second person."""
    classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    try:
        sealing.refuse_seal(class_id, note=request.form.get("note", "")[:300])
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(_("Refused; who proposed it sees why."), "success")
    return redirect(url_for("archives.of_class", class_id=class_id))


@bp.post("/classes/<int:class_id>/archive/withdraw")
@requires(ARCHIVES["seal"])
def withdraw(class_id: int) -> ResponseReturnValue:
    """Take one's own proposal back."""
    classes.get_class_visible_to(current_actor(), class_id, ARCHIVES["seal"])
    try:
        sealing.withdraw_seal(class_id)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(_("The proposal was withdrawn."), "success")
    return redirect(url_for("archives.of_class", class_id=class_id))


@bp.get("/classes/<int:class_id>/archive/packages/<int:number>")
@requires(ARCHIVES["view"])
def package(class_id: int, number: int) -> ResponseReturnValue:
    """Take a sealed package out; noted in the audit trail."""
    actor = current_actor()
    klass = classes.get_class_visible_to(actor, class_id, ARCHIVES["view"])
    if not ARCHIVES["view"].reach_of(actor) & {"all", "class"}:
        raise NotFound
    found, data = sealing.take_package(class_id, number)
    return download(data, f"{klass.code}-{klass.name}-{found.number}.zip", "application/zip")


@bp.get("/classes/<int:class_id>/archive/documents/<name>.pdf")
@requires(ARCHIVES["view"])
def document(class_id: int, name: str) -> ResponseReturnValue:
    """One of the documents the system makes, as it stands now."""
    actor = current_actor()
    klass = classes.get_class_visible_to(actor, class_id, ARCHIVES["view"])
    if not ARCHIVES["view"].reach_of(actor) & {"all", "class"}:
        raise NotFound
    content = content_of(class_id)
    if name == "summary":
        title = "班次总结"
        pdf: bytes | None = printing.summary_pdf(content, sealing.summary_of(content, checklist(class_id)))
    elif name in printing.FORMS:
        title, pdf = printing.FORMS[name][0], printing.form_pdf(content, name)
    else:
        raise NotFound
    if pdf is None:
        raise NotFound
    return download(pdf, f"{klass.name}{title}.pdf", "application/pdf", inline=True)
