"""Acting for somebody who is not there: long work goes on with the rights its owner holds at that moment."""

from __future__ import annotations

from sqlalchemy import select

from training_app.accounts.models import Account, RoleGrant, Unit
from training_app.accounts.services.sessions import rights_of
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound


def act_as_account(account_id: int) -> Actor:
    """The person behind an account, with the rights held now.

    Raises:
        NotFound: there is none, or it has been switched off.
    """
    account = db.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise NotFound
    roles = frozenset(db.session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account_id)))
    levels, scopes = rights_of(roles)
    unit = db.session.get(Unit, account.unit_id) if account.unit_id else None
    return Actor(
        account_id=account.id,
        name=account.display_name,
        roles=roles,
        levels=levels,
        scopes=scopes,
        unit_id=account.unit_id,
        unit_path=unit.path if unit else "",
    )
