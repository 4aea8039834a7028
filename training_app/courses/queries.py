"""What the catalogue, the sites and the routes hold."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.courses import rules
from training_app.courses.models import Course, CourseTeacher, RouteStop, TeachingRoute, TeachingSite

SORTABLE = ("code", "name", "domain", "hours", "method")
FILTERS = ("domain", "method", "audience", "teacher", "status")
SITE_SORTABLE = ("name", "kind", "unit", "capacity", "minutes")
SITE_FILTERS = ("kind",)


@dataclass(frozen=True)
class CourseInfo:
    """A course of the catalogue."""

    id: int
    code: str
    name: str
    course_domain: str
    credit_hours: Decimal
    method: str
    audience: str
    version: int
    active: bool


@dataclass(frozen=True)
class CourseFile(CourseInfo):
    """Everything the catalogue says of a course."""

    objectives: str
    note: str
    updated_at: datetime


@dataclass(frozen=True)
class SiteInfo:
    """A teaching site."""

    id: int
    name: str
    kind: str
    unit_id: int | None
    unit_name: str
    address: str
    longitude: float | None
    latitude: float | None
    capacity: int | None
    minutes: int | None
    contact_name: str
    contact_phone: str
    note: str


@dataclass(frozen=True)
class StopInfo:
    """A stop of a route."""

    order_no: int
    site_id: int
    site_name: str
    stay_minutes: int | None
    km_to_next: Decimal | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class RouteInfo:
    """A route with its stops in order."""

    id: int
    code: str
    name: str
    stops: tuple[StopInfo, ...]

    @property
    def kilometres(self) -> Decimal:
        """From the first stop to the last."""
        return sum((stop.km_to_next or Decimal(0) for stop in self.stops), Decimal(0))

    @property
    def minutes(self) -> int:
        """Time at the stops, without the ways between."""
        return sum(stop.stay_minutes or 0 for stop in self.stops)


_INFO = [getattr(Course, name) for name in CourseInfo.__dataclass_fields__]
_FILE = [getattr(Course, name) for name in CourseFile.__dataclass_fields__]
_SITE = [getattr(TeachingSite, name) for name in SiteInfo.__dataclass_fields__]


def get_course(course_id: int) -> CourseInfo:
    """The course.

    Raises:
        NotFound: there is none.
    """
    course = _one(Course.id == course_id)
    if course is None:
        raise NotFound
    return course


def get_course_file(course_id: int) -> CourseFile:
    """Everything about the course.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(select(*_FILE).where(Course.id == course_id)).first()
    if row is None:
        raise NotFound
    return CourseFile(**row._asdict())


def list_courses(*, active: bool = True) -> list[CourseInfo]:
    """The catalogue by number; ``active``: only what is still offered."""
    chosen = select(*_INFO).order_by(Course.code)
    return _infos(chosen.where(Course.active) if active else chosen)


def find_course_by_name(name: str) -> CourseInfo | None:
    """The course of this title, the one still offered first."""
    found = _infos(select(*_INFO).where(Course.name == name.strip()).order_by(Course.active.desc(), Course.id))
    return found[0] if found else None


def find_course_by_code(code: str) -> CourseInfo | None:
    """The course of this catalogue number."""
    return _one(Course.code == code.strip())


def teacher_ids_of(course_id: int) -> list[int]:
    """Who can give the course."""
    chosen = select(CourseTeacher.teacher_id).where(CourseTeacher.course_id == course_id)
    return list(db.session.execute(chosen.order_by(CourseTeacher.id)).scalars())


def course_ids_of_teacher(teacher_id: int) -> list[int]:
    """What a teacher can give."""
    chosen = select(CourseTeacher.course_id).where(CourseTeacher.teacher_id == teacher_id)
    return list(db.session.execute(chosen.order_by(CourseTeacher.course_id)).scalars())


def courses_of_teacher(teacher_id: int) -> list[CourseInfo]:
    """What a teacher can give, by number."""
    ids = select(CourseTeacher.course_id).where(CourseTeacher.teacher_id == teacher_id)
    return _infos(select(*_INFO).where(Course.id.in_(ids)).order_by(Course.code))


def teacher_ids_by_course(course_ids: list[int]) -> dict[int, list[int]]:
    """Who can give each of these courses."""
    found: dict[int, list[int]] = {}
    chosen = select(CourseTeacher.course_id, CourseTeacher.teacher_id).where(CourseTeacher.course_id.in_(course_ids))
    for course_id, teacher_id in db.session.execute(chosen.order_by(CourseTeacher.id)):
        found.setdefault(course_id, []).append(teacher_id)
    return found


def page_of_courses(query: ListQuery, *, everything: bool = False) -> Page[CourseInfo]:
    """The catalogue as one asked for it; ``everything`` leaves the paging out, for an export."""
    conditions = _conditions(query)
    total = db.session.execute(select(func.count()).select_from(Course).where(*conditions)).scalar_one()
    chosen = select(*_INFO).where(*conditions).order_by(*_order(query))
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page(_infos(chosen), total, query)


def counts_by_domain() -> list[tuple[str, int]]:
    """How many courses each domain offers, in the usual order."""
    chosen = select(Course.course_domain, func.count()).where(Course.active).group_by(Course.course_domain)
    return sorted(((d, n) for d, n in db.session.execute(chosen)), key=lambda pair: _place(pair[0]))


def values_in_use(column: str) -> list[str]:
    """The domains, methods or audiences that occur, for the filters and as suggestions."""
    values = db.session.execute(select(getattr(Course, column)).distinct()).scalars()
    return sorted((v for v in values if v), key=_place)


