"""Browsers a trainee signs in with: one that was not known before is told to the trainee in those that were.

Kept is the digest of the browser's own cookie and which kind it is (``WeChat Android``), never its full description.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from training_app.accounts import events, rules
from training_app.accounts.models import Account, AccountSession, Device, KnownBrowser, RoleGrant
from training_app.core import clock
from training_app.core.db import command, db, serialise
from training_app.core.errors import NotFound
from training_app.core.events import publish

API_DEVICE = "api"  # programs keep no cookie of ours: all of them are one browser
_KEPT = timedelta(days=400)  # as long as the cookie


@dataclass(frozen=True)
class SignInNotice:
    """A sign-in from a browser not known before; ``lives``: it can still be ended."""

    id: int
    at: datetime
    browser: str
    way: str
    lives: bool


def keeps_browsers(account_id: int) -> bool:
    """Whether the browsers of this account are kept at all: trainees' only."""
    found = select(RoleGrant.id).where(RoleGrant.account_id == account_id, RoleGrant.role == "trainee")
    return db.session.scalar(found.limit(1)) is not None


def note_browser(account: Account, device: str, *, browser: str, way: str, session_hash: str) -> bool:
    """Note within the open unit of work what a trainee has signed in with; True when it has to be told."""
    if not device or not keeps_browsers(account.id):
        return False
    serialise(f"browsers {account.id}")
    rows = {row.key_hash: row for row in _rows(account.id)}
    bound = _bound(account.id)
    now = clock.now()
    known = rows.get(device)
    told = rules.tells_of_browser(
        known=known is not None,
        disowned=known is not None and known.verdict == "foreign",
        is_bound=device in bound,
        has_usual=bool(rows or bound),
    )
    if known is None:
        known = KnownBrowser(account_id=account.id, key_hash=device, first_at=now)
        db.session.add(known)
    known.last_at, known.browser, known.way, known.session_hash = now, browser[:60], way, session_hash
    if told:
        known.told_at, known.settled_at, known.verdict = now, None, ""
    return told


def notices_for(account_id: int, device: str) -> list[SignInNotice]:
    """What the owner is to be told in the browser with this key, the newest first."""
    rows, now = _rows(account_id), clock.now()
    reader = next((row for row in rows if row.key_hash == device), None)
    if not device or not rules.hears_of_browsers(
        known=reader is not None,
        told_at=reader.told_at if reader else None,
        verdict=reader.verdict if reader else "",
        is_bound=device in _bound(account_id),
        now=now,
    ):
        return []
    news = [
        row
        for row in rows
        if row.told_at is not None and rules.is_news(row.told_at, row.settled_at, now) and row.key_hash != device
    ]
    live = set(
        db.session.scalars(
            select(AccountSession.id_hash).where(
                AccountSession.id_hash.in_([row.session_hash for row in news]), AccountSession.expires_at > now
            )
        )
    )
    return [
        SignInNotice(row.id, row.told_at or row.first_at, row.browser, row.way, row.session_hash in live)
        for row in sorted(news, key=lambda row: (row.told_at or row.first_at, row.id), reverse=True)
    ]


@command
def settle_notice(account_id: int, notice_id: int, *, own: bool, device: str) -> None:
    """Take the owner's word about a sign-in: it was they, or it was not, and then that session ends.

    Raises:
        NotFound: nothing is to be said about it in this browser.
    """
    serialise(f"browsers {account_id}")
    if notice_id not in {each.id for each in notices_for(account_id, device)}:
        raise NotFound
    row = db.session.get_one(KnownBrowser, notice_id)
    row.settled_at, row.verdict = clock.now(), "own" if own else "foreign"
    if not own:
        db.session.execute(
            delete(AccountSession).where(
                AccountSession.account_id == account_id, AccountSession.id_hash == row.session_hash
            )
        )
    account = db.session.get_one(Account, account_id)
    publish(
        events.SignInJudged(account_id=account_id, username=account.username, browser=row.browser, verdict=row.verdict)
    )


@command
def forget_browsers() -> int:
    """Clear browsers nobody has signed in with as long as their cookie lives."""
    gone = db.session.execute(delete(KnownBrowser).where(KnownBrowser.last_at < clock.now() - _KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _rows(account_id: int) -> list[KnownBrowser]:
    return list(db.session.scalars(select(KnownBrowser).where(KnownBrowser.account_id == account_id)))


def _bound(account_id: int) -> set[str]:
    return set(db.session.scalars(select(Device.key_hash).where(Device.account_id == account_id)))
