"""Catalogue, teaching sites and routes as spreadsheets: their columns, what is refused, how they are stored."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from training_app.accounts.api import load_unit_finder
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, Importer, Other, Stored, compare, snapshot
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.courses.models import Course, RouteStop, TeachingRoute, TeachingSite
from training_app.courses.services.catalogue import CourseValues, store_courses
from training_app.courses.services.sites import (
    RouteValues,
    SiteValues,
    StopValues,
    store_routes,
    store_sites,
)
from training_app.teachers.api import TeacherInfo, list_teachers

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_LONGITUDES, _LATITUDES = (73, 136), (3, 54)  # of China


# ---------------------------------------------------------------- catalogue
def check_courses(sheet: Sheet) -> None:
    """Judge a catalogue: a course is known by its number, else by its title; its hours are more than none."""
    teachers: dict[str, list[TeacherInfo]] = {}
    for teacher in list_teachers(active=False):
        teachers.setdefault(teacher.name, []).append(teacher)
    seen: dict[str, int] = {}
    for row in sheet.rows:
        name, code = row.words("name"), row.words("code")
        if not name:
            row.refuse("name", "name_missing")
            continue
        hours = cells.hours(row.cells.get("credit_hours"))
        if hours is None:
            row.refuse("credit_hours", "hours_invalid")
            continue
        if (code or name) in seen:
            row.refuse("", "duplicate_row", other=seen[code or name])
            continue
        seen[code or name] = row.number
        row.values = {
            "code": code,
            "name": name,
            "credit_hours": hours,
            **{field: row.text(field) for field in ("course_domain", "method", "audience", "note")},
        }
        _take_teachers(row, teachers)


def _take_teachers(row: Row, teachers: dict[str, list[TeacherInfo]]) -> None:
    """The teachers of a course, several apart by 、; one who is in no pool is not taken."""
    whole = cells.person_name(row.cells.get("teacher"))
    typed = (
        [whole] if whole in teachers else [cells.person_name(part) for part in cells.split_names(row.text("teacher"))]
    )
    known = [name for name in typed if name in teachers]
    if len(known) < len([name for name in typed if name]):
        row.flag("teacher", "teacher_unknown")
    ids = []
    for name in known:
        same = teachers[name]
        skilled = [t for t in same if any(word and word in row.values["name"] for word in t.specialities.split("、"))]
        ids.append((skilled or same)[0].id)
    row.values |= {"teachers": known, "teacher_ids": tuple(ids)}


def store_course_sheet(sheet: Sheet) -> Stored:
    """Store the catalogue through the feature's own use case; remember what it changed."""
    rows = sheet.accepted()
    before = snapshot(Course, db.session.scalars(select(Course.id)))
    fields = CourseValues.__dataclass_fields__
    values = [CourseValues(**{k: v for k, v in row.values.items() if k in fields}) for row in rows]
    done = store_courses(values, source=sheet.file)
    return Stored(done.created, done.updated, done.unchanged, compare(Course, before=before, ids=done.ids, rows=rows))


# ---------------------------------------------------------------- sites
def check_sites(sheet: Sheet) -> None:
    """Judge a list of sites, each known by its name; longitude and latitude that changed places are put right."""
    units = load_unit_finder()
    seen: dict[str, int] = {}
    for row in sheet.rows:
        name = row.words("name")
        if not name:
            row.refuse("name", "name_missing")
            continue
        if name in seen:
            row.refuse("", "duplicate_row", other=seen[name])
            continue
        seen[name] = row.number
        typed = row.words("unit")
        unit = units.whole(typed).unit
        row.values = {
            "name": name,
            "kind": row.text("kind"),
            "address": row.text("address"),
            "note": row.text("note"),
            "unit_id": unit.id if unit else None,
            "unit_code": unit.code if unit else None,
            "unit_name": unit.name if unit else typed,
            "capacity": row.whole("capacity"),
            "minutes": row.whole("minutes"),
            "contact_name": cells.person_name(row.cells.get("contact_name")),
        }
        _take_place(row)
        row.values["contact_phone"] = row.phone()


def _take_place(row: Row) -> None:
    lon, lat = row.amount("longitude"), row.amount("latitude")
    if lon is not None and lat is not None and not _is_place(lon, lat) and _is_place(lat, lon):
        row.flag("longitude", "coord_swapped")
        lon, lat = lat, lon
    row.values |= {
        "longitude": float(lon) if lon is not None else None,
        "latitude": float(lat) if lat is not None else None,
    }


def _is_place(lon: Decimal, lat: Decimal) -> bool:
    return _LONGITUDES[0] <= lon <= _LONGITUDES[1] and _LATITUDES[0] <= lat <= _LATITUDES[1]


