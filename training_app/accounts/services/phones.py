"""The own phone: the one browser a person is known by at check-in, changed by oneself or released by staff."""

from __future__ import annotations

from sqlalchemy import select, update

from training_app.accounts import events, rules
from training_app.accounts.models import Account, Device, DeviceChange
from training_app.accounts.phone_story import bound_phone, last_own_change, unread_change
from training_app.accounts.services.devices import remember_device
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


def judge_change(account_id: int, key_hash: str) -> rules.PhoneChange:
    """Whether the owner may make the browser with this key the own phone now."""
    owner = db.session.scalar(select(Device.account_id).where(Device.key_hash == key_hash)) if key_hash else None
    return rules.judge_phone_change(
        account_id=account_id,
        owner_id=owner,
        is_bound=bound_phone(account_id) is not None,
        last_own_change=last_own_change(account_id),
        now=clock.now(),
    )


@command
def change_own_phone(account_id: int, *, key_hash: str, browser: str) -> rules.PhoneChange:
    """Make this browser the own phone of somebody who has just proved who they are; the answer says why it is not."""
    serialise(f"phone {account_id}")
    decision = judge_change(account_id, key_hash)
    if decision.verdict != "yes":
        return decision
    old = bound_phone(account_id)
    account = _account(account_id)
    _let_go(account_id)
    remember_device(key_hash, account_id=account_id, browser=browser)
    if db.session.scalar(select(Device.account_id).where(Device.key_hash == key_hash)) != account_id:
        raise Refused(N_("This browser has just become somebody else's."), code="taken")
    db.session.add(
        DeviceChange(
            account_id=account_id,
            at=clock.now(),
            kind="own",
            old_key_hash=old.key_hash if old else "",
            old_browser=old.browser if old else "",
            key_hash=key_hash,
            browser=browser[:60],
            by_id=account_id,
        )
    )
    publish(
        events.DeviceChanged(
            account_id=account_id,
            username=account.username,
            browser=browser[:60],
            old_browser=old.browser if old else "",
        )
    )
    return decision


@command
def release_phone(account_id: int, *, reason: str) -> None:
    """Let the bound browser of somebody go; the next one they check in with becomes theirs, without a doubt noted.

    Raises:
        InvalidInput: no reason of at least four characters (field ``reason``).
        Refused: one's own, or there is nothing to release.
    """
    reason = reason.strip()
    if not rules.says_enough(reason):
        raise InvalidInput(fields={"reason": N_("At least four characters, please.")})
    actor = current_actor()
    if actor.account_id == account_id:
        raise Refused(N_("Nobody releases their own phone; change it under “My phone”."), code="own_account")
    serialise(f"phone {account_id}")
    account = _account(account_id)
    old = bound_phone(account_id)
    if old is None:
        raise Refused(N_("No phone is bound: the next one used for checking in will be."), code="unbound")
    _let_go(account_id)
    db.session.add(
        DeviceChange(
            account_id=account_id,
            at=clock.now(),
            kind="staff",
            old_key_hash=old.key_hash,
            old_browser=old.browser,
            by_id=actor.account_id,
            reason=reason[:200],
        )
    )
    publish(
        events.DeviceReleased(
            account_id=account_id, username=account.username, old_browser=old.browser, reason=reason[:200]
        )
    )


@command
def read_notice(account_id: int) -> None:
    """Note that the owner has read about the last change, so that the notice goes away."""
    if unread_change(account_id) is None:
        return
    db.session.add(DeviceChange(account_id=account_id, at=clock.now(), kind="seen", by_id=account_id))
    publish(events.DeviceNoticeRead(account_id=account_id, username=_account(account_id).username))


def _account(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _let_go(account_id: int) -> None:
    db.session.execute(update(Device).where(Device.account_id == account_id).values(account_id=None, bound_at=None))
