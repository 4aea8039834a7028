"""Checking many people in together: one reading, one transaction, for the presses that arrive in the same moment.

Only what is plainly in order is done here: a first record, a genuine code or ticket, a known session. Everything else
(a refusal, a second press, a doubt that somebody has to look at, a race that was lost) is left to ``check_in``, which
decides it alone and has the last word. The rules are the same functions there and here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, insert, literal, or_, select, update

from training_app.accounts.api import FirstSeen, found_of, remember_devices
from training_app.attendance import rules
from training_app.attendance.events import CheckedIn
from training_app.attendance.models import AttendanceFlag, AttendanceRecord, ScanTicket
from training_app.attendance.queries.presses import Press, read_presses
from training_app.attendance.services.judging import (
    Claim,
    Outcome,
    Read,
    Ticket,
    Who,
    claim_of_code,
    claim_of_ticket,
    doubts,
    is_first_device,
    judge,
    may_try,
    outcome_of,
    since,
    values_of,
)
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.at_once import insert_at_once
from training_app.core.db import db, execute_many, read_singly, table_of, unit_in_one_trip
from training_app.core.events import publish_all
from training_app.core.permissions import Permission

_record, _flag, _ticket = (table_of(model) for model in (AttendanceRecord, AttendanceFlag, ScanTicket))

_FLAG = insert(_flag).from_select(
    ["record_id", "code", "rule_version", "raised_at", "settlement"],
    select(
        _record.c.id,
        bindparam("flag", type_=_flag.c.code.type),
        literal(rules.FLAG_VERSION),
        bindparam("moment", type_=_flag.c.raised_at.type),
        literal(""),
    ).where(_record.c.lesson_id == bindparam("lesson"), _record.c.enrollment_id == bindparam("enrollment")),
    include_defaults=False,
)
# A ticket that somebody else has used since it was read: no account is called -1, so the foreign key refuses.
_TICKET = (
    update(_ticket)
    .where(_ticket.c.id_hash == bindparam("ticket"))
    .values(
        used_by_id=case(
            (
                or_(_ticket.c.used_by_id.is_(None), _ticket.c.used_by_id == bindparam("account")),
                bindparam("account"),
            ),
            else_=-1,
        )
    )
)


@dataclass(frozen=True)
class _Plain:
    """A press that is to be stored."""

    press: Press
    actor: Actor
    who: Who
    claim: Claim
    row: Read
    status: str
    flags: tuple[str, ...]


def check_in_together(presses: Sequence[Press], permission: Permission) -> list[Outcome | None]:
    """Record the presses that are plainly in order; None for those that ``check_in`` has to decide.

    Returns only after the records are durable.
    """
    now = clock.now()
    read_singly()
    rows = read_presses(presses, **since(now))
    plain = [_plain(press, row, permission) for press, row in zip(presses, rows, strict=True)]
    _keep_first(plain)
    chosen = [each for each in plain if each is not None]
    if chosen:
        _store(chosen, now)
    else:
        db.session.rollback()
    return [
        outcome_of(each.row, "accepted", each.status, each.claim.scanned_at) if each is not None else None
        for each in plain
    ]


def _plain(press: Press, row: Read | None, permission: Permission) -> _Plain | None:
    found = found_of(row, press.session_hash) if row is not None else None
    if row is None or found is None or found.stale or found.must_change_password:
        return None
    account_id = found.actor.account_id
    if account_id is None or not permission.held_by(found.actor) or not may_try(row):
        return None
    who = Who(account_id, press.device, press.browser)
    claim = _claim(press, row, who)
    if claim is None or row.record_id is not None:
        return None
    decision = judge(row, claim)
    flags = doubts(row, who, claim, press.arrived)
    if decision.outcome != "accepted" or any(each in rules.REVIEWED_FLAGS for each in flags):
        return None
    return _Plain(press, found.actor, who, claim, row, decision.status, flags)


def _claim(press: Press, row: Read, who: Who) -> Claim | None:
    if row.key_encrypted is None:
        return None
    if press.code is not None:
        claim = claim_of_code(row, press.code, press.arrived)
        return claim if isinstance(claim, Claim) else None
    if row.ticket_scanned_at is None:
        return None
    ticket = Ticket(
        press.ticket,
        row.lesson_id,
        row.ticket_step,
        row.step_seconds,
        row.ticket_scanned_at,
        row.ticket_device,
        row.ticket_used_by,
    )
    return claim_of_ticket(ticket, who, press.arrived)


def _keep_first(plain: list[_Plain | None]) -> None:
    """Leave to ``check_in`` what another press of the same moment bears on: the same person, browser or ticket."""
    seen: set[tuple[str, object]] = set()
    for number, each in enumerate(plain):
        if each is None:
            continue
        marks: set[tuple[str, object]] = {("person", (each.row.lesson_id, each.row.enrollment_id))}
        marks |= {("device", each.who.device)} if each.who.device else set()
        marks |= {("ticket", each.claim.ticket)} if each.claim.ticket else set()
        if marks & seen:
            plain[number] = None
        seen |= marks


def _store(chosen: Sequence[_Plain], now: datetime) -> None:
    with unit_in_one_trip():
        execute_many(
            _TICKET, [{"ticket": e.claim.ticket, "account": e.who.account_id} for e in chosen if e.claim.ticket]
        )
        insert_at_once(  # a record that exists already fails the whole unit: then each press is decided alone
            _record,
            [
                {
                    "lesson_id": e.row.lesson_id,
                    "enrollment_id": e.row.enrollment_id,
                    **values_of(e.who, e.claim, e.status, nonce=e.press.nonce, now=now),
                }
                for e in chosen
            ],
        )
        execute_many(
            _FLAG,
            [
                {"flag": flag, "moment": now, "lesson": e.row.lesson_id, "enrollment": e.row.enrollment_id}
                for e in chosen
                for flag in e.flags
            ],
        )
        remember_devices(
            [FirstSeen(e.who.device, e.who.account_id, e.who.browser) for e in chosen if is_first_device(e.row, e.who)]
        )
        publish_all(
            [
                CheckedIn(
                    lesson_id=e.row.lesson_id,
                    enrollment_id=e.row.enrollment_id,
                    status=e.status,
                    step_lag=e.claim.step_lag,
                    flags=e.flags,
                    at=now,
                    actor=e.actor,
                )
                for e in chosen
            ]
        )
