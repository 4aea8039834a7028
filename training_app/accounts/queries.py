"""What the administration screens read: units and accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from training_app.accounts.models import Account, AccountSession, RoleGrant, Unit, UnitAlias
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.core.permissions import Permission

UNIT_SORTABLE = ("code", "name", "kind", "staff")
UNIT_FILTERS = ("kind", "grade")
ACCOUNT_SORTABLE = ("username", "name", "unit", "last_sign_in")
ACCOUNT_FILTERS = ("role", "family", "state")


@dataclass(frozen=True)
class UnitRow:
    """A unit with its approved numbers."""

    id: int
    code: str
    name: str
    short_name: str
    parent_id: int | None
    path: str
    kind: str
    grade: str
    admin_staff: int
    institution_staff: int
    chiefs_approved: int
    deputies_approved: int
    note: str

    @property
    def depth(self) -> int:
        """How far below the root it lies."""
        return max(self.path.count("/") - 2, 0)


@dataclass(frozen=True)
class AccountRow:
    """An account as the administrators see it."""

    id: int
    username: str
    display_name: str
    position: str
    family: str
    unit_id: int | None
    unit_name: str
    roles: tuple[str, ...]
    state: str
    last_sign_in_at: datetime | None
    created_at: datetime
    is_demo: bool


@dataclass(frozen=True)
class Grant:
    """A role an account holds, since when and from whom."""

    role: str
    granted_at: datetime
    granted_by: str


_UNIT = [getattr(Unit, name) for name in UnitRow.__dataclass_fields__]


def page_of_units(query: ListQuery, actor: Actor, permission: Permission, *, everything: bool = False) -> Page[UnitRow]:
    """The units the actor may see; ``everything`` leaves the paging out, for an export."""
    conditions = unit_scope(actor, permission)
    for term in query.q.split():
        aliases = select(UnitAlias.unit_id).where(UnitAlias.alias.contains(term, autoescape=True))
        columns = (Unit.name, Unit.short_name, Unit.code)
        conditions.append(or_(Unit.id.in_(aliases), *(c.contains(term, autoescape=True) for c in columns)))
    for name in UNIT_FILTERS:
        if query.wants(name):
            conditions.append(getattr(Unit, name) == query.wants(name))
    keys: dict[str, Any] = {
        "code": Unit.code,
        "name": Unit.name,
        "kind": Unit.kind,
        "staff": Unit.admin_staff + Unit.institution_staff,
    }
    key = keys.get(query.sort, Unit.code)
    total = db.session.execute(select(func.count()).select_from(Unit).where(*conditions)).scalar_one()
    chosen = select(*_UNIT).where(*conditions).order_by(key.desc() if query.descending else key, Unit.code)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([UnitRow(*row) for row in db.session.execute(chosen)], total, query)


def get_unit_row(unit_id: int, actor: Actor, permission: Permission) -> UnitRow:
    """A unit the actor may see.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    row = db.session.execute(select(*_UNIT).where(Unit.id == unit_id, *unit_scope(actor, permission))).first()
    if row is None:
        raise NotFound
    return UnitRow(*row)


def units_above(unit: UnitRow) -> list[UnitRow]:
    """The units from the root down to, but without, this one."""
    ids = [int(part) for part in unit.path.split("/") if part][:-1]
    rows = [UnitRow(*row) for row in db.session.execute(select(*_UNIT).where(Unit.id.in_(ids)))]
    return sorted(rows, key=lambda row: ids.index(row.id))


def units_below(unit_id: int) -> list[UnitRow]:
    """The units directly below one."""
    return [
        UnitRow(*row) for row in db.session.execute(select(*_UNIT).where(Unit.parent_id == unit_id).order_by(Unit.code))
    ]


def aliases_of(unit_id: int) -> list[str]:
    """The other names a unit is known by."""
    return list(
        db.session.execute(select(UnitAlias.alias).where(UnitAlias.unit_id == unit_id).order_by(UnitAlias.id)).scalars()
    )


def unit_values(column: str) -> list[str]:
    """The kinds or grades that occur."""
    chosen = select(getattr(Unit, column), func.min(Unit.code)).group_by(getattr(Unit, column))
    return [value for value, _code in sorted(db.session.execute(chosen), key=lambda pair: pair[1]) if value]


