"""Accounts and roles: made by the system administrator, given rights by the security administrator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from training_app.accounts import events, rules
from training_app.accounts.models import Account, Passkey, RoleGrant
from training_app.accounts.services import passwords, sessions
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.permissions import ROLES
from training_app.core.text import N_


@command
def create_account(
    *,
    username: str,
    display_name: str,
    roles: Sequence[str],
    unit_id: int | None = None,
    password: str | None = None,
    position: str = "",
    must_change_password: bool = False,
    is_demo: bool = False,
    password_hash: str = "",
    family: str | None = None,
) -> int:
    """Make an account and give it its first roles; one without roles names its ``family`` (``business`` when not).

    Raises:
        InvalidInput: no usable user name, or a password that will not do.
        Conflict: the user name is taken.
        Refused: roles of more than one family.
    """
    username = username.strip().lower()
    if not 2 <= len(username) <= 60 or not username.replace("_", "").replace(".", "").replace("-", "").isalnum():
        raise InvalidInput(fields={"username": N_("2 to 60 letters, digits, dots or dashes.")})
    family = rules.one_family(roles) if roles else family or "business"
    if family is None or family not in rules.ALL_FAMILIES or any(role not in ROLES for role in roles):
        raise Refused(
            N_(
                "Administrators of the system, of security and of audit are three separate people, "
                "and hold no other role."
            ),
            code="role_family",
        )
    if db.session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise Conflict(N_("This user name is taken."), fields={"username": N_("This user name is taken.")})
    weak = rules.weakness(password, username=username) if password is not None and not is_demo else None
    if weak:
        raise InvalidInput(fields={"password": weak})
    now = clock.now()
    account = Account(
        username=username,
        display_name=display_name.strip(),
        position=position,
        family=family,
        unit_id=unit_id,
        password_hash=password_hash or (passwords.hash_password(password) if password is not None else ""),
        must_change_password=must_change_password,
        is_demo=is_demo,
        created_at=now,
        password_changed_at=now,
    )
    db.session.add(account)
    db.session.flush()
    db.session.add_all(
        RoleGrant(
            account_id=account.id, role=role, family=family, granted_by_id=current_actor().account_id, granted_at=now
        )
        for role in roles
    )
    publish(
        events.AccountCreated(
            account_id=account.id, username=username, display_name=account.display_name, roles=tuple(roles)
        )
    )
    return account.id


@command
def open_account(
    *, username: str, display_name: str, family: str, unit_id: int | None = None, position: str = ""
) -> tuple[int, str]:
    """Make an account without any role, with a random first password; returns its id and the password, told once."""
    if not display_name.strip():
        raise InvalidInput(fields={"display_name": N_("Please enter the name.")})
    account_id = create_account(
        username=username, display_name=display_name, roles=(), unit_id=unit_id, position=position, family=family
    )
    return account_id, reset_password(account_id)


@command
def reset_password(account_id: int) -> str:
    """Set a random password that must be changed at the next sign-in; it is told once and ends all sessions.

    Passkeys go, too: whoever asks for a new password may have lost the account to somebody who made one.
    """
    account = _get(account_id)
    password = secrets.token_urlsafe(9)
    account.password_hash = passwords.hash_password(password)
    account.password_changed_at = clock.now()
    account.must_change_password = True
    account.failed_count, account.locked_until = 0, None
    sessions.end_sessions(account_id)
    for passkey in db.session.scalars(select(Passkey).where(Passkey.account_id == account_id)):
        db.session.delete(passkey)
        publish(
            events.PasskeyRemoved(account_id=account.id, username=account.username, name=passkey.name, by_owner=False)
        )
    publish(events.PasswordChanged(account_id=account.id, username=account.username, by_owner=False))
    return password


@command
def disable_account(account_id: int, *, reason: str) -> None:
    """Keep somebody from signing in; takes effect on the next request.

    Raises:
        Refused: one's own account, or the last security administrator's.
    """
    account = _get(account_id)
    if account_id == current_actor().account_id:
        raise Refused(N_("Nobody disables their own account."), code="own_account")
    if account.family == "security" and _active_security_administrators() <= 1:
        raise Refused(N_("This is the last security administrator."), code="last_secadmin")
    account.disabled_at = clock.now()
    sessions.end_sessions(account_id)
    publish(events.AccountDisabled(account_id=account.id, username=account.username, reason=reason))


@command
def enable_account(account_id: int) -> None:
    """Let somebody sign in again."""
    account = _get(account_id)
    account.disabled_at = None
    account.failed_count, account.locked_until = 0, None
    publish(events.AccountEnabled(account_id=account.id, username=account.username))


@command
def grant_role(account_id: int, role: str) -> None:
    """Give a role; the account's sessions stay, its rights are read anew on the next request.

    Raises:
        Refused: to oneself, or a role of another family than the account's (三员分立).
    """
    account = _get(account_id)
    if role not in ROLES:
        raise NotFound
    if account_id == current_actor().account_id:
        raise Refused(N_("Nobody grants a role to themselves."), code="own_account")
    if rules.family_of(role) != account.family:
        raise Refused(
            N_(
                "Administrators of the system, of security and of audit are three separate people, "
                "and hold no other role."
            ),
            code="role_family",
        )
    db.session.add(
        RoleGrant(
            account_id=account_id,
            role=role,
            family=account.family,
            granted_by_id=current_actor().account_id,
            granted_at=clock.now(),
        )
    )
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict(N_("The account has this role already.")) from None
    publish(events.RoleGranted(account_id=account.id, username=account.username, role=role))


@command
def take_role(account_id: int, role: str) -> None:
    """Take a role away.

    Raises:
        Refused: from oneself, or from the last security administrator.
        NotFound: the account does not have it.
    """
    account = _get(account_id)
    if account_id == current_actor().account_id:
        raise Refused(N_("Nobody changes their own roles."), code="own_account")
    if role == "secadmin" and _active_security_administrators() <= 1:
        raise Refused(N_("This is the last security administrator."), code="last_secadmin")
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.role == role))
    if grant is None:
        raise NotFound
    db.session.delete(grant)
    publish(events.RoleTaken(account_id=account.id, username=account.username, role=role))


def _get(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _active_security_administrators() -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RoleGrant)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(RoleGrant.role == "secadmin", Account.disabled_at.is_(None))
        )
        or 0
    )
