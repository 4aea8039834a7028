"""Whole registers at once: cadres and party members from a file, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from training_app.accounts.api import list_units
from training_app.cadres import rules
from training_app.cadres.events import CadresStored, PartyMembersStored
from training_app.cadres.models import Cadre, PartyMember, PostHolding
from training_app.cadres.pinyin import pinyin_of
from training_app.cadres.services.values import (
    PLAIN_FIELDS,
    CadreValues,
    PartyMemberValues,
    store_id_number,
    store_phone,
)
from training_app.core import clock
from training_app.core.crypto import blind_index
from training_app.core.db import command, db
from training_app.core.events import publish

_MANY = 5_000


@dataclass(frozen=True)
class Stored:
    """What became of the rows of a file: their ids in the order of the rows, and how many were new or changed."""

    ids: tuple[int, ...]
    created: int
    updated: int
    unchanged: int


@command
def store_cadres(rows: Sequence[CadreValues], *, source: str) -> Stored:
    """Take in a register of cadres, each person known again by the citizen number.

    A person already on record gets the file's values; a party member of another file becomes a cadre of the
    register. The caller has judged the rows: nothing is refused here.
    """
    rows = [row.normalised() for row in rows]
    names = {unit.id: unit.name for unit in list_units()}
    known = _known([row.id_number for row in rows])
    now = clock.now()
    stored: list[Cadre] = []
    created = updated = 0
    for values in rows:
        index = blind_index(values.id_number, "id_number") if values.id_number else None
        cadre = known.get(index or "")
        is_new = cadre is None
        if cadre is None:
            cadre = Cadre(name=values.name, created_at=now, updated_at=now)
            db.session.add(cadre)
            if index:
                known[index] = cadre
        changed = _fill(cadre, values, names)
        if is_new:
            created += 1
        elif changed:
            cadre.updated_at = now
            updated += 1
        stored.append(cadre)
    db.session.flush()
    _open_posts(stored)
    done = Stored(tuple(c.id for c in stored), created, updated, len(rows) - created - updated)
    publish(CadresStored(created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


@command
def store_party_members(rows: Sequence[PartyMemberValues], *, source: str) -> Stored:
    """Take in a party register; members who are no cadres become person records outside the cadre register."""
    known = _known([rules.normalise_citizen_number(row.id_number) for row in rows])
    memberships = {m.cadre_id: m for m in db.session.execute(select(PartyMember)).scalars()}
    names = {unit.id: unit.name for unit in list_units()}
    now = clock.now()
    people: list[Cadre] = []
    is_new: list[bool] = []
    for values in rows:
        number = rules.normalise_citizen_number(values.id_number)
        index = blind_index(number, "id_number")
        cadre = known.get(index)
        is_new.append(cadre is None)
        if cadre is None:
            cadre = Cadre(
                name=values.name,
                pinyin=pinyin_of(values.name),
                in_register=False,
                sex=values.sex or rules.sex_of(number),
                ethnic_group=values.ethnic_group,
                birth_month=values.birth_month or rules.birth_month_of(number),
                unit_id=values.unit_id,
                unit_and_post=names.get(values.unit_id or 0, ""),
                party_joined=values.joined,
                political_status="中共预备党员" if "预备" in values.member_type else "中共党员",
                created_at=now,
                updated_at=now,
            )
            store_id_number(cadre, number)
            db.session.add(cadre)
            known[index] = cadre
        store_phone(cadre, rules.normalise_phone(values.phone))
        people.append(cadre)
    db.session.flush()
    created = updated = 0
    fresh = []
    for values, cadre, new in zip(rows, people, is_new, strict=True):
        held = memberships.get(cadre.id)
        what = {
            name: getattr(values, name) for name in ("unit_id", "branch", "joined", "member_type", "education", "note")
        }
        if held is None:
            fresh.append({"cadre_id": cadre.id, **what})
            created += new
            updated += not new
        elif any(getattr(held, name) != value for name, value in what.items()):
            for name, value in what.items():
                setattr(held, name, value)
            updated += 1
    if fresh:
        db.session.execute(insert(PartyMember), fresh)
    done = Stored(tuple(c.id for c in people), created, updated, len(rows) - created - updated)
    publish(PartyMembersStored(created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


def _known(numbers: Sequence[str]) -> dict[str, Cadre]:
    indexes = sorted({blind_index(number, "id_number") for number in numbers if number})
    known: dict[str, Cadre] = {}
    for start in range(0, len(indexes), _MANY):
        chosen = select(Cadre).where(Cadre.id_number_index.in_(indexes[start : start + _MANY]))
        known |= {c.id_number_index: c for c in db.session.execute(chosen).scalars() if c.id_number_index}
    return known


def _fill(cadre: Cadre, values: CadreValues, names: dict[int, str]) -> bool:
    """Give the record the file's values; whether anything changed."""
    wanted = {name: getattr(values, name) for name in PLAIN_FIELDS}
    wanted |= {
        "name": values.name,
        "pinyin": pinyin_of(values.name),
        "unit_id": values.unit_id,
        "in_register": values.in_register,
        "unit_and_post": values.unit_and_post or rules.full_post(names.get(values.unit_id or 0, ""), values.post_title),
    }
    before = (cadre.id_number_index, cadre.phone_index)
    store_id_number(cadre, values.id_number)
    store_phone(cadre, values.phone)
    changed = before != (cadre.id_number_index, cadre.phone_index)
    for name, value in wanted.items():
        if getattr(cadre, name) != value:
            setattr(cadre, name, value)
            changed = True
    return changed


def _open_posts(cadres: Sequence[Cadre]) -> None:
    """Give everybody a line of post history for the post held now; a post that changed closes the one before."""
    present: dict[int, PostHolding] = {}
    ids = sorted({c.id for c in cadres})
    for start in range(0, len(ids), _MANY):
        chosen = select(PostHolding).where(
            PostHolding.cadre_id.in_(ids[start : start + _MANY]), PostHolding.until.is_(None)
        )
        present |= {h.cadre_id: h for h in db.session.execute(chosen).scalars()}
    fresh: dict[int, dict[str, object]] = {}
    for cadre in cadres:
        held = present.get(cadre.id)
        post = (cadre.unit_id, cadre.post_title, cadre.post_level, cadre.rank)
        if held is not None and post == (held.unit_id, held.post_title, held.post_level, held.rank):
            continue
        since = _first_day(cadre.post_since)
        if held is not None and held.since >= since:
            held.unit_id, held.post_title, held.post_level, held.rank = post
            continue
        if held is not None:
            held.until = since
        fresh[cadre.id] = {
            "cadre_id": cadre.id,
            "unit_id": cadre.unit_id,
            "post_title": cadre.post_title,
            "post_level": cadre.post_level,
            "rank": cadre.rank,
            "since": since,
            "until": None,
        }
    if fresh:
        db.session.execute(insert(PostHolding), list(fresh.values()))


def _first_day(month: str) -> date:
    if not month:
        return clock.today()
    year, number = map(int, month.split("-"))
    return date(year, number, 1)
