"""A trainee's press: what the code or ticket says, judged and stored exactly once.

This is the path that five hundred people take in one minute: Core statements only, one to read, one to store, one
for the audit trail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from training_app.accounts.api import remember_device
from training_app.attendance import code_rules, rules
from training_app.attendance.call_rules import Call
from training_app.attendance.events import CheckedIn, CheckedOut, FlagRaised
from training_app.attendance.models import AttendanceCorrection, AttendanceFlag, AttendanceRecord
from training_app.attendance.place_rules import Fix
from training_app.attendance.queries import scans
from training_app.attendance.queries.calls import answered_by_other, find_answer, find_call
from training_app.attendance.queries.retries import find_press
from training_app.attendance.queries.windows import unwrap
from training_app.attendance.services.calls import note_flag, store_answer
from training_app.attendance.services.judging import (
    TICKET_LIFE,
    Claim,
    Outcome,
    Read,
    Who,
    asking,
    claim_of_code,
    doubts,
    is_first_device,
    judge,
    may_try,
    outcome_of,
    values_of,
)
from training_app.attendance.services.places import note_place
from training_app.attendance.services.shared_phone import point_at_others
from training_app.attendance.services.tickets import expired, find_claim, refuse, refuse_wrong, use_ticket
from training_app.attendance.services.windows import insert_record
from training_app.core import clock
from training_app.core.db import command, db, execute, table_of
from training_app.core.events import publish

_record = table_of(AttendanceRecord)


def look(who: Who, ticket: str) -> Outcome | None:
    """What confirming this ticket would come to, and what for; None without a ticket that is still good."""
    now = clock.now()
    claim = find_claim(who, ticket, now)
    if claim is None:
        return None
    row = scans.find_scan(claim.lesson_id, **asking(who.account_id, who.device, now))
    if row is None:
        return None
    decision = judge(row, claim)
    if decision.outcome == "repeated":
        return _look_again(row, claim)
    outcome = "ready" if decision.outcome == "accepted" else decision.outcome
    return outcome_of(row, outcome, decision.status or row.status or "", row.check_in_at)


def _look_again(row: Read, claim: Claim) -> Outcome:
    """Somebody who has come scans again: for a call that runs, or for nothing new."""
    call = find_call(row.lesson_id, claim.scanned_at)
    if call is None:
        return outcome_of(row, "repeated", row.status, row.check_in_at)
    if call.slot == "out":
        done = row.check_out_at
    else:
        given = find_answer(call.id, row.enrollment_id)
        done = given.answered_at if given is not None else None
    return replace(outcome_of(row, "ready" if done is None else "repeated", row.status, done), slot=call.slot)


def check_in(
    who: Who,
    *,
    code: str = "",
    ticket: str = "",
    nonce: str = "",
    kind: str = "in",
    fix: Fix | None = None,
    arrived: datetime | None = None,
) -> Outcome:
    """Record one scan, or the reason why it does not count; the same person again gets the first answer.

    An explicit code is judged by when it ``arrived`` (now, if nothing is known), a ticket by when its code was scanned.
    ``kind``: in, mid (an answer to the call that runs), out (leaving), or '' for what the screen asked for when the
    code was scanned. ``fix``: where the phone says it is; evidence of a check-in where the class asks for it, else not
    looked at.
    """
    now = clock.now()
    at = arrived or now
    if code:
        parsed = code_rules.parse_code(code)
        found = _read_code(who, parsed, at) if parsed else _read_typed(who, code_rules.tidy_short_code(code), at)
    else:
        found = _read_ticket(who, ticket, at)
    if isinstance(found, Outcome):
        return (_same_press(who, nonce, now) if nonce and not code else None) or found
    claim, row = found
    decision = judge(row, claim)
    if decision.outcome == "repeated":
        return _record_again(who, claim, row, kind=kind, nonce=nonce, now=now)
    if decision.refused:
        return refuse(outcome_of(row, decision.outcome))
    if kind == "out":
        return refuse(outcome_of(row, "not_checked_in"))
    return _store(who, claim, row, decision=decision, nonce=nonce, now=now, fix=fix)


_Found = tuple[Claim, Read]


def _read_code(who: Who, code: code_rules.Code, now: datetime) -> _Found | Outcome:
    row = scans.find_scan(code.lesson_id, **asking(who.account_id, who.device, now))
    tries = row or scans.count_tries(**asking(who.account_id, who.device, now))
    if not may_try(tries):
        return Outcome("too_many_attempts")
    if row is None:
        return refuse_wrong("bad_code", lesson_id=None, account_id=who.account_id, device=who.device)
    if row.state is None:
        return refuse_wrong("not_open", lesson_id=code.lesson_id, account_id=who.account_id, device=who.device)
    claim = claim_of_code(row, code, now)
    if claim == "bad_code":
        return refuse_wrong("bad_code", lesson_id=code.lesson_id, account_id=who.account_id, device=who.device)
    if not isinstance(claim, Claim):
        return refuse(expired(code, row.step_seconds))
    return claim, row


def _read_typed(who: Who, typed: str, now: datetime) -> _Found | Outcome:
    if not may_try(scans.count_tries(**asking(who.account_id, who.device, now))):
        return Outcome("too_many_attempts")
    for each in scans.open_keys_of(who.account_id) if typed else ():
        key = unwrap(each.key_encrypted)
        lag = code_rules.read_short_code(typed, key=key, lesson_id=each.lesson_id, unix=now.timestamp())
        if lag is not None:
            row = scans.find_scan(each.lesson_id, **asking(who.account_id, who.device, now))
            if row is not None:
                return Claim(each.lesson_id, now, lag), row
    return refuse_wrong("bad_code", lesson_id=None, account_id=who.account_id, device=who.device)


def _read_ticket(who: Who, ticket: str, now: datetime) -> _Found | Outcome:
    claim = find_claim(who, ticket, now)
    if claim is None:
        return Outcome("expired_code" if ticket else "bad_code")
    row = scans.find_scan(claim.lesson_id, **asking(who.account_id, who.device, now))
    return (claim, row) if row is not None else Outcome("bad_code")


def _same_press(who: Who, nonce: str, now: datetime) -> Outcome | None:
    """The answer that was lost, for a press that comes again without the ticket that its answer took away."""
    stored = find_press(who.account_id, nonce, since=now - 2 * TICKET_LIFE)
    if stored is None:
        return None
    lesson_id, slot, at = stored
    row = scans.find_scan(lesson_id, **asking(who.account_id, who.device, now))
    return replace(outcome_of(row, "accepted", row.status, at), slot=slot) if row is not None else None


@command
def _store(
    who: Who, claim: Claim, row: Read, *, decision: rules.Decision, nonce: str, now: datetime, fix: Fix | None
) -> Outcome:
    if claim.ticket and not use_ticket(claim.ticket, who.account_id):
        return Outcome("expired_code")
    values = values_of(who, claim, decision.status, nonce=nonce, now=now)
    record_id = _insert(row, values) if row.record_id is None else _replace(row, values, account_id=who.account_id)
    if record_id is None:  # another request of the same person, or the closing, was first
        return _after_all(who, claim, nonce=nonce, now=now, fix=fix)
    flags = doubts(row, who, claim, now)
    if fix is not None and note_place(record_id, lesson_id=row.lesson_id, fix=fix) == "outside":
        flags = (*flags, "geo_outside")
    if flags:
        _note(record_id, row, flags, now=now)
        point_at_others(flags, lesson_id=row.lesson_id, enrollment_id=row.enrollment_id, device=who.device)
    if is_first_device(row, who):
        remember_device(who.device, account_id=who.account_id, browser=who.browser)
    publish(
        CheckedIn(
            lesson_id=row.lesson_id,
            enrollment_id=row.enrollment_id,
            status=decision.status,
            step_lag=claim.step_lag,
            flags=flags,
            at=now,
        )
    )
    return outcome_of(row, "accepted", decision.status, claim.scanned_at)


def _insert(row: Read, values: dict[str, Any]) -> int | None:
    values = {**values, "lesson_id": row.lesson_id, "enrollment_id": row.enrollment_id}
    return execute(insert_record(), values).scalar()


def _replace(row: Read, values: dict[str, Any], *, account_id: int) -> int | None:
    """Leave, or an absence noted by hand, gives way to the person who came; what it was is kept."""
    changed: int | None = db.session.scalar(
        update(_record)
        .where(_record.c.id == row.record_id, _record.c.status == row.status)
        .values(values)
        .returning(_record.c.id)
    )
    if changed is not None:
        db.session.execute(
            insert(table_of(AttendanceCorrection)).values(
                record_id=changed,
                at=values["recorded_at"],
                account_id=account_id,
                old_status=row.status,
                new_status=values["status"],
                reason="scan",
            )
        )
    return changed


def _after_all(who: Who, claim: Claim, *, nonce: str, now: datetime, fix: Fix | None) -> Outcome:
    row = scans.find_scan(claim.lesson_id, **asking(who.account_id, who.device, now))
    decision = judge(row, claim) if row is not None else rules.Decision("closed")
    if row is not None and decision.outcome == "repeated":
        return _repeated(row, nonce)
    if row is not None and decision.outcome == "accepted":  # what was first has been taken back, or changed, since
        return _store(who, claim, row, decision=decision, nonce=nonce, now=now, fix=fix)
    return refuse(Outcome(decision.outcome if decision.refused else "closed", lesson_id=claim.lesson_id))


def _note(record_id: int, row: Read, flags: tuple[str, ...], *, now: datetime) -> None:
    db.session.execute(
        insert(table_of(AttendanceFlag)),
        [
            {"record_id": record_id, "code": code, "rule_version": rules.FLAG_VERSION, "raised_at": now}
            for code in flags
        ],
    )
    for code in flags:
        if code in rules.REVIEWED_FLAGS:
            publish(
                FlagRaised(record_id=record_id, lesson_id=row.lesson_id, enrollment_id=row.enrollment_id, code=code)
            )


def _record_again(who: Who, claim: Claim, row: Read, *, kind: str, nonce: str, now: datetime) -> Outcome:
    """What the scan of somebody who has come is for."""
    call = find_call(row.lesson_id, claim.scanned_at) if kind != "in" else None
    kind = kind or (call.slot if call is not None else "in")
    if kind == "out":
        return _record_leaving(who, claim, row, now=now)
    if kind == "in":
        return _repeated(row, nonce)
    if call is None or call.slot != "mid":
        return refuse(outcome_of(row, "no_call"))
    return _answer(call, who, claim, row, nonce=nonce, now=now)


@command
def _answer(call: Call, who: Who, claim: Claim, row: Read, *, nonce: str, now: datetime) -> Outcome:
    if claim.ticket and not use_ticket(claim.ticket, who.account_id):
        return Outcome("expired_code")
    flags = doubts(row, who, claim, now)
    if answered_by_other(call.id, row.enrollment_id, who.device) and "shared_device" not in flags:
        flags = (*flags, "shared_device")
    stored = store_answer(
        call,
        lesson_id=row.lesson_id,
        enrollment_id=row.enrollment_id,
        record_id=row.record_id,
        scanned_at=claim.scanned_at,
        nonce=nonce,
        step_lag=claim.step_lag,
        device=who.device,
        flags=flags,
    )
    if stored:
        point_at_others(flags, lesson_id=row.lesson_id, enrollment_id=row.enrollment_id, device=who.device)
        return replace(outcome_of(row, "accepted", row.status, claim.scanned_at), slot="mid")
    given = find_answer(call.id, row.enrollment_id)
    same_press = bool(nonce) and given is not None and nonce == given.nonce
    at = given.answered_at if given is not None else now
    return replace(outcome_of(row, "accepted" if same_press else "repeated", row.status, at), slot="mid")


@command
def _record_leaving(who: Who, claim: Claim, row: Read, *, now: datetime) -> Outcome:
    if claim.ticket and not use_ticket(claim.ticket, who.account_id):
        return Outcome("expired_code")
    left = db.session.scalar(
        update(_record)
        .where(_record.c.id == row.record_id, _record.c.check_out_at.is_(None))
        .values(check_out_at=claim.scanned_at)
        .returning(_record.c.id)
    )
    if left is None:
        return replace(outcome_of(row, "repeated", row.status, row.check_out_at or now), slot="out")
    flags = doubts(row, who, claim, now)
    for code in flags:
        note_flag(row.record_id, lesson_id=row.lesson_id, enrollment_id=row.enrollment_id, code=code)
    point_at_others(flags, lesson_id=row.lesson_id, enrollment_id=row.enrollment_id, device=who.device)
    publish(CheckedOut(lesson_id=row.lesson_id, enrollment_id=row.enrollment_id))
    return replace(outcome_of(row, "accepted", row.status, claim.scanned_at), slot="out")


def _repeated(row: Read, nonce: str) -> Outcome:
    """The first answer again; a retry of the very same press is answered as that press was."""
    same_press = bool(nonce) and nonce == row.nonce
    return outcome_of(row, "accepted" if same_press else "repeated", row.status, row.check_in_at)
