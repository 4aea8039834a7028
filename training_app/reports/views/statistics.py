"""The annual statistics: by level, by unit, by program; every number opens its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes.api import class_ids_visible_to
from training_app.classes.permissions import CLASSES
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.pages import ListQuery
from training_app.core.tables import Column
from training_app.reports import labels
from training_app.reports.permissions import REPORTS
from training_app.reports.queries.classes import facts_between
from training_app.reports.queries.people import Standings, path_of
from training_app.reports.queries.statistics import (
    PeopleRow,
    ProgramRow,
    people_row,
    period_of_year,
    program_row,
    program_rows,
    years_of_ledger,
)
from training_app.reports.rules import ClassFacts, class_figures
from training_app.reports.views import bp
from training_app.reports.views.people import year_of
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export

VIEWS = ("level", "unit", "program")


@bp.get("/reports")
@requires(REPORTS["view"])
def index() -> ResponseReturnValue:
    """The year as a table."""
    today = clock.today()
    year = year_of(request.args.get("year", ""), today)
    path = path_of(current_actor())
    by = request.args.get("by", "level")
    by = by if by in VIEWS and not (by == "program" and path) else "level"
    people: list[PeopleRow] = []
    programs: list[ProgramRow] = []
    if by == "program":
        programs = _programs(year, today)
    else:
        people = _people(year, today, by=by, path=path)
    if wants_export():
        rows: list[PeopleRow] | list[ProgramRow] = programs if by == "program" else people
        title = {"level": _("Statistics by level"), "unit": _("Statistics by unit")}.get(by, _("Statistics by program"))
        columns = _program_columns() if by == "program" else _people_columns()
        asked = ListQuery(filters={"year": str(year)})
        return export(columns, rows, f"{title}{year}", query=asked, filters=[{"name": "year", "label": _("Year")}])
    return render_template(
        "reports/statistics.html",
        by=by,
        year=year,
        years=years_of_ledger(today.year),
        people=people,
        programs=programs,
        whole_county=not path,
        is_present=year == today.year,
    )


@bp.get("/reports/classes")
@requires(REPORTS["view"])
def classes_behind_figure() -> ResponseReturnValue:
    """The classes that a row of the statistics adds up."""
    actor, today = current_actor(), clock.today()
    year, program = year_of(request.args.get("year", ""), today), request.args.get("program", "")
    visible = class_ids_visible_to(actor, CLASSES["view"])
    facts = [
        f
        for f in facts_between(*period_of_year(year, today), decided_only=True)
        if f.state != "enrolling" and program in ("", f.program) and (visible is None or f.class_id in visible)
    ]
    query = list_query(
        sortable=("starts_on", "name", "enrolled", "hours"), default="starts_on", filters=("year", "program")
    )
    page = page_of(
        [(f, class_figures(f)) for f in facts],
        query,
        words=lambda row: row[0].name,
        keys={
            "starts_on": lambda row: row[0].starts_on,
            "name": lambda row: row[0].name,
            "enrolled": lambda row: row[1]["enrolled"],
            "hours": lambda row: row[1]["hours"],
        },
    )
    if wants_export():
        asked = [{"name": "year", "label": _("Year")}, {"name": "program", "label": _("Program")}]
        rows = [_class_line(*row) for row in page.items]
        return export(_class_columns(), rows, _("Classes of %(year)s", year=year), query=query, filters=asked)
    return render_template(
        "reports/classes.html",
        year=year,
        program=program,
        class_states=labels.CLASS_STATES,
        page=page,
    )


def _class_columns() -> list[Column]:
    return [
        Column("name", _("Class")),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("state", _("State")),
        Column("enrolled", _("People enrolled"), "number"),
        Column("attended", _("People who came"), "number"),
        Column("attendance_rate", _("Attendance rate"), "number"),
        Column("hours", _("Hours taught"), "number"),
        Column("examined", _("People examined"), "number"),
        Column("average", _("Average mark"), "number"),
        Column("pass_rate", _("Pass rate"), "number"),
        Column("graduated", _("People who completed"), "number"),
    ]


def _class_line(facts: ClassFacts, figures: Mapping[str, Any]) -> dict[str, object]:
    names = ("enrolled", "attended", "attendance_rate", "hours", "examined")
    line: dict[str, object] = {name: figures[name] for name in names}
    line.update({name: getattr(facts, name) for name in ("name", "starts_on", "ends_on")})
    line["state"] = str(labels.CLASS_STATES[facts.state])
    line["average"] = figures["average"] if figures["examined"] else None
    line["pass_rate"] = figures["pass_rate"] if figures["examined"] else None
    line["graduated"] = facts.graduated if facts.is_decided else None
    return line


def _people(year: int, today: date, *, by: str, path: str) -> list[PeopleRow]:
    standings = Standings(year, on=today, path=path)
    if by == "unit":
        rows = [people_row(group, unit_id=unit_id) for unit_id, group in standings.by_unit()]
    else:
        rows = [people_row(group) for group in standings.by_level()]
    return [*rows, people_row(standings.total(), name=_("All together"))]


def _programs(year: int, today: date) -> list[ProgramRow]:
    facts = [f for f in facts_between(*period_of_year(year, today), decided_only=True) if f.state != "enrolling"]
    return [*program_rows(facts), program_row(_("All together"), facts)]


def _people_columns() -> list[Column]:
    return [
        Column("name", _("Row of the statistics")),
        Column("people", _("Cadres"), "number"),
        Column("trained", _("People trained"), "number"),
        Column("times", _("Times trained"), "number"),
        Column("trained_share", _("Share trained"), "number"),
        Column("hours", _("Hours of group training"), "number"),
        Column("mean_hours", _("Hours per head"), "number"),
        Column("online_people", _("People with network hours"), "number"),
        Column("online", _("Network hours earned"), "number"),
        Column("mean_online", _("Network hours per head"), "number"),
        Column("reached", _("Requirement reached"), "number"),
        Column("reached_share", _("Share that reached it"), "number"),
        Column("behind", _("Behind the calendar"), "number"),
    ]


def _program_columns() -> list[Column]:
    return [
        Column("name", _("Program")),
        Column("classes", _("Classes"), "number"),
        Column("enrolled", _("People enrolled"), "number"),
        Column("attended", _("People who came"), "number"),
        Column("attendance_share", _("Attendance rate"), "number"),
        Column("hours", _("Hours taught"), "number"),
        Column("hours_earned", _("Hours earned"), "number"),
        Column("examined", _("People examined"), "number"),
        Column("pass_share", _("Pass rate"), "number"),
        Column("resat", _("Re-sits"), "number"),
        Column("graduated", _("People who completed"), "number"),
        Column("not_graduated", _("People who did not complete"), "number"),
    ]
