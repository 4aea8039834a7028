"""Signing in and out; sessions are rows, so that ending one takes effect on the next request."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, delete, func, select, update

from training_app.accounts import events, rules
from training_app.accounts.models import Account, AccountSession, RoleGrant, Unit
from training_app.accounts.services import passwords
from training_app.accounts.services.browsers import keeps_browsers, note_browser
from training_app.accounts.services.proving import let_in
from training_app.core import clock, crypto
from training_app.core.actor import Actor
from training_app.core.db import command, db, execute, table_of
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.permissions import Group, levels_of
from training_app.core.text import N_

_TOUCH_AFTER = timedelta(minutes=5)
_limits = {"hours": 12, "idle_minutes": 120}
_groups: list[Group] = []


@dataclass(frozen=True)
class Found:
    """Who stands behind a session cookie."""

    actor: Actor
    session_hash: str
    confirmed_at: datetime
    must_change_password: bool
    locale: str
    theme: str
    large_type: bool
    stale: bool


@dataclass(frozen=True)
class Opened:
    """A new session: the cookie's value, told once, and what the account must do first."""

    cookie: str
    account_id: int
    must_change_password: bool
    keeps_browser: bool = False  # the browser's own cookie is to be kept, so that it is known again


def configure(*, hours: int, idle_minutes: int, groups: list[Group]) -> None:
    """Take the limits from the settings and the permission groups from the manifests."""
    _limits.update(hours=hours, idle_minutes=idle_minutes)
    _groups[:] = groups
    _rights.cache_clear()


@lru_cache(maxsize=256)
def _rights(roles: frozenset[str]) -> tuple[dict[str, int], dict[tuple[str, int], frozenset[str]]]:
    return levels_of(roles, _groups)


def rights_of(roles: frozenset[str]) -> tuple[dict[str, int], dict[tuple[str, int], frozenset[str]]]:
    """What a set of roles grants in this program."""
    return _rights(roles)


_session, _account, _unit, _grant = (table_of(model) for model in (AccountSession, Account, Unit, RoleGrant))


@dataclass(frozen=True)
class SessionSource:
    """Where a session is read from, for statements that read more in the same breath."""

    columns: tuple[Any, ...]
    source: FromClause
    id_hash: ColumnElement[str]
    account_id: ColumnElement[int]


SIGNED_IN = SessionSource(
    columns=(
        _session.c.account_id,
        _session.c.last_seen_at,
        _session.c.expires_at,
        _session.c.confirmed_at,
        _account.c.display_name,
        _account.c.unit_id,
        _account.c.must_change_password,
        _account.c.disabled_at,
        _account.c.locale,
        _account.c.theme,
        _account.c.large_type,
        _unit.c.path,
        select(func.aggregate_strings(_grant.c.role, ","))
        .where(_grant.c.account_id == _account.c.id)
        .scalar_subquery()
        .label("roles"),
    ),
    source=_session.join(_account, _account.c.id == _session.c.account_id).outerjoin(
        _unit, _unit.c.id == _account.c.unit_id
    ),
    id_hash=_session.c.id_hash,
    account_id=_session.c.account_id,
)
# Asked once for every request there is: plain tables, compiled once.
_FIND = select(*SIGNED_IN.columns).select_from(SIGNED_IN.source).where(SIGNED_IN.id_hash == bindparam("id_hash"))


def find_session(cookie: str) -> Found | None:
    """Whoever the cookie signs in, by one statement; None for unknown, ended, expired or disabled."""
    id_hash = crypto.digest(cookie)
    row = execute(_FIND, {"id_hash": id_hash}).first()
    return None if row is None else found_of(row, id_hash)


def found_of(row: Any, id_hash: str) -> Found | None:
    """Whoever is signed in, from a row with the columns of ``SIGNED_IN``; None for ended, expired or disabled."""
    if row.disabled_at is not None:
        return None
    now = clock.now()
    if row.expires_at <= now or now - row.last_seen_at > timedelta(minutes=_limits["idle_minutes"]):
        return None
    roles = frozenset(row.roles.split(",")) if row.roles else frozenset()
    levels, scopes = _rights(roles)
    actor = Actor(
        account_id=row.account_id,
        name=row.display_name,
        roles=roles,
        levels=levels,
        scopes=scopes,
        unit_id=row.unit_id,
        unit_path=row.path or "",
        session_id=id_hash,
    )
    return Found(
        actor,
        id_hash,
        row.confirmed_at,
        row.must_change_password,
        row.locale,
        row.theme,
        row.large_type,
        stale=now - row.last_seen_at > _TOUCH_AFTER,
    )


@command
def touch(session_hash: str) -> None:
    """Note that the session is in use; at most once in five minutes, so no event."""
    db.session.execute(
        update(AccountSession).where(AccountSession.id_hash == session_hash).values(last_seen_at=clock.now())
    )


@command
def sign_in(username: str, password: str, *, browser: str = "", device: str = "") -> Opened | None:
    """Open a session, or count the failure; None says neither which part was wrong nor whether the name exists.

    ``device`` is the digest of the browser's own cookie.
    """
    account = db.session.scalar(select(Account).where(Account.username == username.strip().lower()))
    right = passwords.is_right(account.password_hash if account else "", password)
    if account is None:
        publish(events.SignInFailed(account_id=0, username=username[:60]))
        return None
    if not let_in(account, right=right):
        return None
    return opened_for(account, browser=browser, device=device, way="password")


