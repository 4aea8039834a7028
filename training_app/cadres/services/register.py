"""Whole registers at once: cadres and party members from a file, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from training_app.accounts.api import list_units
from training_app.cadres import rules
from training_app.cadres.events import CadresStored, PartyMembersStored
from training_app.cadres.models import PartyMember, PostHolding
from training_app.cadres.pinyin import pinyin_of
from training_app.cadres.services.bulk import People, lots, rewrite
from training_app.cadres.services.values import (
    PLAIN_FIELDS,
    CadreValues,
    PartyMemberValues,
    sealed_number,
    sealed_phone,
)
from training_app.core import clock
from training_app.core.crypto import blind_index
from training_app.core.db import command, db, insert_many, table_of
from training_app.core.events import publish

_POST = ("unit_id", "post_title", "post_level", "rank")


@dataclass(frozen=True)
class Stored:
    """What became of the rows of a file: their ids in the order of the rows, and how many were new or changed.

    ``made``: the ids of new records; ``lost``: what changed records held before. ``memberships``: the same of party
    memberships, where that is what the file is about.
    """

    ids: tuple[int, ...]
    created: int
    updated: int
    unchanged: int
    made: frozenset[int] = frozenset()
    lost: Mapping[int, Mapping[str, Any]] | None = None
    memberships: Stored | None = None


@command
def store_cadres(rows: Sequence[CadreValues], *, source: str) -> Stored:
    """Take in a register of cadres, each person known again by the citizen number.

    A person already on record gets the file's values; a party member of another file becomes a cadre of the
    register. The caller has judged the rows: nothing is refused here.
    """
    rows = [row.normalised() for row in rows]
    names = {unit.id: unit.name for unit in list_units()}
    indexes = [blind_index(row.id_number, "id_number") if row.id_number else "" for row in rows]
    people = People(indexes, clock.now())
    records: list[dict[str, Any]] = []
    created = updated = 0
    for values, index in zip(rows, indexes, strict=True):
        wanted = _wanted(values, names)
        record = people.find(index)
        if record is None:
            record = people.add(index, wanted | sealed_number(values.id_number, index) | sealed_phone(values.phone))
            created += 1
        else:
            updated += people.change(record, wanted | sealed_phone(values.phone, record))
        records.append(record)
    people.write()
    _open_posts(records)
    ids = tuple(record["id"] for record in records)
    done = Stored(ids, created, updated, len(rows) - created - updated, people.made, people.lost())
    publish(CadresStored(created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


@command
def store_party_members(rows: Sequence[PartyMemberValues], *, source: str) -> Stored:
    """Take in a party register; members who are no cadres become person records outside the cadre register."""
    numbers = [rules.normalise_citizen_number(row.id_number) for row in rows]
    indexes = [blind_index(number, "id_number") for number in numbers]
    names = {unit.id: unit.name for unit in list_units()}
    people = People(indexes, clock.now())
    records: list[dict[str, Any]] = []
    is_new: list[bool] = []
    for values, number, index in zip(rows, numbers, indexes, strict=True):
        phone = rules.normalise_phone(values.phone)
        record = people.find(index)
        is_new.append(record is None)
        if record is None:
            record = people.add(
                index, _member(values, number, names) | sealed_number(number, index) | sealed_phone(phone)
            )
        else:
            people.change(record, sealed_phone(phone, record), touch=False)
        records.append(record)
    people.write()
    ids = tuple(record["id"] for record in records)
    held = _store_memberships(rows, ids, is_new)
    done = Stored(ids, held.created, held.updated, held.unchanged, people.made, people.lost(), held)
    publish(PartyMembersStored(created=done.created, updated=done.updated, unchanged=done.unchanged, source=source))
    return done


def _store_memberships(rows: Sequence[PartyMemberValues], ids: tuple[int, ...], is_new: Sequence[bool]) -> Stored:
    table = table_of(PartyMember)
    held: dict[int, Mapping[str, Any]] = {}
    for lot in lots(sorted(set(ids))):
        chosen = select(table).where(table.c.cadre_id.in_(lot))
        held |= {row["cadre_id"]: dict(row) for row in db.session.execute(chosen).mappings()}
    created = updated = 0
    fresh: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Any]] = {}
    for values, cadre_id, new in zip(rows, ids, is_new, strict=True):
        what = {
            name: getattr(values, name) for name in ("unit_id", "branch", "joined", "member_type", "education", "note")
        }
        old = held.get(cadre_id)
        if old is None:
            fresh.append({"cadre_id": cadre_id, **what})
            created += new
            updated += not new
        elif any(old[name] != value for name, value in what.items()):
            changed[cadre_id] = what
            updated += 1
    rewrite(PartyMember, "cadre_id", changed)
    if fresh:
        db.session.execute(insert(PartyMember), fresh)
    lost = {key: {n: held[key][n] for n, v in what.items() if held[key][n] != v} for key, what in changed.items()}
    made = frozenset(row["cadre_id"] for row in fresh)
    return Stored(ids, created, updated, len(rows) - created - updated, made, lost)


def _member(values: PartyMemberValues, number: str, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "name": values.name,
        "pinyin": pinyin_of(values.name),
        "in_register": False,
        "sex": values.sex or rules.sex_of(number),
        "ethnic_group": values.ethnic_group,
        "birth_month": values.birth_month or rules.birth_month_of(number),
        "unit_id": values.unit_id,
        "unit_and_post": names.get(values.unit_id or 0, ""),
        "party_joined": values.joined,
        "political_status": "中共预备党员" if "预备" in values.member_type else "中共党员",
    }


def _wanted(values: CadreValues, names: Mapping[int, str]) -> dict[str, Any]:
    """What the file says of a person, column by column."""
    wanted: dict[str, Any] = {name: getattr(values, name) for name in PLAIN_FIELDS}
    post = values.unit_and_post or rules.full_post(names.get(values.unit_id or 0, ""), values.post_title)
    return wanted | {
        "name": values.name,
        "pinyin": pinyin_of(values.name),
        "unit_id": values.unit_id,
        "in_register": values.in_register,
        "unit_and_post": post,
    }


def _open_posts(records: Sequence[Mapping[str, Any]]) -> None:
    """Give everybody a line of post history for the post held now; a post that changed closes the one before."""
    table = table_of(PostHolding)
    present: dict[int, Mapping[str, Any]] = {}
    for lot in lots(sorted({record["id"] for record in records})):
        chosen = select(table).where(table.c.cadre_id.in_(lot), table.c.until.is_(None))
        present |= {row["cadre_id"]: row for row in db.session.execute(chosen).mappings()}
    fresh: dict[int, dict[str, Any]] = {}
    changed: dict[int, dict[str, Any]] = {}
    closed: dict[int, dict[str, Any]] = {}
    for record in records:
        held = present.get(record["id"])
        post = {name: record[name] for name in _POST}
        if held is not None and all(held[name] == value for name, value in post.items()):
            continue
        since = _first_day(record["post_since"])
        if held is not None and held["since"] >= since:
            changed[held["id"]] = post
            continue
        if held is not None:
            closed[held["id"]] = {"until": since}
        fresh[record["id"]] = {"cadre_id": record["id"], **post, "since": since, "until": None}
    rewrite(PostHolding, "id", changed)
    rewrite(PostHolding, "id", closed)
    insert_many(PostHolding, list(fresh.values()))


def _first_day(month: str) -> date:
    if not month:
        return clock.today()
    year, number = map(int, month.split("-"))
    return date(year, number, 1)
