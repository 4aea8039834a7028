"""The pages of the annual assessment."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.core import clock, tables
from training_app.core.actor import current_actor
from training_app.linked.appraisal import exports, labels, queries, services
from training_app.linked.appraisal.permissions import APPRAISAL
from training_app.web.access import requires
from training_app.web.lists import download, wants_export

bp = Blueprint("appraisal", "training_app.linked.appraisal", template_folder="templates", url_prefix="/appraisal")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_YEARS_BACK = 5


def blueprint() -> Blueprint:
    """The pages."""
    return bp


@bp.get("")
@requires(APPRAISAL["view"])
def index() -> ResponseReturnValue:
    """How the units stand in a year."""
    year, today, actor = _year(), clock.today(), current_actor()
    if form := wants_export():
        everybody = queries.people_visible_to(actor, year)
        name = _("All units")
        services.note_taken(actor.unit_id or 0, unit=name, year=year, rows=len(everybody), form=form)
        return _file(everybody, unit=name, year=year, form=form)
    lines = queries.list_units_of_year(actor, year)
    return render_template(
        "appraisal/index.html",
        year=year,
        years=_years(today),
        lines=lines,
        people=sum(x.people for x in lines),
        met=sum(x.met for x in lines),
    )


@bp.get("/units/<int:unit_id>")
@requires(APPRAISAL["view"])
def unit(unit_id: int) -> ResponseReturnValue:
    """The statements of a unit's people."""
    year, today = _year(), clock.today()
    found = queries.get_unit_visible_to(current_actor(), unit_id)
    lines = queries.people_of_unit(found, year)
    if form := wants_export():
        services.note_taken(found.id, unit=found.name, year=year, rows=len(lines), form=form)
        return _file(lines, unit=found.name, year=year, form=form)
    wanted = request.args.get("finding", "")
    counts = {code: sum(x.finding == code for x in lines) for code in labels.FINDINGS}
    return render_template(
        "appraisal/unit.html",
        unit=found,
        year=year,
        years=_years(today),
        labels=labels,
        counts=counts,
        finding=wanted,
        total=len(lines),
        lines=[x for x in lines if wanted in ("", x.finding)],
    )


@bp.get("/people/<int:cadre_id>")
@requires(APPRAISAL["view"])
def person(cadre_id: int) -> ResponseReturnValue:
    """One person's statement, every figure with its source."""
    year, today = _year(), clock.today()
    line = queries.get_person_visible_to(current_actor(), cadre_id, year)
    services.note_read(cadre_id, year=year)
    return render_template("appraisal/person.html", line=line, year=year, years=_years(today), labels=labels)


def _file(lines: list[queries.PersonLine], *, unit: str, year: int, form: str) -> ResponseReturnValue:
    today = clock.today()
    if request.args.get("by") == "training":
        title, columns, rows = _("Trainings"), exports.training_columns(), exports.training_rows(lines)
    else:
        title, columns, rows = (
            _("Training statements"),
            exports.people_columns(),
            exports.people_rows(lines, as_of=today),
        )
    name = f"{unit}{year}{title}-{today:%Y%m%d}"
    if form == "csv":
        return download(tables.to_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    notes = exports.notes(year=year, unit=unit, as_of=today, people=len(lines))
    return download(tables.to_xlsx(title, columns, rows, notes), f"{name}.xlsx", _XLSX)


def _year() -> int:
    this_year = clock.today().year
    asked = request.args.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and this_year - 60 < int(asked) <= this_year else this_year


def _years(today: date) -> list[int]:
    return list(range(today.year, today.year - _YEARS_BACK, -1))
