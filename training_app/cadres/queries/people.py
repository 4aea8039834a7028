"""Who there is, and who may see whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, case, false, func, or_, select, true
from sqlalchemy.engine import Row

from training_app.accounts.api import list_units, unit_ids_within
from training_app.cadres import rules
from training_app.cadres.models import Cadre, PartyMember
from training_app.cadres.permissions import CADRES
from training_app.core.actor import Actor
from training_app.core.crypto import blind_index
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.core.permissions import Permission

_MANY = 10_000  # ids in one IN list; SQLite takes 32,766 variables


@dataclass(frozen=True)
class CadreInfo:
    """A person as other features need to know them."""

    id: int
    account_id: int | None
    name: str
    pinyin: str
    sex: str
    birth_month: str
    unit_id: int | None
    unit_name: str
    unit_and_post: str
    post_title: str
    post_level: str
    rank: str
    category: str
    political_status: str
    in_register: bool


@dataclass(frozen=True)
class CadreRef:
    """What an import matches a line of a list against."""

    id: int
    name: str
    unit_id: int | None
    phone_index: str | None
    id_number_index: str | None
    in_register: bool
    is_party_member: bool


_INFO = (
    Cadre.id,
    Cadre.account_id,
    Cadre.name,
    Cadre.pinyin,
    Cadre.sex,
    Cadre.birth_month,
    Cadre.unit_id,
    Cadre.unit_and_post,
    Cadre.post_title,
    Cadre.post_level,
    Cadre.rank,
    Cadre.category,
    Cadre.political_status,
    Cadre.in_register,
)
SORTABLE = ("name", "unit", "post_level", "birth_month", "category")
FILTERS = ("category", "post_level", "unit", "political_status", "people")


def get_cadre(cadre_id: int) -> CadreInfo:
    """One person.

    Raises:
        NotFound: there is none.
    """
    return _one(Cadre.id == cadre_id) or _none()


def find_cadre_by_account(account_id: int) -> CadreInfo | None:
    """The person who signs in under this account."""
    return _one(Cadre.account_id == account_id)


def find_cadre_by_id_number(text: str) -> CadreInfo | None:
    """The person with this citizen number, however it is typed."""
    number = rules.normalise_citizen_number(text)
    return _one(Cadre.id_number_index == blind_index(number, "id_number")) if number else None


def list_cadres(ids: Iterable[int]) -> list[CadreInfo]:
    """These people, in the order of their ids; unknown ids are left out."""
    wanted = sorted(set(ids))
    found: list[CadreInfo] = []
    for start in range(0, len(wanted), _MANY):
        found += _infos(select(*_INFO).where(Cadre.id.in_(wanted[start : start + _MANY])).order_by(Cadre.id))
    return found


def cadre_ids_visible_to(actor: Actor, permission: Permission = CADRES["view"]) -> frozenset[int] | None:
    """Whose files the person may see, or do this with; None means everybody's."""
    condition = scope_of(actor, permission)
    if condition is None:
        return None
    return frozenset(db.session.execute(select(Cadre.id).where(condition)).scalars())


