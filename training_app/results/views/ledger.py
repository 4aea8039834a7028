"""A person's ledger of hours."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.cadres import api as cadres
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.core.tables import Column
from training_app.results import labels
from training_app.results.permissions import RESULTS
from training_app.results.queries.ledger import lines_of_cadre, years_of_cadre
from training_app.results.queries.statement import training_statement
from training_app.results.services.certificates import note_ledger_read
from training_app.results.values import HourLine
from training_app.results.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export


def year_asked(default: int) -> int:
    """The year in the address; anything out of place is the default."""
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and 1990 <= int(text[:5]) <= 2100 else default


@bp.get("/cadres/<int:cadre_id>/ledger")
@requires(RESULTS["view"])
def ledger(cadre_id: int) -> ResponseReturnValue:
    """Every line of a person's ledger in a year, with its source."""
    visible = cadres.cadre_ids_visible_to(current_actor())
    if visible is not None and cadre_id not in visible:
        raise NotFound
    cadre = cadres.get_cadre(cadre_id)
    years = years_of_cadre(cadre_id)
    year = year_asked(years[0] if years else clock.today().year)
    query = list_query(sortable=("earned_on",), default="earned_on", filters=("kind", "year"), descending=True)
    kind = query.wants("kind")
    lines = [
        x for x in lines_of_cadre(cadre_id, first=date(year, 1, 1), last=date(year, 12, 31)) if kind in ("", x.kind)
    ]
    if query.descending:
        lines.reverse()
    if wants_export():
        return export(
            _columns(),
            [_row(line) for line in lines],
            _("%(name)s: ledger of hours %(year)s", name=cadre.name, year=year),
            query=query,
            filters=[
                {"name": "year", "label": _("Year")},
                {"name": "kind", "label": _("Kind of hours"), "options": list(labels.KINDS.items())},
            ],
        )
    note_ledger_read(cadre_id, year=year)
    return render_template(
        "results/ledger.html",
        cadre=cadre,
        year=year,
        years=sorted({*years, year, clock.today().year}, reverse=True),
        lines=lines,
        query=query,
        statement=training_statement(cadre_id, year),
        labels=labels,
    )


def _columns() -> list[Column]:
    return [
        Column("number", _("Ledger number")),
        Column("earned_on", _("Day"), "date"),
        Column("kind", _("Kind of hours")),
        Column("title", _("What for")),
        Column("hours", _("Hours"), "number"),
        Column("source", _("Source")),
        Column("note", _("Note")),
        Column("posted_at", _("Posted at"), "date"),
    ]


def _row(line: HourLine) -> dict[str, object]:
    return {
        "number": line.number,
        "earned_on": line.earned_on,
        "kind": str(labels.KINDS[line.kind]),
        "title": line.title,
        "hours": line.hours,
        "source": str(labels.SOURCES["correction" if line.revision else line.kind]),
        "note": _(line.note) if line.note else "",
        "posted_at": line.posted_at,
    }
