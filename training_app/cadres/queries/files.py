"""One person's file: particulars, posts over time, party membership."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from training_app.accounts.api import list_units
from training_app.cadres import rules
from training_app.cadres.models import Cadre, PartyMember, PostHolding
from training_app.core.db import db
from training_app.core.errors import NotFound

_AT_ONCE = 5_000  # ids in one IN list; SQLite takes 32,766 variables


@dataclass(frozen=True)
class Post:
    """A post a person holds or held."""

    unit_id: int | None
    unit_name: str
    post_title: str
    post_level: str
    rank: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Membership:
    """A person's membership of the party."""

    unit_name: str
    branch: str
    joined: str
    member_type: str
    education: str
    note: str


@dataclass(frozen=True)
class CadreFile:
    """What the file says of a person; number and phone masked."""

    id: int
    account_id: int | None
    in_register: bool
    name: str
    sex: str
    ethnic_group: str
    native_place: str
    birth_month: str
    id_number_masked: str
    phone_masked: str
    political_status: str
    party_joined: str
    work_started: str
    full_time_education: str
    degree: str
    in_service_education: str
    school_and_major: str
    unit_id: int | None
    post_title: str
    unit_and_post: str
    post_level: str
    rank: str
    post_since: str
    rank_since: str
    category: str
    note: str


def get_file(cadre_id: int) -> CadreFile:
    """The particulars of a person.

    Raises:
        NotFound: there is no such person.
    """
    columns = [getattr(Cadre, name) for name in CadreFile.__dataclass_fields__]
    found = db.session.execute(select(*columns).where(Cadre.id == cadre_id)).first()
    if found is None:
        raise NotFound
    return CadreFile(*found)


def list_files(cadre_ids: Collection[int]) -> dict[int, CadreFile]:
    """The particulars of several people, by id."""
    columns = [getattr(Cadre, name) for name in CadreFile.__dataclass_fields__]
    wanted = sorted(set(cadre_ids))
    found: dict[int, CadreFile] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = select(*columns).where(Cadre.id.in_(wanted[start : start + _AT_ONCE]))
        found |= {row.id: CadreFile(*row) for row in db.session.execute(chosen)}
    return found


def posts_of(cadre_id: int) -> list[Post]:
    """The posts of a person, the present one first."""
    names = {unit.id: unit.name for unit in list_units()}
    chosen = select(PostHolding).where(PostHolding.cadre_id == cadre_id)
    held = db.session.execute(chosen.order_by(PostHolding.since.desc(), PostHolding.id.desc())).scalars()
    return [
        Post(h.unit_id, names.get(h.unit_id or 0, ""), h.post_title, h.post_level, h.rank, h.since, h.until)
        for h in held
    ]


def find_membership(cadre_id: int) -> Membership | None:
    """The party membership of a person, if there is one on record."""
    held = db.session.get(PartyMember, cadre_id)
    if held is None:
        return None
    names = {unit.id: unit.name for unit in list_units()}
    return Membership(
        names.get(held.unit_id or 0, ""), held.branch, held.joined, held.member_type, held.education, held.note
    )


def doubts_of(file: CadreFile) -> list[tuple[str, str]]:
    """What of the file should be compared with the personnel archive: (field, sentence)."""
    dates = rules.Dates(file.birth_month, file.party_joined, file.work_started, file.post_since, file.rank_since)
    return [(name, rules.DOUBTS[code]) for name, code in rules.doubts_about(dates)]