def opened_for(account: Account, *, browser: str, way: str, device: str = "") -> Opened:
    """Open a session for somebody who has been let in, within the open unit of work."""
    account.last_sign_in_at = clock.now()
    cookie = open_session(account.id, browser=browser, way=way)
    new = note_browser(account, device, browser=browser, way=way, session_hash=crypto.digest(cookie))
    publish(
        events.SignedIn(account_id=account.id, username=account.username, browser=browser, way=way, new_browser=new)
    )
    return Opened(cookie, account.id, account.must_change_password, keeps_browsers(account.id))


@command
def open_session(account_id: int, *, browser: str = "", way: str = "password") -> str:
    """Make a session row and give the cookie's value, which is stored nowhere."""
    cookie = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        AccountSession(
            id_hash=crypto.digest(cookie),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=_limits["hours"]),
            confirmed_at=now,
            browser=browser[:60],
            way=way,
        )
    )
    return cookie


@command
def sign_out(session_hash: str) -> None:
    """End one session."""
    row = db.session.execute(
        select(Account.id, Account.username)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(AccountSession.id_hash == session_hash)
    ).first()
    if row is None:
        return
    db.session.execute(delete(AccountSession).where(AccountSession.id_hash == session_hash))
    publish(events.SignedOut(account_id=row.id, username=row.username))


@command
def end_own_session(account_id: int, prefix: str) -> None:
    """End one of one's own sessions, named by the first characters of its digest.

    Raises:
        NotFound: no such session of this account.
    """
    found = db.session.scalar(
        select(AccountSession.id_hash).where(
            AccountSession.account_id == account_id, AccountSession.id_hash.startswith(prefix, autoescape=True)
        )
    )
    if found is None or len(prefix) < 12:
        raise NotFound
    sign_out(found)


@command
def end_sessions(account_id: int, *, except_hash: str = "") -> None:
    """End all sessions of an account, perhaps but one (after a change of password or roles)."""
    db.session.execute(
        delete(AccountSession).where(AccountSession.account_id == account_id, AccountSession.id_hash != except_hash)
    )


@command
def change_password(account_id: int, old: str, new: str, *, session_hash: str) -> None:
    """Let the owner change the password; all other sessions end.

    Raises:
        InvalidInput: the old password is wrong (field ``old``), or the new one will not do (field ``new``).
    """
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    if not passwords.is_right(account.password_hash, old):
        raise InvalidInput(fields={"old": N_("This is not your present password.")})
    weak = rules.weakness(new, username=account.username)
    if weak or new == old:
        raise InvalidInput(fields={"new": weak or N_("Please choose another password than before.")})
    account.password_hash = passwords.hash_password(new)
    account.password_changed_at = clock.now()
    account.must_change_password = False
    end_sessions(account_id, except_hash=session_hash)
    publish(events.PasswordChanged(account_id=account.id, username=account.username, by_owner=True))


@command
def mark_confirmed(session_hash: str) -> None:
    """Note that whoever holds the session has just proved anew who they are; whoever took the proof says so."""
    db.session.execute(
        update(AccountSession).where(AccountSession.id_hash == session_hash).values(confirmed_at=clock.now())
    )


@dataclass(frozen=True)
class OwnSession:
    """A session as its owner sees it."""

    prefix: str
    created_at: datetime
    last_seen_at: datetime
    browser: str
    way: str
    current: bool


def list_own_sessions(account_id: int, *, current_hash: str) -> list[OwnSession]:
    """The account's live sessions, the newest first."""
    rows = db.session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.expires_at > clock.now())
        .order_by(AccountSession.last_seen_at.desc())
    )
    return [
        OwnSession(r.id_hash[:16], r.created_at, r.last_seen_at, r.browser, r.way, r.id_hash == current_hash)
        for r in rows
    ]


@command
def set_preferences(
    account_id: int, *, locale: str | None = None, theme: str | None = None, large_type: bool | None = None
) -> None:
    """Remember how somebody wants the interface to look.

    Raises:
        Refused: a value nobody offers.
    """
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    if locale not in (None, "zh_CN", "en") or theme not in (None, "light", "dark", "auto"):
        raise Refused
    account.locale = locale if locale is not None else account.locale
    account.theme = theme if theme is not None else account.theme
    account.large_type = large_type if large_type is not None else account.large_type
    publish(
        events.PreferencesChanged(
            account_id=account.id,
            username=account.username,
            preferences={"locale": account.locale, "theme": account.theme, "large_type": account.large_type},
        )
    )


@command
def delete_ended_sessions() -> int:
    """Clear sessions whose time is over; sign-in data do not linger (GB/T 22239 8.1.4.10)."""
    idle = clock.now() - timedelta(minutes=_limits["idle_minutes"])
    gone = db.session.execute(
        delete(AccountSession).where((AccountSession.expires_at < clock.now()) | (AccountSession.last_seen_at < idle))
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
