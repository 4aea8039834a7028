"""The people behind a figure."""

from __future__ import annotations

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts import api as accounts
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.reports import labels
from training_app.reports.permissions import REPORTS
from training_app.reports.queries.outlook import lines_to_come
from training_app.reports.queries.people import FILTERS, SORTABLE, Standings, path_of
from training_app.reports.queries.statistics import years_of_ledger
from training_app.reports.rules import LEVEL_GROUPS
from training_app.reports.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export

CATEGORIES = ("公务员", "参公", "事业", "国企", "村（社区）")


@bp.get("/reports/people")
@requires(REPORTS["view"])
def people_behind_figure() -> ResponseReturnValue:
    """People with their hours of a year, as the figure that led here counts them."""
    query = list_query(sortable=SORTABLE, default="unit", filters=FILTERS)
    today = clock.today()
    year = year_of(query.wants("year"), today)
    standings = Standings(year, on=today, path=path_of(current_actor()))
    if wants_export():
        asked = _filters(year, query.wants("line"))
        return export(
            _columns(), standings.everybody(query), _("Hours %(year)s", year=year), query=query, filters=asked
        )
    return render_template(
        "reports/people.html",
        page=standings.page(query),
        year=year,
        standings=standings,
        filters=_filters(year, query.wants("line")),
        rule_words=labels.RULES,
    )


def year_of(text: str, today: date) -> int:
    """The year asked for, or this one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and int(text) <= today.year else today.year


def _filters(year: int, line: str) -> list[dict[str, object]]:
    units = [(str(u.id), u.name) for u in accounts.list_units() if u.path.count("/") in (2, 3)]
    return [
        {"name": "year", "label": _("Year"), "options": [(str(y), str(y)) for y in years_of_ledger(year)]},
        {"name": "unit", "label": _("Unit"), "options": units},
        {"name": "level", "label": _("Post level"), "options": [(name, name) for name in LEVEL_GROUPS]},
        {"name": "category", "label": _("Category of cadre"), "options": [(name, name) for name in CATEGORIES]},
        {"name": "state", "label": _("State"), "options": list(labels.STATES.items())},
        {"name": "rule", "label": _("Requirement that binds"), "options": list(labels.RULES.items())},
        {"name": "line", "label": _("Made up by"), "options": lines_to_come(line)},
    ]


def _columns() -> list[Column]:
    return [
        Column("name", _("Full name")),
        Column("unit_and_post", _("Unit and post")),
        Column("post_level", _("Post level")),
        Column("rank", _("Rank")),
        Column("category", _("Category of cadre")),
        Column("group", _("Hours in classes"), "number"),
        Column("external", _("Hours at higher levels and outside"), "number"),
        Column("counted", _("Hours that count"), "number"),
        Column("required", _("Hours required"), "number"),
        Column("missing", _("Hours missing"), "number"),
        Column("days", _("Days"), "number"),
        Column("online", _("Network hours earned"), "number"),
        Column("online_required", _("Network hours required"), "number"),
    ]
