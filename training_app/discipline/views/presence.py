"""Presence at a glance: the map of a class, trends by unit, chronic lateness, the records behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from training_app.attendance.api import SIGNS
from training_app.classes.api import get_class_visible_to, list_enrollments_visible_to
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.discipline import labels
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries import presence as queries
from training_app.discipline.queries.shares import NOTHING, attended_by, shares_by
from training_app.discipline.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export
from training_app.web.urls import url_maker


@bp.get("/classes/<int:class_id>/attendance/map")
@requires(DISCIPLINE["view"])
def presence_map(class_id: int) -> ResponseReturnValue:
    """Person by lesson in colours, icons and words; each cell opens its record."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, DISCIPLINE["view"])
    attended = attended_by(class_id)
    statuses: dict[int, dict[int, str]] = {}
    for record in attended.records:
        statuses.setdefault(record.enrollment_id, {})[record.lesson_id] = record.status
    shares = shares_by(attended)
    people = list_enrollments_visible_to(actor, class_id, DISCIPLINE["view"])
    return render_template(
        "discipline/map.html",
        klass=klass,
        lessons=attended.lessons,
        counts=attended.counts,
        rows=[(person, statuses.get(person.id, {}), shares.get(person.id, NOTHING)) for person in people],
        labels=labels,
        # 6,000 cells: what does not differ from cell to cell is worked out once
        words={status: (SIGNS[status], _(said)) for status, said in labels.STATUS.items()},
        record_url=url_maker("attendance.person", "lesson_id", "enrollment_id"),
    )


def _year() -> int:
    asked = request.args.get("year", "")
    known = asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) > 1
    return int(asked) if known else clock.today().year


@bp.get("/presence")
@requires(DISCIPLINE["view"])
def presence() -> ResponseReturnValue:
    """Units month by month, and people late again and again; each figure opens its records."""
    actor, year = current_actor(), _year()
    trends = queries.unit_trends(actor, year)
    if wants_export():
        return export(_trend_columns(), [_trend(unit) for unit in trends], _("Presence at a glance"))
    return render_template(
        "discipline/presence.html",
        trends=trends,
        months={
            month: format_date(date(2000, month, 1), "LLL")
            for month in sorted({month for unit in trends for month in unit.months})
        },
        chronic=queries.chronic_people(actor, year),
        year=year,
    )


def _trend_columns() -> list[Column]:
    return [
        Column("unit", _("Unit")),
        Column("due", _("Times due"), "number"),
        Column("came", _("Came"), "number"),
        Column("late", _("Late"), "number"),
        Column("leave", _("On leave"), "number"),
        Column("absent", _("Absent without leave"), "number"),
        Column("rate", _("Rate of attendance"), "number"),
    ]


def _trend(unit: queries.UnitTrend) -> dict[str, Any]:
    whole = unit.whole
    return {
        "unit": unit.unit_name,
        "due": whole.due,
        "came": whole.came,
        "late": whole.late,
        "leave": whole.leave,
        "absent": whole.absent,
        "rate": round(whole.rate, 4),
    }


@bp.get("/presence/records")
@requires(DISCIPLINE["view"])
def presence_records() -> ResponseReturnValue:
    """The records behind a figure."""
    query = list_query(sortable=queries.SORTABLE, default="starts_at", filters=queries.FILTERS, descending=True)
    actor, year = current_actor(), _year()
    filters = [
        {
            "name": "status",
            "label": _("Record"),
            "options": [(code, _(word)) for code, word in labels.STATUS.items()],
        }
    ]
    if wants_export():
        rows = queries.list_records(actor, query, year, everything=True).items
        return export(
            _record_columns(), [_record(row) for row in rows], _("Records of attendance"), query=query, filters=filters
        )
    return render_template(
        "discipline/records.html",
        page=queries.list_records(actor, query, year),
        year=year,
        labels=labels,
        signs=SIGNS,
        filters=filters,
    )


def _record_columns() -> list[Column]:
    return [
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("class_name", _("Class")),
        Column("title", _("Lesson")),
        Column("starts_at", _("Time"), "date"),
        Column("status", _("Record")),
    ]


def _record(row: queries.PresenceRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "unit_name": row.unit_name,
        "class_name": row.class_name,
        "title": row.title,
        "starts_at": row.starts_at,
        "status": _(labels.STATUS[row.status]),
    }
