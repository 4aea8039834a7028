"""The list of archives, and one class's archive."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.archives import labels
from training_app.archives.forms import ReasonForm
from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.checklist import checklist
from training_app.archives.queries.items import find_proposal, last_refusal, packages_of_class
from training_app.archives.queries.overview import ArchiveRow, archives_visible_to
from training_app.archives.services.sealing import key_fingerprint, public_key_pem
from training_app.archives.values import WAIVABLE
from training_app.archives.views import bp
from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import download, export, list_query, wants_export


@bp.get("/archives")
@requires(ARCHIVES["view"])
def index() -> ResponseReturnValue:
    """Every class's archive: find by class, year, or the name of a trainee."""
    actor = current_actor()
    query = list_query(sortable=("starts_on",), default="starts_on", descending=True, filters=("state", "year"))
    rows = archives_visible_to(actor, text=query.q, year=query.wants("year"))
    counts = {state: sum(row.state.state == state for row in rows) for state in labels.ARCHIVE_STATES}
    shown = [row for row in rows if query.wants("state") in ("", row.state.state)]
    if not query.descending:
        shown.reverse()
    years = sorted({info.starts_on.year for info in classes.list_classes()}, reverse=True)
    filters = [{"name": "year", "label": _("Year"), "options": [(str(year), str(year)) for year in years]}]
    if wants_export():
        states = [(code, label[0]) for code, label in labels.ARCHIVE_STATES.items()]
        asked = [*filters, {"name": "state", "label": _("State"), "options": states}]
        return export(_columns(), [_row(row) for row in shown], _("Archives"), query=query, filters=asked)
    return render_template(
        "archives/index.html",
        page=Page(shown[query.offset : query.offset + query.per_page], len(shown), query),
        numbers=counts,
        filters=filters,
        labels=labels,
        fingerprint=key_fingerprint(),
    )


def _columns() -> list[Column]:
    return [
        Column("code", _("Class code")),
        Column("name", _("Class")),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("people", _("Head count"), "number"),
        Column("state", _("State")),
        Column("packages", _("Packages"), "number"),
        Column("sealed_at", _("Sealed at"), "date"),
    ]


def _row(row: ArchiveRow) -> dict[str, object]:
    return {
        "code": row.info.code,
        "name": row.info.name,
        "starts_on": row.info.starts_on,
        "ends_on": row.info.ends_on,
        "people": row.people,
        "state": str(labels.ARCHIVE_STATES[row.state.state][0]),
        "packages": row.state.packages,
        "sealed_at": row.state.sealed_at,
    }


@bp.get("/archives/public-key")
@requires(ARCHIVES["view"])
def public_key() -> ResponseReturnValue:
    """The key that packages are verified with, to be published and kept elsewhere."""
    return download(public_key_pem().encode(), "log.pub.pem", "application/x-pem-file")


@bp.get("/classes/<int:class_id>/archive")
@requires(ARCHIVES["view"])
def of_class(class_id: int) -> ResponseReturnValue:
    """What the archive of a class holds and lacks."""
    return class_page(class_id)


def class_page(class_id: int, *, propose: ReasonForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The page of a class's archive, also with a form that was refused."""
    actor = current_actor()
    klass = classes.get_class_visible_to(actor, class_id, ARCHIVES["view"])
    may_seal = ARCHIVES["seal"].held_by(actor) and classes.may_see_class(actor, class_id, ARCHIVES["seal"])
    reach = ARCHIVES["view"].reach_of(actor)
    return render_template(
        "archives/of_class.html",
        klass=klass,
        lines=checklist(class_id),
        packages=packages_of_class(class_id),
        proposal=find_proposal(class_id),
        refusal=last_refusal(class_id),
        labels=labels,
        waivable=WAIVABLE,
        may_seal=may_seal,
        may_open=bool(reach & {"all", "class"}),
        propose=propose or ReasonForm(formdata=None),
        is_own_proposal=(p := find_proposal(class_id)) is not None and p.proposed_by_id == actor.account_id,
    ), status
