"""What is known of somebody's phone: the browser bound now, and how it came to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training_app.accounts.models import Account, Device, DeviceChange
from training_app.core.db import db
from training_app.core.ports import ask


@dataclass(frozen=True)
class BoundPhone:
    """The browser somebody is known by at check-in."""

    key_hash: str
    browser: str
    bound_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class PhoneChangeRow:
    """A change in the past; ``kind``: own, staff."""

    at: datetime
    kind: str
    old_browser: str
    browser: str
    by: str
    reason: str


@dataclass(frozen=True)
class PhoneStory:
    """The phone bound now, and every change, the newest first."""

    bound: BoundPhone | None
    changes: tuple[PhoneChangeRow, ...]


def bound_phone(account_id: int) -> BoundPhone | None:
    """The browser bound last: the one a scan is held against."""
    row = db.session.execute(
        select(Device.key_hash, Device.browser, Device.bound_at, Device.first_seen_at)
        .where(Device.account_id == account_id)
        .order_by(Device.bound_at.desc())
        .limit(1)
    ).first()
    return BoundPhone(row.key_hash, row.browser, row.bound_at or row.first_seen_at) if row else None


def phone_story(account_id: int) -> PhoneStory:
    """What the owner and the staff responsible may know: families of browsers and times, no keys."""
    bound = bound_phone(account_id)
    if bound is not None:
        used = [
            found[bound.key_hash] for found in ask("phone.last_used", account_id=account_id) if bound.key_hash in found
        ]
        bound = BoundPhone(bound.key_hash, bound.browser, bound.bound_at, max(used, default=None))
    rows = db.session.execute(
        select(
            DeviceChange.at,
            DeviceChange.kind,
            DeviceChange.old_browser,
            DeviceChange.browser,
            Account.display_name,
            DeviceChange.reason,
        )
        .outerjoin(Account, Account.id == DeviceChange.by_id)
        .where(DeviceChange.account_id == account_id, DeviceChange.kind != "seen")
        .order_by(DeviceChange.id.desc())
    )
    return PhoneStory(bound, tuple(PhoneChangeRow(*row[:4], row[4] or "", row[5]) for row in rows))


def last_own_change(account_id: int) -> datetime | None:
    """When the owner last changed it."""
    return db.session.scalar(
        select(DeviceChange.at)
        .where(DeviceChange.account_id == account_id, DeviceChange.kind == "own")
        .order_by(DeviceChange.id.desc())
        .limit(1)
    )


def unread_change(account_id: int) -> PhoneChangeRow | None:
    """The last change, unless the owner has said since that it was read."""
    row = db.session.execute(
        select(DeviceChange.at, DeviceChange.kind, DeviceChange.old_browser, DeviceChange.browser, DeviceChange.reason)
        .where(DeviceChange.account_id == account_id)
        .order_by(DeviceChange.id.desc())
        .limit(1)
    ).first()
    if row is None or row.kind == "seen":
        return None
    return PhoneChangeRow(row.at, row.kind, row.old_browser, row.browser, "", row.reason)
