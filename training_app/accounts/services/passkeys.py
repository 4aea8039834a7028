"""Passkeys: offered, never required. Made and taken away by their owner; they sign in, and prove anew who one is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from training_app.accounts import events, rules
from training_app.accounts.models import Account, Passkey, PasskeyChallenge
from training_app.accounts.services import ceremony
from training_app.accounts.services.ceremony import Credential, Site
from training_app.accounts.services.proving import let_in
from training_app.accounts.services.sessions import Opened, opened_for
from training_app.core import clock, crypto
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

_LIFE = timedelta(seconds=ceremony.LIFE_SECONDS)
_NOT_GENUINE = N_("The passkey could not be checked. Please try once more.")


@dataclass(frozen=True)
class PasskeyInfo:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    counter_fell_at: datetime | None
    backed_up: bool


def list_passkeys(account_id: int) -> list[PasskeyInfo]:
    """Somebody's passkeys, the newest first."""
    rows = db.session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at.desc(), Passkey.id.desc())
    )
    return [PasskeyInfo(r.id, r.name, r.created_at, r.last_used_at, r.counter_fell_at, r.backed_up) for r in rows]


def ask_to_register(account_id: int, site: Site, *, holder: str) -> dict[str, Any]:
    """What the browser is to make; ``holder`` is the session it is asked in.

    Raises:
        Refused: there are enough passkeys.
    """
    account = _account(account_id)
    known = _ids_of(account_id)
    if len(known) >= rules.MOST_PASSKEYS:
        raise Refused(N_("You have ten passkeys; please remove one first."), code="too_many")
    return ceremony.registration_options(
        site,
        account_id=account_id,
        username=account.username,
        name=account.display_name,
        challenge=_new_challenge(holder, "register"),
        known=known,
    )


def register(account_id: int, credential: Credential, site: Site, *, holder: str, name: str) -> int:
    """Keep a passkey that has just been made.

    Raises:
        InvalidInput: no name (field ``name``), or the answer is not genuine, too late, or was asked elsewhere.
        Refused: the passkey is on record already, or there are enough.
    """
    challenge = take_challenge(holder, "register")
    return _keep(account_id, credential, site, challenge=challenge, name=name.strip())


@command
def _keep(account_id: int, credential: Credential, site: Site, *, challenge: bytes | None, name: str) -> int:
    if not name or len(name) > 60:
        raise InvalidInput(fields={"name": N_("Please give it a name of at most 60 characters.")})
    made = ceremony.read_new_key(site, credential, challenge=challenge) if challenge else None
    if made is None:
        raise InvalidInput(_NOT_GENUINE, code="not_genuine")
    account = _account(account_id)
    if len(_ids_of(account_id)) >= rules.MOST_PASSKEYS:
        raise Refused(N_("You have ten passkeys; please remove one first."), code="too_many")
    passkey = Passkey(
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        transports=",".join(made.transports),
        backed_up=made.backed_up,
        created_at=clock.now(),
    )
    db.session.add(passkey)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(N_("This passkey is on record already."), code="known") from None
    publish(events.PasskeyAdded(account_id=account_id, username=account.username, name=name))
    return passkey.id


def ask_to_sign_in(site: Site, *, holder: str, username: str = "") -> dict[str, Any]:
    """What the browser is to sign at the door. With a name typed the passkeys of that account are named.

    A name that is unknown, or has none, is answered in the same way, with one that nobody has: always the same for
    the same name, so that asking tells nothing about accounts.
    """
    username = username.strip().lower()
    allowed: list[str] = []
    if username:
        account_id = db.session.scalar(select(Account.id).where(Account.username == username))
        allowed = _ids_of(account_id) if account_id is not None else []
        allowed = allowed or [ceremony.encode(crypto.mac("passkey decoy", username))]
    return ceremony.request_options(site, challenge=_new_challenge(holder, "sign-in"), allowed=allowed)


def ask_to_prove(account_id: int, site: Site, *, holder: str) -> dict[str, Any]:
    """What the browser is to sign in place of the password, in the middle of a session."""
    challenge = _new_challenge(holder, "prove")
    return ceremony.request_options(site, challenge=challenge, allowed=_ids_of(account_id))


def sign_in(
    credential: Credential, site: Site, *, holder: str, username: str = "", browser: str = "", device: str = ""
) -> Opened | None:
    """Open a session by a passkey, or count the failure; None says nothing about which part was wrong."""
    challenge = take_challenge(holder, "sign-in")
    username = username.strip().lower()
    return _sign_in(credential, site, challenge=challenge, username=username, browser=browser, device=device)


