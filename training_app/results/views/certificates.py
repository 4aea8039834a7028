"""Certificates: the register, one of them, PDFs, issuing, revoking, replacing."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.permissions import Permission
from training_app.core.tables import Column
from training_app.results import labels
from training_app.results.forms import ReplaceForm, RevokeForm
from training_app.results.pdf import certificates_pdf
from training_app.results.permissions import RESULTS
from training_app.results.queries.certificates import (
    certificates_of_class,
    get_certificate,
    register_page,
    years_of_certificates,
)
from training_app.results.queries.letterhead import letterhead
from training_app.results.services.certificates import (
    issue_certificates,
    note_certificates_taken,
    replace_certificate,
    revoke_certificate,
)
from training_app.results.values import CertificateInfo
from training_app.results.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import download, export, list_query, wants_export


@bp.get("/certificates")
@requires(RESULTS["view"])
def certificates() -> ResponseReturnValue:
    """The register of certificates."""
    actor = current_actor()
    query = list_query(
        sortable=("number", "holder_name", "class_name", "issued_on"),
        default="number",
        descending=True,
        filters=("state", "year"),
        per_page=100_000 if wants_export() else 50,
    )
    page = register_page(
        query,
        class_ids=classes.class_ids_visible_to(actor, RESULTS["view"]),
        cadre_ids=cadres.cadre_ids_visible_to(actor) if _by_unit_only() else None,
    )
    if wants_export():
        rows = [_row(each) for each in page.items]
        return export(_columns(), rows, _("Register of certificates"), query=query, filters=_filters())
    return render_template("results/certificates.html", page=page, filters=_filters(), labels=labels)


def _filters() -> list[dict[str, Any]]:
    states = [(code, label[0]) for code, label in labels.CERTIFICATE_STATES.items()]
    years = [(str(year), str(year)) for year in years_of_certificates()]
    return [
        {"name": "state", "label": _("State"), "options": states},
        {"name": "year", "label": _("Year"), "options": years},
    ]


def _by_unit_only() -> bool:
    reach = RESULTS["view"].reach_of(current_actor())
    return bool(reach) and not reach & {"all", "class"}


def _columns() -> list[Column]:
    return [
        Column("number", _("Certificate number")),
        Column("holder", _("Holder")),
        Column("class_name", _("Class")),
        Column("hours", _("Hours"), "number"),
        Column("issued_on", _("Issued on"), "date"),
        Column("state", _("State")),
        Column("reason", _("Reason")),
        Column("replaced_by", _("Replaced by")),
    ]


def _row(each: CertificateInfo) -> dict[str, object]:
    return {
        "number": each.number,
        "holder": each.holder_name,
        "class_name": each.class_name,
        "hours": each.credit_hours,
        "issued_on": each.issued_on,
        "state": str(labels.CERTIFICATE_STATES[each.state][0]),
        "reason": each.state_reason,
        "replaced_by": each.replaced_by,
    }


@bp.get("/certificates/<int:certificate_id>")
@requires(RESULTS["view"])
def certificate(certificate_id: int) -> ResponseReturnValue:
    """One certificate with what may be done to it."""
    found = _visible(certificate_id, RESULTS["view"])
    return _page(found)


def _page(
    found: CertificateInfo, *, revoke: RevokeForm | None = None, replace: ReplaceForm | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "results/certificate.html",
        certificate=found,
        labels=labels,
        letterhead=letterhead(),
        klass=classes.get_class(found.class_id),
        may_decide=RESULTS["decide"].held_by(actor) and classes.may_see_class(actor, found.class_id, RESULTS["decide"]),
        revoke=revoke or RevokeForm(formdata=None),
        replace=replace or ReplaceForm(formdata=None, holder_name=found.holder_name),
    ), status


@bp.get("/certificates/<int:certificate_id>/pdf")
@requires(RESULTS["view"])
def certificate_pdf(certificate_id: int) -> ResponseReturnValue:
    """One certificate as PDF."""
    found = _visible(certificate_id, RESULTS["view"])
    note_certificates_taken(found.class_id, count=1)
    pdf = certificates_pdf([found], base_url=_base_url())
    return download(pdf, f"{found.number}-{found.holder_name}.pdf", "application/pdf", inline=True)


@bp.get("/classes/<int:class_id>/certificates.pdf")
@requires(RESULTS["decide"])
def class_certificates_pdf(class_id: int) -> ResponseReturnValue:
    """All valid certificates of a class in one PDF, for printing."""
    klass = classes.get_class_visible_to(current_actor(), class_id, RESULTS["decide"])
    found = [each for each in certificates_of_class(class_id) if each.state == "valid"]
    if not found:
        raise NotFound
    note_certificates_taken(class_id, count=len(found))
    pdf = certificates_pdf(found, base_url=_base_url())
    return download(pdf, f"{klass.name}结业证书（{len(found)}张）.pdf", "application/pdf", inline=True)


@bp.post("/classes/<int:class_id>/certificates")
@requires(RESULTS["decide"])
def issue(class_id: int) -> ResponseReturnValue:
    """Issue certificates to everyone who has completed."""
    classes.get_class_visible_to(current_actor(), class_id, RESULTS["decide"])
    try:
        issued = issue_certificates(class_id)
    except DomainError as error:
        flash(translated(error), "danger")
        return redirect(url_for("results.of_class", class_id=class_id))
    made = issued.certificates
    if made:
        flash(
            _(
                "%(n)s certificates issued: %(first)s to %(last)s.",
                n=len(made),
                first=made[0].number,
                last=made[-1].number,
            ),
            "success",
        )
    if issued.unprintable:
        flash(
            _(
                "The document font cannot print these names; no certificate was issued: %(names)s",
                names="、".join(issued.unprintable),
            ),
            "danger",
        )
    return redirect(url_for("results.of_class", class_id=class_id))


@bp.post("/certificates/<int:certificate_id>/revoke")
@requires(RESULTS["decide"])
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Make a certificate invalid."""
    found = _visible(certificate_id, RESULTS["decide"])
    form = RevokeForm()
    if not form.validate_on_submit():
        return _page(found, revoke=form, status=422)
    try:
        revoke_certificate(certificate_id, reason=form.reason.data)
    except DomainError as error:
        form.take(error)
        return _page(found, revoke=form, status=status_of(error))
    flash(_("Certificate %(number)s was revoked; it stays in the register.", number=found.number), "success")
    return redirect(url_for("results.certificate", certificate_id=certificate_id))


