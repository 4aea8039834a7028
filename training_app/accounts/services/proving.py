"""Proving anew who one is, in the middle of a session: wrong passwords count as they do at the door."""

from __future__ import annotations

from training_app.accounts import events, rules
from training_app.accounts.models import Account
from training_app.accounts.services import passwords
from training_app.core import clock
from training_app.core.db import command, db
from training_app.core.events import publish


@command
def prove_by_password(account_id: int, password: str) -> bool:
    """Whether this is the account's password; five wrong ones lock the account for a quarter of an hour."""
    account = db.session.get(Account, account_id)
    right = passwords.is_right(account.password_hash if account else "", password)
    if account is None or not let_in(account, right=right):
        return False
    publish(events.PasswordConfirmed(account_id=account.id, username=account.username))
    return True


def let_in(account: Account, *, right: bool) -> bool:
    """Count an attempt by password or passkey within the open unit of work; refused ones are published."""
    attempt = rules.judge_attempt(
        password_right=right,
        disabled=account.disabled_at is not None,
        failed_count=account.failed_count,
        locked_until=account.locked_until,
        now=clock.now(),
    )
    account.failed_count, account.locked_until = attempt.failed_count, attempt.locked_until
    if not attempt.allowed:
        locked = attempt.locked_until is not None
        publish(events.SignInFailed(account_id=account.id, username=account.username, locked=locked))
    return attempt.allowed