def get_cadre_visible_to(actor: Actor, cadre_id: int, permission: Permission = CADRES["view"]) -> CadreInfo:
    """One person, if the actor may do this with the person's file.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    condition = scope_of(actor, permission)
    return _one((Cadre.id == cadre_id) & (true() if condition is None else condition)) or _none()


def search_cadres(text: str, limit: int = 20, unit_path: str = "") -> list[CadreInfo]:
    """People by name, pinyin, unit and post, citizen number or phone; within a unit and those below it."""
    chosen = select(*_INFO).where(*search_conditions(text))
    if unit_path:
        chosen = chosen.where(Cadre.unit_id.in_(unit_ids_within(unit_path)))
    return _infos(
        chosen.order_by(Cadre.in_register.desc(), func.length(Cadre.name), Cadre.pinyin, Cadre.id).limit(limit)
    )


def list_refs() -> list[CadreRef]:
    """Everybody, for matching a whole file against."""
    chosen = (
        select(
            Cadre.id,
            Cadre.name,
            Cadre.unit_id,
            Cadre.phone_index,
            Cadre.id_number_index,
            Cadre.in_register,
            PartyMember.cadre_id.is_not(None),
        )
        .join(PartyMember, PartyMember.cadre_id == Cadre.id, isouter=True)
        .order_by(Cadre.id)
    )
    return [CadreRef(*row) for row in db.session.execute(chosen)]


def page_of_cadres(
    query: ListQuery, actor: Actor, *, everything: bool = False, permission: Permission = CADRES["view"]
) -> Page[CadreInfo]:
    """The list of people as one asked for it; ``everything`` leaves the paging out, for an export."""
    conditions = _conditions(query, actor, permission)
    total = db.session.execute(select(func.count()).select_from(Cadre).where(*conditions)).scalar_one()
    chosen = select(*_INFO).where(*conditions).order_by(*_order(query))
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page(_infos(chosen), total, query)


def list_visible_to(actor: Actor, ids: Iterable[int], permission: Permission = CADRES["view"]) -> list[CadreInfo]:
    """Those of these people with whose files the actor may do this."""
    visible = cadre_ids_visible_to(actor, permission)
    return list_cadres(ids if visible is None else visible.intersection(ids))


def count_visible_to(actor: Actor) -> int:
    """How many people of the register the actor may see."""
    condition = scope_of(actor)
    chosen = select(func.count()).select_from(Cadre).where(Cadre.in_register)
    return int(db.session.execute(chosen if condition is None else chosen.where(condition)).scalar_one())


def values_in_use(actor: Actor) -> dict[str, list[str]]:
    """The categories, levels and political statuses that occur, for the filters."""
    condition = scope_of(actor)
    shown = true() if condition is None else condition
    orders = {
        "category": rules.CATEGORIES,
        "post_level": rules.POST_LEVELS,
        "political_status": rules.POLITICAL_STATUSES,
    }
    found: dict[str, list[str]] = {}
    for name, order in orders.items():
        column = getattr(Cadre, name)
        values = db.session.execute(select(column).where(Cadre.in_register, column != "", shown).distinct()).scalars()
        found[name] = sorted(values, key=lambda v: (order.index(v) if v in order else len(order), v))
    groups = [g for g in rules.POST_LEVEL_GROUPS if sum(v.startswith(g) for v in found["post_level"]) > 1]
    found["post_level"] = groups + found["post_level"]
    return found


def scope_of(actor: Actor, permission: Permission = CADRES["view"]) -> ColumnElement[bool] | None:
    """The condition that leaves only the people the actor may do this with; None when that is everybody."""
    reach = permission.reach_of(actor)
    if actor.is_system or "all" in reach:
        return None
    parts: list[ColumnElement[bool]] = [false()]
    if "unit" in reach and actor.unit_path:
        parts.append(Cadre.unit_id.in_(unit_ids_within(actor.unit_path)))
    if "own" in reach and actor.account_id is not None:
        parts.append(Cadre.account_id == actor.account_id)
    return or_(*parts)


def search_conditions(text: str) -> list[ColumnElement[bool]]:
    """One condition per word of a search; all of them must hold."""
    return [_matches(term) for term in rules.search_terms(text)]


def _matches(term: str) -> ColumnElement[bool]:
    number = rules.normalise_citizen_number(term)
    if len(number) == 18 and number[:17].isdigit():
        return Cadre.id_number_index == blind_index(number, "id_number")
    if rules.is_phone(term):
        return Cadre.phone_index == blind_index(rules.normalise_phone(term), "phone")
    if term.isascii() and term.isalpha():
        # A word of the spelling begins with it; the middle of a syllable is not what anybody types.
        return or_(Cadre.pinyin.startswith(term), Cadre.pinyin.contains(" " + term))
    return or_(Cadre.name.contains(term, autoescape=True), Cadre.unit_and_post.contains(term, autoescape=True))


def _conditions(query: ListQuery, actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    conditions = search_conditions(query.q)
    scope = scope_of(actor, permission)
    if scope is not None:
        conditions.append(scope)
    people = query.wants("people")
    if people == "members":
        conditions.append(Cadre.id.in_(select(PartyMember.cadre_id)))
    elif people != "all":
        conditions.append(Cadre.in_register.is_(True))
    for name in ("category", "political_status"):
        if query.wants(name):
            conditions.append(getattr(Cadre, name) == query.wants(name))
    level = query.wants("post_level")
    if level in rules.POST_LEVEL_GROUPS:
        conditions.append(Cadre.post_level.startswith(level))
    elif level:
        conditions.append(Cadre.post_level == level)
    unit = next((u for u in list_units() if str(u.id) == query.wants("unit")), None)
    if unit is not None:
        conditions.append(Cadre.unit_id.in_(unit_ids_within(unit.path)))
    elif query.wants("unit"):
        conditions.append(false())
    return conditions


def _order(query: ListQuery) -> list[ColumnElement[Any]]:
    level = case(
        {name: at for at, name in enumerate(rules.POST_LEVELS)}, value=Cadre.post_level, else_=len(rules.POST_LEVELS)
    )
    units = {unit.id: at for at, unit in enumerate(list_units())}
    keys: dict[str, list[Any]] = {
        "name": [Cadre.pinyin],
        "unit": [case(units, value=Cadre.unit_id, else_=len(units)) if units else Cadre.unit_id, level, Cadre.pinyin],
        "post_level": [level, Cadre.pinyin],
        "birth_month": [Cadre.birth_month, Cadre.pinyin],
        "category": [Cadre.category, Cadre.pinyin],
    }
    first, *rest = keys.get(query.sort, keys["unit"])
    return [first.desc() if query.descending else first, *rest, Cadre.id]


def _one(condition: ColumnElement[bool]) -> CadreInfo | None:
    return next(iter(_infos(select(*_INFO).where(condition))), None)


def _infos(chosen: Executable) -> list[CadreInfo]:
    rows = db.session.execute(chosen).all()
    names = {unit.id: unit.name for unit in list_units()} if rows else {}
    return [_info(row, names) for row in rows]


def _info(row: Row[Any], names: dict[int, str]) -> CadreInfo:
    values = row._asdict()
    return CadreInfo(unit_name=names.get(values["unit_id"], ""), **values)


def _none() -> CadreInfo:
    raise NotFound


def count_by_unit(unit_ids: Collection[int]) -> dict[int, int]:
    """How many people of the register each unit has."""
    chosen = select(Cadre.unit_id, func.count()).where(Cadre.in_register, Cadre.unit_id.in_(unit_ids))
    return {
        unit_id: count for unit_id, count in db.session.execute(chosen.group_by(Cadre.unit_id)) if unit_id is not None
    }
