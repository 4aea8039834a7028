"""Codes and tickets: a code is judged when it arrives, before sign-in, and buys a ticket to confirm with afterwards."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, or_, update

from training_app.attendance import code_rules
from training_app.attendance.events import CheckInRefused
from training_app.attendance.models import ScanTicket, WrongCode
from training_app.attendance.queries import scans
from training_app.attendance.queries.windows import unwrap
from training_app.attendance.services.judging import (
    TICKET_LIFE,
    Claim,
    Outcome,
    Ticket,
    Who,
    asking,
    claim_of_ticket,
    may_try,
)
from training_app.core import clock, crypto
from training_app.core.db import command, db, table_of
from training_app.core.events import publish

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def scan(
    code_text: str, *, account_id: int | None, device: str, held: str = "", arrived: datetime | None = None
) -> tuple[Outcome, str]:
    """Judge a code by when it arrived, before sign-in. A genuine one buys a ticket: the value of its cookie.

    Loading the same link again (WeChat does, people do) finds the ticket this browser holds from the first time.
    """
    now = arrived or clock.now()
    known = account_id is not None or bool(device)
    if known and not may_try(scans.count_tries(**asking(account_id or 0, device, now))):
        return Outcome("too_many_attempts"), ""
    code = code_rules.parse_code(code_text)
    row = scans.find_key(code.lesson_id) if code else None
    if code is None or row is None:
        return refuse_wrong("bad_code", lesson_id=None, account_id=account_id, device=device), ""
    now_step = code_rules.step_at(now.timestamp(), row.step_seconds)
    lag = code_rules.read_code(code, key=unwrap(row.key_encrypted), now_step=now_step)
    if lag == "bad_code":
        return refuse_wrong("bad_code", lesson_id=code.lesson_id, account_id=account_id, device=device), ""
    if lag == "expired_code" and _is_from(held, code, Who(account_id or 0, device, ""), now):
        return Outcome("ready", lesson_id=code.lesson_id), held
    if lag == "expired_code":
        return expired(code, row.step_seconds), ""
    if row.state != "open":
        return Outcome("closed", lesson_id=code.lesson_id), ""
    return Outcome("ready", lesson_id=code.lesson_id), _sell_ticket(code, now=now, device=device)


def _is_from(ticket: str, code: code_rules.Code, who: Who, now: datetime) -> bool:
    """Whether the ticket was bought with this very code, by this browser, and is still good."""
    row = scans.find_ticket(crypto.digest(ticket)) if ticket else None
    same = row is not None and (row.lesson_id, row.step, row.device_hash) == (code.lesson_id, code.step, who.device)
    return same and find_claim(who, ticket, now) is not None


@command
def _sell_ticket(code: code_rules.Code, *, now: datetime, device: str) -> str:
    # Not a fact about anybody yet, so no event: a link preview buys tickets too (SECURITY.md 2.2, T15).
    value = secrets.token_urlsafe(24)
    db.session.execute(
        insert(table_of(ScanTicket)).values(
            id_hash=crypto.digest(value), lesson_id=code.lesson_id, step=code.step, scanned_at=now, device_hash=device
        )
    )
    return value


def find_claim(who: Who, ticket: str, now: datetime) -> Claim | None:
    """What a ticket says; None for one that is unknown, too old, or not this person's or browser's."""
    id_hash = crypto.digest(ticket)
    row = scans.find_ticket(id_hash) if ticket else None
    if row is None:
        return None
    stored = Ticket(id_hash, row.lesson_id, row.step, row.step_seconds, row.scanned_at, row.device_hash, row.used_by_id)
    return claim_of_ticket(stored, who, now)


def use_ticket(id_hash: str, account_id: int) -> bool:
    """Let a person use a ticket, once or again; whether nobody else has."""
    ticket = table_of(ScanTicket)
    used = db.session.execute(
        update(ticket)
        .where(ticket.c.id_hash == id_hash, or_(ticket.c.used_by_id.is_(None), ticket.c.used_by_id == account_id))
        .values(used_by_id=account_id)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


@command
def refuse(outcome: Outcome) -> Outcome:
    """Tell that a scan did not count, and why."""
    publish(CheckInRefused(lesson_id=outcome.lesson_id, reason=outcome.outcome))
    return outcome


@command
def refuse_wrong(outcome: str, *, lesson_id: int | None, account_id: int | None, device: str) -> Outcome:
    """Refuse a code that nobody was shown, and count it."""
    if account_id is not None or device:
        db.session.execute(
            insert(table_of(WrongCode)).values(at=clock.now(), account_id=account_id, device_hash=device)
        )
        publish(CheckInRefused(lesson_id=lesson_id, reason=outcome))
    return Outcome(outcome, lesson_id=lesson_id)


def expired(code: code_rules.Code, step_seconds: int) -> Outcome:
    """A code that was on the screen once, and when."""
    shown_at = _EPOCH + timedelta(seconds=code.step * step_seconds)
    return Outcome("expired_code", lesson_id=code.lesson_id, step_seconds=step_seconds, shown_at=shown_at)


@command
def delete_outlived() -> int:
    """Clear tickets whose time is over and wrong codes that no longer count."""
    now = clock.now()
    tickets, wrong = table_of(ScanTicket), table_of(WrongCode)
    gone = db.session.execute(delete(tickets).where(tickets.c.scanned_at < now - 2 * TICKET_LIFE))
    old = db.session.execute(delete(wrong).where(wrong.c.at < now - timedelta(hours=1)))
    return int(gone.rowcount) + int(old.rowcount)  # type: ignore[attr-defined]
