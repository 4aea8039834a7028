"""Use cases on teaching sites and routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import delete, insert, select

from training_app.accounts.api import get_unit
from training_app.core.db import command, db, row
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.courses import rules
from training_app.courses.events import CatalogueStored, RouteSaved, SiteAdded, SiteChanged
from training_app.courses.models import RouteStop, TeachingRoute, TeachingSite
from training_app.courses.services.stored import Stored

_FIELDS = (
    "name",
    "kind",
    "unit_id",
    "unit_name",
    "address",
    "longitude",
    "latitude",
    "capacity",
    "minutes",
    "contact_name",
    "contact_phone",
    "note",
)


@dataclass(frozen=True, kw_only=True)
class SiteValues:
    """A teaching site as a form or a file gives one; coordinates are WGS 84 degrees."""

    name: str
    kind: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    capacity: int | None = None
    minutes: int | None = None
    contact_name: str = ""
    contact_phone: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StopValues:
    """A stop of a route."""

    site_id: int
    stay_minutes: int | None = None
    km_to_next: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RouteValues:
    """A route with its stops in order."""

    code: str
    name: str
    stops: tuple[StopValues, ...] = field(default_factory=tuple)


@command
def add_site(values: SiteValues) -> int:
    """Enter a teaching site.

    Raises:
        InvalidInput: no name, or coordinates that are no place.
        Conflict: the name is in use.
    """
    _check(values)
    _refuse_taken(values.name, except_id=None)
    site = TeachingSite()
    _take(site, values)
    db.session.add(site)
    db.session.flush()
    publish(SiteAdded(site_id=site.id, name=site.name))
    return site.id


@command
def change_site(site_id: int, values: SiteValues) -> None:
    """Change a teaching site."""
    site = db.session.execute(
        select(TeachingSite).where(TeachingSite.id == site_id).with_for_update()
    ).scalar_one_or_none()
    if site is None:
        raise NotFound
    _check(values)
    _refuse_taken(values.name, except_id=site_id)
    before = row(site)
    _take(site, values)
    after = row(site)
    changes = {n: (_text(before[n]), _text(after[n])) for n in _FIELDS if before[n] != after[n]}
    if changes:
        publish(SiteChanged(site_id=site_id, name=site.name, changes=changes))


@command
def save_route(values: RouteValues, *, route_id: int | None = None) -> int:
    """Enter a route, or set its name and stops anew.

    Raises:
        InvalidInput: no number or name, or fewer than two stops.
        Conflict: the number is in use.
    """
    wrong = {}
    if not values.code.strip():
        wrong["code"] = N_("Please enter the number of the route.")
    if not values.name.strip():
        wrong["name"] = N_("Please enter a name.")
    if len(values.stops) < 2:
        wrong["stops"] = N_("A route has at least two stops.")
    if wrong:
        raise InvalidInput(fields=wrong)
    return _save_route(values, route_id)


@command
def store_sites(rows: Sequence[SiteValues], *, source: str) -> Stored:
    """Take in a list of sites, each known again by its name. The caller has judged the rows."""
    by_name = {site.name: site for site in db.session.execute(select(TeachingSite)).scalars()}
    stored: list[TeachingSite] = []
    created = updated = 0
    for values in rows:
        site = by_name.get(values.name.strip())
        is_new = site is None
        if site is None:
            site = TeachingSite()
            db.session.add(site)
        before = {} if is_new else row(site)
        _take(site, values)
        by_name[site.name] = site
        created += is_new
        updated += not is_new and before != row(site)
        stored.append(site)
    db.session.flush()
    done = Stored(tuple(s.id for s in stored), created, updated, len(rows) - created - updated)
    publish(CatalogueStored(what="sites", created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


@command
def store_routes(rows: Sequence[RouteValues], *, source: str) -> Stored:
    """Take in routes with their stops, each known again by its number. The caller has judged the rows."""
    ids = dict(db.session.execute(select(TeachingRoute.code, TeachingRoute.id)).all())
    stored = []
    created = updated = 0
    for values in rows:
        known = ids.get(values.code.strip())
        before = _picture(known) if known is not None else None
        route_id = _save_route(values, known)
        ids[values.code.strip()] = route_id
        created += known is None
        updated += known is not None and before != _picture(route_id)
        stored.append(route_id)
    done = Stored(tuple(stored), created, updated, len(rows) - created - updated)
    publish(CatalogueStored(what="routes", created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


def _save_route(values: RouteValues, route_id: int | None) -> int:
    code = values.code.strip()
    taken = db.session.execute(select(TeachingRoute.id).where(TeachingRoute.code == code)).scalar_one_or_none()
    if taken is not None and taken != route_id:
        raise Conflict(fields={"code": N_("This number belongs to another route.")})
    names = dict(db.session.execute(select(TeachingSite.id, TeachingSite.name)).all())
    if any(stop.site_id not in names for stop in values.stops):
        raise InvalidInput(fields={"stops": N_("One of the stops is no teaching site.")})
    route = db.session.get(TeachingRoute, route_id) if route_id is not None else None
    if route_id is not None and route is None:
        raise NotFound
    if route is None:
        route = TeachingRoute()
        db.session.add(route)
    route.code, route.name = code, values.name.strip()
    db.session.flush()
    db.session.execute(delete(RouteStop).where(RouteStop.route_id == route.id))
    if values.stops:
        db.session.execute(
            insert(RouteStop),
            [
                {
                    "route_id": route.id,
                    "order_no": number,
                    "site_id": stop.site_id,
                    "stay_minutes": stop.stay_minutes,
                    "km_to_next": stop.km_to_next,
                }
                for number, stop in enumerate(values.stops, 1)
            ],
        )
    publish(
        RouteSaved(route_id=route.id, name=route.name, stops="—".join(names[stop.site_id] for stop in values.stops))
    )
    return route.id


def _picture(route_id: int) -> tuple[object, ...]:
    route = db.session.get(TeachingRoute, route_id)
    chosen = select(RouteStop.site_id, RouteStop.stay_minutes, RouteStop.km_to_next).where(
        RouteStop.route_id == route_id
    )
    stops = db.session.execute(chosen.order_by(RouteStop.order_no)).all()
    return (route and route.code, route and route.name, *map(tuple, stops))


def _check(values: SiteValues) -> None:
    wrong = rules.check_coordinates(values.longitude, values.latitude)
    if not values.name.strip():
        wrong["name"] = N_("Please enter a name.")
    for name in ("capacity", "minutes"):
        number = getattr(values, name)
        if number is not None and number <= 0:
            wrong[name] = N_("A number above 0, or nothing.")
    if wrong:
        raise InvalidInput(fields=wrong)


def _refuse_taken(name: str, *, except_id: int | None) -> None:
    found = db.session.execute(select(TeachingSite.id).where(TeachingSite.name == name.strip())).scalar_one_or_none()
    if found is not None and found != except_id:
        raise Conflict(fields={"name": N_("There is a teaching site of this name already.")})


def _take(site: TeachingSite, values: SiteValues) -> None:
    for name in _FIELDS:
        value = getattr(values, name)
        value = value.strip() if isinstance(value, str) else value
        if name == "unit_name" and not value and values.unit_id is not None:
            value = get_unit(values.unit_id).name
        if getattr(site, name, None) != value:
            setattr(site, name, value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