def store_site_sheet(sheet: Sheet) -> Stored:
    """Store the sites through the feature's own use case; remember what it changed."""
    rows = sheet.accepted()
    before = snapshot(TeachingSite, db.session.scalars(select(TeachingSite.id)))
    fields = SiteValues.__dataclass_fields__
    values = []
    for row in rows:
        given: dict[str, Any] = {name: value for name, value in row.values.items() if name in fields}
        values.append(SiteValues(**given | {"contact_phone": given["contact_phone"] or ""}))
    done = store_sites(values, source=sheet.file)
    changes = compare(TeachingSite, before=before, ids=done.ids, rows=rows)
    return Stored(done.created, done.updated, done.unchanged, changes)


# ---------------------------------------------------------------- routes
def check_routes(sheet: Sheet) -> None:
    """Judge the stops of routes: each is a teaching site, here or in another sheet taken in before."""
    sites = {
        cells.words(name): site_id for site_id, name in db.session.execute(select(TeachingSite.id, TeachingSite.name))
    }
    seen: dict[tuple[str, int], int] = {}
    for row in sheet.rows:
        name, site = row.words("name"), row.words("site")
        code = row.words("code") or name
        order = row.whole("order_no")
        if not name:
            row.refuse("name", "name_missing")
        elif site not in sites:
            row.refuse("site", "site_unknown")
        elif order is None:
            row.refuse("order_no", "order_missing")
        elif (code, order) in seen:
            row.refuse("", "duplicate_row", other=seen[code, order])
        if not row.accepted or order is None:
            continue
        seen[code, order] = row.number
        row.values = {
            "code": code,
            "name": name,
            "order_no": order,
            "site": site,
            "site_id": sites[site],
            "stay_minutes": row.whole("stay_minutes"),
            "km_to_next": row.amount("km_to_next"),
        }


def store_route_sheet(sheet: Sheet) -> Stored:
    """Store the routes; what is counted are stops, since a line is a stop."""
    routes: dict[str, list[Row]] = {}
    for row in sheet.accepted():
        routes.setdefault(row.values["code"], []).append(row)
    had = _stops(list(routes))
    before = snapshot(TeachingRoute, db.session.scalars(select(TeachingRoute.id)))
    values = []
    for code, rows in routes.items():
        rows.sort(key=lambda r: r.values["order_no"])
        stops = tuple(
            StopValues(site_id=r.values["site_id"], stay_minutes=r.values["stay_minutes"], km_to_next=_km(r))
            for r in rows
        )
        values.append(RouteValues(code=code, name=rows[0].values["name"], stops=stops))
    done = store_routes(values, source=sheet.file)
    first = [rows[0] for rows in routes.values()]
    stored = Stored(changes=compare(TeachingRoute, before=before, ids=done.ids, rows=first))
    for (code, rows), route_id in zip(routes.items(), done.ids, strict=True):
        for number, row in enumerate(rows, 1):
            old = had.get((code, number))
            new = (row.values["site_id"], row.values["stay_minutes"], _km(row))
            stored.created += old is None
            stored.updated += old is not None and old != new
            stored.unchanged += old == new
            if old is not None and old != new:
                lost = {"order_no": number, "site_id": old[0], "stay_minutes": old[1], "km_to_next": str(old[2])}
                stored.changes.append(Change(row.number, RouteStop.__tablename__, route_id, "updated", lost))
    return stored


def _km(row: Row) -> Decimal | None:
    km = row.values["km_to_next"]
    return None if km is None else round(km, 2)


def _stops(codes: list[str]) -> dict[tuple[str, int], tuple[int, int | None, Decimal | None]]:
    chosen = (
        select(TeachingRoute.code, RouteStop.order_no, RouteStop.site_id, RouteStop.stay_minutes, RouteStop.km_to_next)
        .join(TeachingRoute, TeachingRoute.id == RouteStop.route_id)
        .where(TeachingRoute.code.in_(codes))
    )
    return {(code, order): (site, stay, km) for code, order, site, stay, km in db.session.execute(chosen)}


def courses_not_named(sheet: Sheet) -> list[Other]:
    """Courses of the catalogue that this list does not name, by number or title."""
    named = {row.words(name) for row in sheet.rows for name in ("code", "name")}
    stored = db.session.execute(
        select(Course.id, Course.code, Course.name, Course.course_domain).where(Course.active).order_by(Course.code)
    )
    return [
        Other(Course.__tablename__, course_id, name, domain)
        for course_id, code, name, domain in stored
        if code not in named and name not in named
    ]


def sites_not_named(sheet: Sheet) -> list[Other]:
    """Teaching sites that this list does not name."""
    named = {row.words("name") for row in sheet.rows}
    stored = db.session.execute(select(TeachingSite.id, TeachingSite.name).order_by(TeachingSite.id))
    return [Other(TeachingSite.__tablename__, site_id, name) for site_id, name in stored if name not in named]


COURSES = Importer("courses", 50, _COLUMNS["courses"], check_courses, store_course_sheet, others=courses_not_named)
SITES = Importer("sites", 60, _COLUMNS["sites"], check_sites, store_site_sheet, others=sites_not_named)
ROUTES = Importer("routes", 70, _COLUMNS["routes"], check_routes, store_route_sheet)
