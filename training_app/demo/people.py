"""Everybody in the demonstration county: cadres and village party members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from training_app.cadres.models import Cadre, PartyMember, PostHolding
from training_app.demo.register import VILLAGES, Register
from training_app.demo.rows import add_all, write_all
from training_app.demo.units import Place, write_units


@dataclass(frozen=True)
class Person:
    """A person as the other parts of the demonstration need it."""

    id: int
    name: str
    sex: str
    unit: Place
    post_title: str
    post_level: str
    rank: str
    category: str
    in_register: bool
    is_member: bool
    age: int
    phone: str


@dataclass
class Population:
    """Everybody and every unit."""

    units: list[Place]
    people: list[Person] = field(default_factory=list)

    def unit(self, name: str) -> Place:
        """The unit of that full name."""
        return next(u for u in self.units if u.name == name)

    def within(self, unit: Place) -> list[Person]:
        """Cadres of a unit and of those below it."""
        return [p for p in self.people if p.in_register and p.unit.path.startswith(unit.path)]

    @property
    def cadres(self) -> list[Person]:
        """Those in the register."""
        return [p for p in self.people if p.in_register]


def settle(session: Session, random: Random, *, cadres: int, today: date, now: datetime) -> Population:
    """Write the units and the people who work or live there."""
    population = Population(write_units(session))
    makers = Register(random, population.units, today, now)
    rows = [*makers.cadres(cadres), *makers.members(cadres // 3)]
    ids = add_all(session, Cadre, [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows])
    by_id = {u.id: u for u in population.units}
    population.people = [
        Person(
            id=new_id,
            name=row["name"],
            sex=row["sex"],
            unit=by_id[row["unit_id"]],
            post_title=row["post_title"],
            post_level=row["post_level"],
            rank=row["rank"],
            category=row["category"],
            in_register=row["in_register"],
            is_member=row["political_status"] in ("中共党员", "中共预备党员"),
            age=today.year - row["_born"].year,
            phone=row["_phone"],
        )
        for new_id, row in zip(ids, rows, strict=True)
    ]
    _write_posts(session, population.people, rows)
    return population


def _write_posts(session: Session, people: list[Person], rows: list[dict[str, Any]]) -> None:
    write_all(
        session,
        PostHolding,
        [
            {
                "cadre_id": p.id,
                "unit_id": p.unit.id,
                "post_title": p.post_title,
                "post_level": p.post_level,
                "rank": p.rank,
                "since": date(int(row["post_since"][:4]), int(row["post_since"][5:]), 1),
            }
            for p, row in zip(people, rows, strict=True)
            if p.in_register
        ],
    )
    write_all(
        session,
        PartyMember,
        [
            {
                "cadre_id": p.id,
                "unit_id": p.unit.id,
                "branch": f"{p.unit.name}党支部",
                "joined": row["party_joined"],
                "member_type": row["_type"],
                "education": row["full_time_education"],
            }
            for p, row in zip(people, rows, strict=True)
            if p.is_member and p.unit.kind in VILLAGES
        ],
    )