@bp.post("/certificates/<int:certificate_id>/replace")
@requires(RESULTS["decide"])
def replace(certificate_id: int) -> ResponseReturnValue:
    """Put a new certificate in the place of one with a fault."""
    found = _visible(certificate_id, RESULTS["decide"])
    form = ReplaceForm()
    if not form.validate_on_submit():
        return _page(found, replace=form, status=422)
    try:
        new = replace_certificate(certificate_id, reason=form.reason.data, holder_name=form.holder_name.data)
    except DomainError as error:
        form.take(error)
        return _page(found, replace=form, status=status_of(error))
    flash(_("%(old)s was replaced by %(new)s.", old=found.number, new=new.number), "success")
    return redirect(url_for("results.certificate", certificate_id=new.id))


def _visible(certificate_id: int, permission: Permission) -> CertificateInfo:
    """A certificate whose holder lies within reach, or the answer that there is none."""
    found = get_certificate(certificate_id)
    actor = current_actor()
    if not classes.may_see_class(actor, found.class_id, RESULTS["view"]):
        raise NotFound
    people = classes.list_enrollments_visible_to(actor, found.class_id, permission, statuses=None)
    if found.enrollment_id not in {e.id for e in people}:
        raise NotFound
    return found


def _base_url() -> str:
    """The address that people use; of this request where none is set."""
    base: str = current_app.config["BASE_URL"] or request.url_root
    return base.rstrip("/")