def unit_scope(actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    """The condition that leaves only the units the actor may see; none when that is all of them."""
    reach = permission.reach_of(actor)
    if actor.is_system or "all" in reach:
        return []
    return [Unit.path.startswith(actor.unit_path or "-", autoescape=True)]


def page_of_accounts(query: ListQuery, *, everything: bool = False) -> Page[AccountRow]:
    """The accounts as one asked for them; ``everything`` leaves the paging out, for an export."""
    conditions = _account_conditions(query)
    keys: dict[str, Any] = {
        "username": Account.username,
        "name": Account.display_name,
        "unit": Unit.name,
        "last_sign_in": Account.last_sign_in_at,
    }
    key = keys.get(query.sort, Account.username)
    counted = select(func.count()).select_from(Account).outerjoin(Unit, Unit.id == Account.unit_id)
    total = db.session.execute(counted.where(*conditions)).scalar_one()
    chosen = select(Account, Unit.name).outerjoin(Unit, Unit.id == Account.unit_id).where(*conditions)
    chosen = chosen.order_by(key.desc().nulls_last() if query.descending else key.asc().nulls_last(), Account.id)
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page(_accounts(chosen), total, query)


def get_account_row(account_id: int) -> AccountRow:
    """One account.

    Raises:
        NotFound: there is none.
    """
    chosen = select(Account, Unit.name).outerjoin(Unit, Unit.id == Account.unit_id).where(Account.id == account_id)
    found = _accounts(chosen)
    if not found:
        raise NotFound
    return found[0]


def grants_of(account_id: int) -> list[Grant]:
    """The roles an account holds."""
    giver = select(Account.id, Account.display_name).subquery()
    chosen = (
        select(RoleGrant.role, RoleGrant.granted_at, giver.c.display_name)
        .outerjoin(giver, giver.c.id == RoleGrant.granted_by_id)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.granted_at)
    )
    return [Grant(role, at, name or "") for role, at, name in db.session.execute(chosen)]


def count_sessions(account_id: int) -> int:
    """In how many browsers an account is signed in."""
    chosen = select(func.count()).select_from(AccountSession)
    live = chosen.where(AccountSession.account_id == account_id, AccountSession.expires_at > clock.now())
    return int(db.session.execute(live).scalar_one())


def counts_of_accounts() -> dict[str, int]:
    """How many accounts there are of each family, and how many are disabled."""
    counts = dict(db.session.execute(select(Account.family, func.count()).group_by(Account.family)).all())
    disabled = select(func.count()).select_from(Account).where(Account.disabled_at.is_not(None))
    return {**counts, "disabled": db.session.execute(disabled).scalar_one()}


def _account_conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for term in query.q.split():
        columns = (Account.username, Account.display_name, Account.position, Unit.name)
        conditions.append(or_(*(c.icontains(term, autoescape=True) for c in columns)))
    if query.wants("role"):
        conditions.append(Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.role == query.wants("role"))))
    if query.wants("family"):
        conditions.append(Account.family == query.wants("family"))
    enabled, locked = Account.disabled_at.is_(None), Account.locked_until > clock.now()
    states = {
        "disabled": Account.disabled_at.is_not(None),
        "locked": and_(enabled, locked),
        "first": and_(enabled, Account.must_change_password),
        "active": enabled,
    }
    if query.wants("state") in states:
        conditions.append(states[query.wants("state")])
    return conditions


def _accounts(chosen: Any) -> list[AccountRow]:
    rows = db.session.execute(chosen).all()
    roles: dict[int, list[str]] = {}
    grants = select(RoleGrant.account_id, RoleGrant.role).order_by(RoleGrant.id)
    if len(rows) <= 500:
        grants = grants.where(RoleGrant.account_id.in_([account.id for account, _name in rows]))
    for account_id, role in db.session.execute(grants):
        roles.setdefault(account_id, []).append(role)
    return [
        AccountRow(
            a.id,
            a.username,
            a.display_name,
            a.position,
            a.family,
            a.unit_id,
            name or "",
            tuple(roles.get(a.id, ())),
            _state(a),
            a.last_sign_in_at,
            a.created_at,
            a.is_demo,
        )
        for a, name in rows
    ]


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "disabled"
    if account.locked_until is not None and account.locked_until > clock.now():
        return "locked"
    return "first" if account.must_change_password else "active"
