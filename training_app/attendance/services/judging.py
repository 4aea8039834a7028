"""What a scan means, once what is stored has been read: the same for one scan alone and for many together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from training_app.attendance import code_rules, rules
from training_app.attendance.queries.windows import unwrap

TICKET_LIFE = timedelta(seconds=code_rules.TICKET_SECONDS)


@dataclass(frozen=True)
class Outcome:
    """What a scan came to.

    ``outcome``: accepted, repeated, ready (a ticket that would count), or a refusal: bad_code, expired_code, not_open,
    closed, not_enrolled, withdrawn, too_many_attempts, no_call, not_checked_in.
    """

    outcome: str
    status: str = ""
    at: datetime | None = None
    lesson_id: int | None = None
    title: str = ""
    place: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    class_id: int | None = None
    class_name: str = ""
    person: str = ""
    enrollment_id: int | None = None
    step_seconds: int = 5
    slot: str = "in"  # what the scan was for: in, mid, out
    shown_at: datetime | None = None  # when an expired code was on the screen

    @property
    def refused(self) -> bool:
        """Whether it did not count."""
        return self.outcome not in ("accepted", "repeated", "ready")


@dataclass(frozen=True)
class Who:
    """Who scans, with which browser."""

    account_id: int
    device: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Claim:
    """What a code or a ticket says: which lesson, when it was scanned, how old the code was then."""

    lesson_id: int
    scanned_at: datetime
    step_lag: int
    ticket: str = ""


Read = Row[*tuple[Any, ...]]  # of queries/scans


def claim_of_code(row: Read, code: code_rules.Code, now: datetime) -> Claim | str:
    """What a code says that is sent now, or why it does not count: bad_code, expired_code."""
    now_step = code_rules.step_at(now.timestamp(), row.step_seconds)
    lag = code_rules.read_code(code, key=unwrap(row.key_encrypted), now_step=now_step)
    return Claim(code.lesson_id, now, lag) if isinstance(lag, int) else lag


@dataclass(frozen=True)
class Ticket:
    """A ticket as it is stored."""

    id_hash: str
    lesson_id: int
    step: int
    step_seconds: int
    scanned_at: datetime
    device_hash: str
    used_by_id: int | None


def claim_of_ticket(ticket: Ticket, who: Who, now: datetime) -> Claim | None:
    """What a ticket says, unless it is too old, somebody else's, or was carried to another browser."""
    if ticket.used_by_id not in (None, who.account_id) or now - ticket.scanned_at > TICKET_LIFE:
        return None
    if ticket.device_hash and ticket.device_hash != who.device:
        return None
    lag = code_rules.step_at(ticket.scanned_at.timestamp(), ticket.step_seconds) - ticket.step
    return Claim(ticket.lesson_id, ticket.scanned_at, lag, ticket.id_hash)


def judge(row: Read, claim: Claim) -> rules.Decision:
    """What the scan becomes."""
    closes_at = None
    if row.opened_at is not None:
        closes_at = max(row.starts_at, row.opened_at) + timedelta(minutes=row.closes_after_minutes)
    return rules.judge(
        window=rules.Window(row.state or "none", row.late_from, closes_at),
        enrollment_status=row.enrollment_status,
        recorded=row.status,
        scanned_at=claim.scanned_at,
    )


def doubts(row: Read, who: Who, claim: Claim, now: datetime) -> tuple[str, ...]:
    """The doubts to note beside the record."""
    evidence = rules.ScanEvidence(
        device=who.device,
        device_owner_id=row.device_owner_id,
        bound_device=row.bound_device or "",
        used_by_other=bool(row.used_by_other),
        step_lag=claim.step_lag,
        waited=now - claim.scanned_at,
    )
    return rules.flags_of(evidence, who.account_id)


def is_first_device(row: Read, who: Who) -> bool:
    """Whether this browser is to be remembered as the person's own."""
    return bool(who.device) and row.bound_device is None and row.device_owner_id is None


def values_of(who: Who, claim: Claim, status: str, *, nonce: str, now: datetime) -> dict[str, Any]:
    """What the record says of a scan that counts."""
    return {
        "status": status,
        "check_in_at": claim.scanned_at,
        "recorded_at": now,
        "method": "scan",
        "nonce": nonce,
        "step_lag": claim.step_lag,
        "device_hash": who.device,
    }


def outcome_of(row: Read, outcome: str, status: str = "", at: datetime | None = None) -> Outcome:
    """The outcome with what the answer says of lesson and person."""
    return Outcome(
        outcome,
        status,
        at,
        row.lesson_id,
        row.title,
        row.place,
        row.starts_at,
        row.ends_at,
        row.class_id,
        row.class_name,
        row.person or "",
        row.enrollment_id,
        row.step_seconds or 5,
    )


def asking(account_id: int, device: str, now: datetime) -> dict[str, Any]:
    """Who scans, as the queries want to know it."""
    return {"account_id": account_id, "device": device, **since(now)}


def since(now: datetime) -> dict[str, datetime]:
    """From when on wrong codes are counted."""
    return {"minute_ago": now - timedelta(minutes=1), "hour_ago": now - timedelta(hours=1)}


def may_try(tries: Any) -> bool:
    """Whether another code may be tried."""
    return rules.may_try(
        account_minute=tries.account_minute, account_hour=tries.account_hour, device_minute=tries.device_minute
    )
