"""The units of the demonstration county: one tree, from the county down to sections and villages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.accounts.models import Unit, UnitAlias
from training_app.demo import lists
from training_app.demo.rows import add_all, write_all


@dataclass(frozen=True)
class Place:
    """A unit as the other parts of the demonstration need it."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    top_id: int
    path: str


def write_units(session: Session) -> list[Place]:
    """The tree of units, level by level, since a path needs the ids above it."""
    root = {"code": "1", "name": lists.COUNTY, "short_name": lists.COUNTY, "kind": "县", "grade": "县处级"}
    places = _add(session, [(None, root)])
    county = places[0]
    offices = [
        *lists.LEADING,
        *lists.PARTY,
        *lists.ASSEMBLIES,
        *lists.GOVERNMENT,
        *lists.COURTS,
        *lists.MASS,
        *lists.INSTITUTIONS,
        *lists.COMPANIES,
    ]
    level: list[tuple[Place | None, dict[str, Any]]] = []
    for number, (name, short, kind, grade, admin, institution, chiefs, deputies, _) in enumerate(offices, 1):
        level.append(
            (
                county,
                {
                    "code": f"1.{number:02d}",
                    "name": name,
                    "short_name": short,
                    "kind": kind,
                    "grade": grade,
                    "admin_staff": admin,
                    "institution_staff": institution,
                    "chiefs_approved": chiefs,
                    "deputies_approved": deputies,
                },
            )
        )
    for number, (name, kind, _) in enumerate(lists.TOWNS, 81):
        level.append(
            (
                county,
                {
                    "code": f"1.{number:02d}",
                    "name": name,
                    "short_name": name,
                    "kind": kind,
                    "grade": "乡科级",
                    "admin_staff": 26,
                    "institution_staff": 22,
                    "chiefs_approved": 2,
                    "deputies_approved": 7,
                },
            )
        )
    tops = _add(session, level)
    lower: list[tuple[Place | None, dict[str, Any]]] = []
    for office, place in zip(offices, tops, strict=False):
        lower += [
            (
                place,
                {
                    "code": f"{place.code}.{n:02d}",
                    "name": f"{place.short_name}{section}",
                    "short_name": section,
                    "kind": "科室",
                    "grade": "股级",
                    "chiefs_approved": 1,
                },
            )
            for n, section in enumerate(office[-1], 1)
        ]
    for (_, _, villages), place in zip(lists.TOWNS, tops[len(offices) :], strict=True):
        lower += [
            (
                place,
                {
                    "code": f"{place.code}.{n:02d}",
                    "name": f"{place.name}{village}",
                    "short_name": village,
                    "kind": village[-2:] if village.endswith("社区") else "村",
                    "chiefs_approved": 1,
                    "deputies_approved": 1,
                },
            )
            for n, village in enumerate(villages, 1)
        ]
    places += tops + _add(session, lower)
    write_all(session, UnitAlias, [{"unit_id": p.id, "alias": p.short_name} for p in places if p.short_name != p.name])
    return places


def _add(session: Session, units: list[tuple[Place | None, dict[str, Any]]]) -> list[Place]:
    ids = add_all(session, Unit, [row | {"parent_id": parent.id if parent else None} for parent, row in units])
    places = []
    for new_id, (parent, row) in zip(ids, units, strict=True):
        is_top = parent is None or parent.parent_id is None
        places.append(
            Place(
                id=new_id,
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                kind=row["kind"],
                parent_id=parent.id if parent else None,
                top_id=new_id if is_top or parent is None else parent.top_id,
                path=f"{parent.path if parent else '/'}{new_id}/",
            )
        )
    session.execute(update(Unit), [{"id": p.id, "path": p.path} for p in places])
    return places