@command
def _sign_in(
    credential: Credential, site: Site, *, challenge: bytes | None, username: str, browser: str, device: str
) -> Opened | None:
    passkey = _find(credential)
    if passkey is None or challenge is None:  # too late is nobody's failure
        publish(events.SignInFailed(account_id=0, username=username[:60]))
        return None
    account = _account(passkey.account_id)
    signed = ceremony.read_signed(
        site, credential, challenge=challenge, public_key=passkey.public_key, account_id=account.id
    )
    if not let_in(account, right=signed is not None and username in ("", account.username)) or signed is None:
        return None
    _note_use(passkey, account, signed)
    return opened_for(account, browser=browser, device=device, way="passkey")


def prove(account_id: int, credential: Credential, site: Site, *, holder: str) -> bool:
    """Whether this is one of the account's own passkeys, used just now and here; wrong ones count like passwords."""
    challenge = take_challenge(holder, "prove")
    return challenge is not None and _prove(account_id, credential, site, challenge=challenge)


@command
def _prove(account_id: int, credential: Credential, site: Site, *, challenge: bytes) -> bool:
    account, passkey = _account(account_id), _find(credential)
    signed = None
    if passkey is not None and passkey.account_id == account_id:
        signed = ceremony.read_signed(
            site, credential, challenge=challenge, public_key=passkey.public_key, account_id=account_id
        )
    if not let_in(account, right=signed is not None) or signed is None or passkey is None:
        return False
    _note_use(passkey, account, signed)
    publish(events.PasskeyConfirmed(account_id=account_id, username=account.username, name=passkey.name))
    return True


@command
def remove(account_id: int, passkey_id: int) -> None:
    """Take one of one's own passkeys away; whoever calls has asked for the proof.

    Raises:
        NotFound: no such passkey of this account.
    """
    passkey = db.session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id))
    if passkey is None:
        raise NotFound
    db.session.delete(passkey)
    username = _account(account_id).username
    publish(events.PasskeyRemoved(account_id=account_id, username=username, name=passkey.name, by_owner=True))


@command
def _new_challenge(holder: str, purpose: str) -> bytes:
    # Nobody's fact yet, so no event. One at a time for each session and purpose: asking again makes the last one void.
    serialise(f"passkey {holder}")
    challenge = secrets.token_bytes(32)
    db.session.execute(
        delete(PasskeyChallenge).where(PasskeyChallenge.holder == holder, PasskeyChallenge.purpose == purpose)
    )
    db.session.add(
        PasskeyChallenge(
            holder=holder, purpose=purpose, challenge=ceremony.encode(challenge), expires_at=clock.now() + _LIFE
        )
    )
    return challenge


@command
def take_challenge(holder: str, purpose: str) -> bytes | None:
    """Use a challenge up, whatever comes of it; None when there is none, or its five minutes are over."""
    row = db.session.execute(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.holder == holder, PasskeyChallenge.purpose == purpose)
        .returning(PasskeyChallenge.challenge, PasskeyChallenge.expires_at)
    ).first()
    return ceremony.decode(row.challenge) if row is not None and row.expires_at > clock.now() else None


@command
def delete_outlived_challenges() -> int:
    """Clear challenges whose time is over."""
    gone = db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < clock.now()))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _account(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _ids_of(account_id: int) -> list[str]:
    return list(
        db.session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id).order_by(Passkey.id))
    )


def _find(credential: Credential) -> Passkey | None:
    named = credential.get("id")
    if not isinstance(named, str):
        return None
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == named).with_for_update())


def _note_use(passkey: Passkey, account: Account, signed: ceremony.Signed) -> None:
    """Keep when it was used; a counter that fell is noted, not refused: synced passkeys have none at all."""
    now = clock.now()
    if rules.counter_fell(stored=passkey.sign_count, came=signed.sign_count):
        passkey.counter_fell_at = now
        publish(
            events.PasskeyCounterFell(
                account_id=account.id,
                username=account.username,
                name=passkey.name,
                expected_above=passkey.sign_count,
                came=signed.sign_count,
            )
        )
    passkey.sign_count = max(passkey.sign_count, signed.sign_count)
    passkey.backed_up = signed.backed_up
    passkey.last_used_at = now
