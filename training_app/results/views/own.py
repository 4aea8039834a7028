"""A trainee's own hours and certificates, on the phone."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from training_app.cadres import api as cadres
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.results import labels
from training_app.results.pdf import certificates_pdf
from training_app.results.permissions import RESULTS
from training_app.results.queries.certificates import certificates_of_cadre
from training_app.results.queries.ledger import years_of_cadre
from training_app.results.queries.statement import training_statement
from training_app.results.services.certificates import note_certificates_taken
from training_app.results.views import bp
from training_app.results.views.ledger import year_asked
from training_app.web.access import requires
from training_app.web.lists import download


def _own_cadre() -> cadres.CadreInfo | None:
    account_id = current_actor().account_id
    return None if account_id is None else cadres.find_cadre_by_account(account_id)


@bp.get("/me/hours")
@requires(RESULTS["own"])
def own_hours() -> ResponseReturnValue:
    """One's own hours against the requirement."""
    cadre = _own_cadre()
    if cadre is None:
        return render_template("results/own_hours.html", statement=None, years=[], labels=labels)
    this_year = clock.today().year
    years = sorted({*years_of_cadre(cadre.id), this_year}, reverse=True)
    statement = training_statement(cadre.id, year_asked(this_year))
    return render_template("results/own_hours.html", statement=statement, years=years, labels=labels)


@bp.get("/me/certificates")
@requires(RESULTS["own"])
def own_certificates() -> ResponseReturnValue:
    """One's own certificates."""
    cadre = _own_cadre()
    found = certificates_of_cadre(cadre.id) if cadre else []
    return render_template("results/own_certificates.html", certificates=found, labels=labels)


@bp.get("/me/certificates/<int:certificate_id>/pdf")
@requires(RESULTS["own"])
def own_certificate_pdf(certificate_id: int) -> ResponseReturnValue:
    """One of one's own certificates as PDF."""
    cadre = _own_cadre()
    own = certificates_of_cadre(cadre.id) if cadre else []
    found = next((each for each in own if each.id == certificate_id), None)
    if found is None:
        raise NotFound
    note_certificates_taken(found.class_id, count=1)
    base = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    return download(certificates_pdf([found], base_url=base), f"{found.number}.pdf", "application/pdf", inline=True)
