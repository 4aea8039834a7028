"""The audit trail on the screen; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.audit import queries
from training_app.audit.permissions import AUDIT
from training_app.audit.services import chain_state, verify_chain
from training_app.audit.wording import Teller
from training_app.core import clock
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export

bp = Blueprint("audit", "training_app.audit", template_folder="templates", url_prefix="/audit")


@bp.get("")
@requires(AUDIT["read"])
def index() -> ResponseReturnValue:
    """The entries, the newest first: by person, kind, subject and time, or as a file."""
    query = list_query(sortable=("at",), default="at", filters=queries.FILTERS, descending=True)
    teller = Teller()
    if wants_export():
        entries = queries.page_of_entries(query, everything=True).items
        lines = [_line(teller, entry) for entry in entries]
        return export(_columns(), lines, _("Audit trail"), query=query, filters=_filters(teller))
    page = queries.page_of_entries(query)
    return render_template(
        "audit/list.html",
        page=page,
        told=[teller.tell(entry) for entry in page.items],
        state=chain_state(),
        written_today=queries.count_since(clock.at_local(clock.today(), 0)),
        filters=_filters(teller),
    )


@bp.get("/<int:entry_id>")
@requires(AUDIT["read"])
def show(entry_id: int) -> ResponseReturnValue:
    """One entry: its facts, what was before and after, its place in the chain."""
    entry = queries.get_entry(entry_id)
    teller = Teller()
    return render_template(
        "audit/entry.html",
        told=teller.tell(entry),
        fields=teller.fields(entry),
        differences=teller.differences(entry),
        place=queries.find_place(entry_id),
    )


@bp.get("/chain")
@requires(AUDIT["read"])
def chain() -> ResponseReturnValue:
    """How far the chain reaches; with ``verify`` every link is computed anew from the entries."""
    started = clock.unix()
    verified = "verify" in request.args
    state = verify_chain() if verified else chain_state()
    return render_template("audit/chain.html", state=state, verified=verified, seconds=clock.unix() - started)


def _filters(teller: Teller) -> list[Mapping[str, Any]]:
    kinds = [(kind, teller.kind(kind)) for kind in queries.kinds_in_use()]
    return [
        {"name": "person", "label": _("Person")},
        {"name": "kind", "label": _("What happened"), "options": kinds},
        {"name": "about", "label": _("About"), "options": [(k, teller.label(k)) for k in queries.subjects_in_use()]},
        {"name": "subject", "label": _("Number of the subject")},
        {"name": "since", "label": _("From day"), "kind": "date"},
        {"name": "until", "label": _("To day"), "kind": "date"},
        {"name": "request", "label": _("Request")},
    ]


def _columns() -> list[Column]:
    return [
        Column("seq", _("Number"), "number"),
        Column("at", _("Time")),
        Column("actor", _("Person")),
        Column("account_id", _("Account"), "number"),
        Column("sentence", _("What happened")),
        Column("subject", _("About")),
        Column("kind", _("Kind")),
        Column("address", _("Address")),
        Column("request_id", _("Request")),
    ]


def _line(teller: Teller, entry: queries.Entry) -> Mapping[str, Any]:
    told = teller.tell(entry)
    return {
        "seq": entry.seq,
        "at": f"{clock.local(entry.at):%Y-%m-%d %H:%M:%S}",
        "actor": told.actor,
        "account_id": entry.account_id,
        "sentence": told.sentence,
        "subject": told.subject,
        "kind": entry.kind,
        "address": entry.address,
        "request_id": entry.request_id,
    }