def get_site(site_id: int) -> SiteInfo:
    """The site.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(select(*_SITE).where(TeachingSite.id == site_id)).first()
    if row is None:
        raise NotFound
    return SiteInfo(*row)


def find_site_by_name(name: str) -> SiteInfo | None:
    """The site of this name."""
    row = db.session.execute(select(*_SITE).where(TeachingSite.name == name.strip())).first()
    return SiteInfo(*row) if row else None


def list_sites() -> list[SiteInfo]:
    """All sites, in the order they were entered."""
    return [SiteInfo(*row) for row in db.session.execute(select(*_SITE).order_by(TeachingSite.id))]


def page_of_sites(query: ListQuery, *, everything: bool = False) -> Page[SiteInfo]:
    """The sites as one asked for them; ``everything`` leaves the paging out, for an export."""
    columns = (TeachingSite.name, TeachingSite.unit_name, TeachingSite.address, TeachingSite.contact_name)
    conditions: list[ColumnElement[bool]] = [
        or_(*(column.contains(term, autoescape=True) for column in columns)) for term in query.q.split()
    ]
    if query.wants("kind"):
        conditions.append(TeachingSite.kind == query.wants("kind"))
    keys: dict[str, Any] = {
        "name": TeachingSite.name,
        "kind": TeachingSite.kind,
        "unit": TeachingSite.unit_name,
        "capacity": TeachingSite.capacity,
        "minutes": TeachingSite.minutes,
    }
    key = keys.get(query.sort, TeachingSite.kind)
    total = db.session.execute(select(func.count()).select_from(TeachingSite).where(*conditions)).scalar_one()
    chosen = select(*_SITE).where(*conditions)
    chosen = chosen.order_by(key.desc().nulls_last() if query.descending else key.asc().nulls_last(), TeachingSite.id)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([SiteInfo(*row) for row in db.session.execute(chosen)], total, query)


def site_kinds_in_use() -> list[str]:
    """The kinds of sites that occur."""
    return sorted(k for k in db.session.execute(select(TeachingSite.kind).distinct()).scalars() if k)


def list_routes(*, site_id: int | None = None) -> list[RouteInfo]:
    """All routes with their stops, by number; with ``site_id`` those that stop there."""
    chosen = select(TeachingRoute).order_by(TeachingRoute.code)
    if site_id is not None:
        chosen = chosen.where(TeachingRoute.id.in_(select(RouteStop.route_id).where(RouteStop.site_id == site_id)))
    routes = list(db.session.execute(chosen).scalars())
    stops = _stops([route.id for route in routes])
    return [RouteInfo(r.id, r.code, r.name, tuple(stops.get(r.id, ()))) for r in routes]


def get_route(route_id: int) -> RouteInfo:
    """The route with its stops.

    Raises:
        NotFound: there is none.
    """
    route = db.session.get(TeachingRoute, route_id)
    if route is None:
        raise NotFound
    return RouteInfo(route.id, route.code, route.name, tuple(_stops([route_id]).get(route_id, ())))


def _stops(route_ids: list[int]) -> dict[int, list[StopInfo]]:
    found: dict[int, list[StopInfo]] = {}
    chosen = (
        select(
            RouteStop.route_id,
            RouteStop.order_no,
            RouteStop.site_id,
            TeachingSite.name,
            RouteStop.stay_minutes,
            RouteStop.km_to_next,
            TeachingSite.longitude,
            TeachingSite.latitude,
        )
        .join(TeachingSite, TeachingSite.id == RouteStop.site_id)
        .where(RouteStop.route_id.in_(route_ids))
        .order_by(RouteStop.route_id, RouteStop.order_no)
    )
    for row in db.session.execute(chosen):
        found.setdefault(row.route_id, []).append(StopInfo(*row[1:]))
    return found


def _conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    columns = (Course.name, Course.code, Course.note, Course.objectives)
    conditions: list[ColumnElement[bool]] = [
        or_(*(column.icontains(term, autoescape=True) for column in columns))
        for term in unicodedata.normalize("NFKC", query.q).split()
    ]
    for name, column in (("domain", Course.course_domain), ("method", Course.method), ("audience", Course.audience)):
        if query.wants(name):
            conditions.append(column == query.wants(name))
    if query.wants("teacher").isdigit():
        ids = select(CourseTeacher.course_id).where(CourseTeacher.teacher_id == int(query.wants("teacher")))
        conditions.append(Course.id.in_(ids))
    if query.wants("status") != "all":
        conditions.append(Course.active.is_(query.wants("status") != "retired"))
    return conditions


def _order(query: ListQuery) -> list[Any]:
    domain = case(
        {name: at for at, name in enumerate(rules.DOMAINS)}, value=Course.course_domain, else_=len(rules.DOMAINS)
    )
    keys: dict[str, list[Any]] = {
        "code": [Course.code],
        "name": [Course.name],
        "domain": [domain, Course.course_domain, Course.code],
        "hours": [Course.credit_hours, Course.code],
        "method": [Course.method, Course.code],
    }
    first, *rest = keys.get(query.sort, keys["code"])
    return [first.desc() if query.descending else first, *rest, Course.id]


def _one(condition: ColumnElement[bool]) -> CourseInfo | None:
    return next(iter(_infos(select(*_INFO).where(condition))), None)


def _infos(chosen: Select[Any]) -> list[CourseInfo]:
    return [CourseInfo(**row._asdict()) for row in db.session.execute(chosen)]


def _place(value: str) -> tuple[int, str]:
    known = rules.DOMAINS + rules.METHODS
    return (known.index(value) if value in known else len(known), value)
