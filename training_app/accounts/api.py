"""The front door of accounts: units and their names, accounts, devices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from training_app.accounts.models import Account, RoleGrant, Unit, UnitAlias
from training_app.accounts.phone_story import PhoneStory, phone_story
from training_app.accounts.services.acting import act_as_account
from training_app.accounts.services.devices import (
    DeviceInfo,
    FirstSeen,
    find_device,
    hash_of,
    list_devices_of,
    new_key,
    remember_device,
    remember_devices,
)
from training_app.accounts.services.passwords import hash_password
from training_app.accounts.services.people import create_account
from training_app.accounts.services.phones import release_phone
from training_app.accounts.services.sessions import SIGNED_IN, found_of, open_session, rights_of
from training_app.accounts.services.units import add_unit_alias, store_unit
from training_app.accounts.unit_finder import Found, Named, UnitFinder, load_unit_finder
from training_app.accounts.unit_names import UnitMatch, UnitNames
from training_app.core.db import db
from training_app.core.errors import NotFound

__all__ = [
    "SIGNED_IN",
    "AccountInfo",
    "DeviceInfo",
    "FirstSeen",
    "Found",
    "Named",
    "PhoneStory",
    "UnitFinder",
    "UnitInfo",
    "UnitMatch",
    "UnitNames",
    "act_as_account",
    "add_unit_alias",
    "create_account",
    "find_account_by_username",
    "find_device",
    "find_unit_by_code",
    "found_of",
    "get_account",
    "get_unit",
    "hash_of",
    "hash_password",
    "list_accounts",
    "list_devices_of",
    "list_root_units",
    "list_units",
    "load_unit_finder",
    "load_unit_names",
    "new_key",
    "open_session",
    "phone_story",
    "release_phone",
    "remember_device",
    "remember_devices",
    "rights_of",
    "store_unit",
    "top_unit",
    "unit_ids_within",
]


@dataclass(frozen=True)
class UnitInfo:
    """A unit as others see it; ``path`` holds the ids from the root down, as /1/13/115/."""

    id: int
    code: str
    name: str
    short_name: str
    parent_id: int | None
    path: str
    kind: str
    grade: str
    chiefs_approved: int = 0
    deputies_approved: int = 0


@dataclass(frozen=True)
class AccountInfo:
    """An account as others see it."""

    id: int
    username: str
    display_name: str
    position: str
    unit_id: int | None
    family: str
    disabled: bool
    roles: tuple[str, ...]


def get_unit(unit_id: int) -> UnitInfo:
    """The unit.

    Raises:
        NotFound: there is none with this id.
    """
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return _unit(unit)


def find_unit_by_code(code: str) -> UnitInfo | None:
    """The unit with this code."""
    unit = db.session.scalar(select(Unit).where(Unit.code == code))
    return _unit(unit) if unit else None


def list_units() -> list[UnitInfo]:
    """All units, by code."""
    return [_unit(u) for u in db.session.scalars(select(Unit).order_by(Unit.code))]


def list_root_units() -> list[UnitInfo]:
    """The units without one above: in a county's tree the county itself."""
    return [_unit(u) for u in db.session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.code))]


def unit_ids_within(path: str) -> list[int]:
    """The unit with this path and all below it; none for an empty path."""
    if not path:
        return []
    return list(db.session.scalars(select(Unit.id).where(Unit.path.startswith(path, autoescape=True))))


def top_unit(unit_id: int) -> UnitInfo:
    """The department, township or institution a unit belongs to: the root's child above it, or the unit itself."""
    unit = get_unit(unit_id)
    ids = [int(part) for part in unit.path.split("/") if part]
    return unit if len(ids) < 3 else get_unit(ids[1])


def load_unit_names() -> UnitNames:
    """All names and aliases, ready to find units in untidy text."""
    units = list_units()
    aliases: dict[int, list[str]] = {}
    for unit_id, alias in db.session.execute(select(UnitAlias.unit_id, UnitAlias.alias)):
        aliases.setdefault(unit_id, []).append(alias)
    return UnitNames((u.id, (u.name, u.short_name, *aliases.get(u.id, ()))) for u in units)


def get_account(account_id: int) -> AccountInfo:
    """The account.

    Raises:
        NotFound: there is none with this id.
    """
    found = list_accounts([account_id])
    if not found:
        raise NotFound
    return found[0]


def find_account_by_username(username: str) -> AccountInfo | None:
    """The account that signs in under this name."""
    account_id = db.session.scalar(select(Account.id).where(Account.username == username.strip().lower()))
    return get_account(account_id) if account_id else None


def list_accounts(ids: Collection[int] | None = None, *, roles: Iterable[str] = ()) -> list[AccountInfo]:
    """Accounts by display name: those with these ids, or holding one of these roles, or all."""
    query = select(Account).order_by(Account.display_name, Account.id)
    if ids is not None:
        query = query.where(Account.id.in_(ids))
    if roles:
        query = query.where(Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.role.in_(tuple(roles)))))
    accounts = list(db.session.scalars(query))
    granted: dict[int, list[str]] = {}
    grants = select(RoleGrant.account_id, RoleGrant.role).order_by(RoleGrant.role)
    if len(accounts) < 500:
        grants = grants.where(RoleGrant.account_id.in_([a.id for a in accounts]))
    for account_id, role in db.session.execute(grants):
        granted.setdefault(account_id, []).append(role)
    return [
        AccountInfo(
            a.id,
            a.username,
            a.display_name,
            a.position,
            a.unit_id,
            a.family,
            a.disabled_at is not None,
            tuple(granted.get(a.id, ())),
        )
        for a in accounts
    ]


def _unit(unit: Unit) -> UnitInfo:
    return UnitInfo(
        unit.id,
        unit.code,
        unit.name,
        unit.short_name,
        unit.parent_id,
        unit.path,
        unit.kind,
        unit.grade,
        unit.chiefs_approved,
        unit.deputies_approved,
    )
