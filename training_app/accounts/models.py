"""Accounts, roles, sessions, devices, units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Unit(Base):
    """A unit (单位): party office, department, township, village, internal section; one tree.

    ``path`` holds the ids from the root down to the unit itself, as ``/1/13/115/``.
    """

    __tablename__ = "accounts_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    short_name: Mapped[str] = mapped_column(String(120), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True, default="")
    kind: Mapped[str] = mapped_column(String(40), default="")
    grade: Mapped[str] = mapped_column(String(40), default="")
    admin_staff: Mapped[int] = mapped_column(default=0)  # 行政编制
    institution_staff: Mapped[int] = mapped_column(default=0)  # 事业编制
    chiefs_approved: Mapped[int] = mapped_column(default=0)  # 正职职数
    deputies_approved: Mapped[int] = mapped_column(default=0)  # 副职职数
    note: Mapped[str] = mapped_column(String(500), default="")


class UnitAlias(Base):
    """Another name a unit is known by; one alias may mean several units and is then ambiguous."""

    __tablename__ = "accounts_unit_alias"
    __table_args__ = (UniqueConstraint("unit_id", "alias"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("accounts_unit.id"))
    alias: Mapped[str] = mapped_column(String(120), index=True)


class Account(Base):
    """Who signs in. ``family`` keeps the three administrators apart from one another and from all business."""

    __tablename__ = "accounts_account"
    __table_args__ = (
        UniqueConstraint("id", "family"),
        CheckConstraint("family IN ('business', 'system', 'security', 'audit')", name="family"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    position: Mapped[str] = mapped_column(String(120), default="")
    family: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(10), default="")
    theme: Mapped[str] = mapped_column(String(10), default="light")
    large_type: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role held by an account; the database itself refuses a role of another family, and granting to oneself."""

    __tablename__ = "accounts_role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role"),
        ForeignKeyConstraint(["account_id", "family"], ["accounts_account.id", "accounts_account.family"]),
        CheckConstraint(
            "(role = 'sysadmin' AND family = 'system') OR (role = 'secadmin' AND family = 'security')"
            " OR (role = 'auditor' AND family = 'audit')"
            " OR (role NOT IN ('sysadmin', 'secadmin', 'auditor') AND family = 'business')",
            name="role_family",
        ),
        CheckConstraint("granted_by_id IS NULL OR granted_by_id <> account_id", name="not_to_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    role: Mapped[str] = mapped_column(String(20), index=True)
    family: Mapped[str] = mapped_column(String(10))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    granted_at: Mapped[datetime]


class AccountSession(Base):
    """One signed-in browser; the cookie's value is never stored, only its digest."""

    __tablename__ = "accounts_session"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]  # when the password was last given; some acts want it fresh
    browser: Mapped[str] = mapped_column(String(60), default="")  # family and system only, never the full string
    way: Mapped[str] = mapped_column(String(10), default="password")  # how one signed in: password, passkey


class Device(Base):
    """A browser recognised by its own long-lived random cookie; the server keeps its digest."""

    __tablename__ = "accounts_device"
    __table_args__ = (Index("ix_accounts_device_account_id_bound_at", "account_id", "bound_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    bound_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(60), default="")


class KnownBrowser(Base):
    """A browser a trainee has signed in with, so that another one can be told to the trainee (SECURITY.md 2.2, T4).

    ``told_at``: when it became news; None for the usual ones. ``verdict``: own, foreign; '' until the owner says.
    """

    __tablename__ = "accounts_known_browser"
    __table_args__ = (
        UniqueConstraint("account_id", "key_hash"),
        CheckConstraint("verdict IN ('', 'own', 'foreign')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(60), default="")  # family and system only, never the full string
    way: Mapped[str] = mapped_column(String(10), default="password")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    session_hash: Mapped[str] = mapped_column(String(64), default="")  # of the last sign-in, so that it can be ended
    told_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(String(10), default="")


class DeviceChange(Base):
    """A line of the history of somebody's phone; the table only grows.

    ``kind``: ``own`` (changed by oneself), ``staff`` (released by staff: the next check-in binds), ``seen`` (the owner
    has read the notice about what was before).
    """

    __tablename__ = "accounts_device_change"
    __table_args__ = (CheckConstraint("kind IN ('own', 'staff', 'seen')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    old_key_hash: Mapped[str] = mapped_column(String(64), default="")
    old_browser: Mapped[str] = mapped_column(String(60), default="")
    key_hash: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(60), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


class Passkey(Base):
    """A key pair in somebody's phone, computer or security key; the server has the public half only."""

    __tablename__ = "accounts_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url, as browsers send it
    public_key: Mapped[str] = mapped_column(String(2000))  # COSE, base64url
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)  # the highest seen; synced passkeys stay at 0
    counter_fell_at: Mapped[datetime | None]  # it came lower than before: perhaps a copy
    name: Mapped[str] = mapped_column(String(60))
    transports: Mapped[str] = mapped_column(String(100), default="")
    backed_up: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What an authenticator is asked to sign: for one session or visitor and one purpose, once, within five minutes."""

    __tablename__ = "accounts_passkey_challenge"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    challenge: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(index=True)
