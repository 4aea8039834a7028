"""Browsers recognised by their own long-lived cookie: evidence for check-in, never a gate."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from training_app.accounts.models import Device
from training_app.core import clock, crypto
from training_app.core.db import command, db, execute_many, table_of

DEVICE_LIFE = timedelta(days=400)  # of the cookie


def _remember(dialect: Any) -> Any:
    device = table_of(Device)
    made = dialect.insert(device).inline()
    return made.on_conflict_do_update(
        index_elements=["key_hash"],
        set_={name: made.excluded[name] for name in ("account_id", "bound_at", "browser")},
        where=device.c.account_id.is_(None),  # one that was let go may be bound anew; a bound one keeps its owner
    )


_REMEMBER = {"sqlite": _remember(sqlite), "postgresql": _remember(postgresql)}


@dataclass(frozen=True)
class DeviceInfo:
    """A known browser."""

    key_hash: str
    account_id: int | None
    bound_at: datetime | None


def new_key() -> str:
    """The value of a new device cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """What is stored of a device cookie; '' for none."""
    return crypto.digest(key) if key else ""


def find_device(key_hash: str) -> DeviceInfo | None:
    """The device with this key, if it has been seen."""
    row = db.session.execute(
        select(Device.key_hash, Device.account_id, Device.bound_at).where(Device.key_hash == key_hash)
    ).first()
    return DeviceInfo(row.key_hash, row.account_id, row.bound_at) if row else None


def list_devices_of(account_id: int) -> list[DeviceInfo]:
    """The browsers bound to an account."""
    rows = db.session.execute(
        select(Device.key_hash, Device.account_id, Device.bound_at).where(Device.account_id == account_id)
    )
    return [DeviceInfo(r.key_hash, r.account_id, r.bound_at) for r in rows]


@dataclass(frozen=True)
class FirstSeen:
    """A browser that nobody is bound to, and who is seen with it."""

    key_hash: str
    account_id: int
    browser: str


def remember_devices(seen: Sequence[FirstSeen]) -> None:
    """Bind several browsers, in the unit of work that is open; a bound one keeps its owner."""
    now = clock.now()
    execute_many(
        _REMEMBER[db.session.get_bind().dialect.name],
        [
            {
                "key_hash": each.key_hash,
                "account_id": each.account_id,
                "bound_at": now,
                "first_seen_at": now,
                "browser": each.browser[:60],
            }
            for each in seen
        ],
    )


@command
def remember_device(key_hash: str, *, account_id: int, browser: str = "") -> None:
    """Bind a browser nobody has bound to whoever uses it; a bound one keeps its owner."""
    remember_devices([FirstSeen(key_hash, account_id, browser)])
