"""Writing entries, numbering and chaining them, verifying the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import Select, func, insert, select

from training_app.audit.models import AuditEntry, AuditLink
from training_app.core import clock
from training_app.core.at_once import insert_at_once
from training_app.core.db import command, db, execute, serialise, table_of
from training_app.core.events import Event

log = structlog.get_logger()

GENESIS = "0" * 64
_BATCH = 5000
_LONGEST_WAIT = timedelta(seconds=30)
_CLOCK_TOLERANCE = timedelta(seconds=5)


# Written for every change there is: a plain table, compiled once.
_entries = table_of(AuditEntry)
_INSERT = insert(_entries).inline()


def write(event: Event) -> None:
    """Write the event with the transaction that caused it; the subscriber to every event there is."""
    execute(_INSERT, _values(event))


def write_all(events: Sequence[Event]) -> None:
    """Write several events of one transaction at once, in their order."""
    insert_at_once(_entries, [_values(event) for event in events])


def _values(event: Event) -> dict[str, Any]:
    facts = event.facts()
    actor = event.actor
    subject = facts.get(event.subject_field, "") if event.subject_field else ""
    return {
        "at": event.at,
        "kind": event.event_name(),
        "account_id": actor.account_id,
        "actor_name": actor.name[:100],
        "subject_kind": event.subject_kind,
        "subject_id": str(subject),
        "body": plain(facts),
        "address": actor.address,
        "request_id": actor.request_id,
    }


def plain(value: Any) -> Any:
    """A value as canonical JSON takes it: decimals and times as text, no floats."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if hasattr(value, "items"):
        return {str(k): plain(v) for k, v in value.items()}
    return value


def canonical(entry: dict[str, Any]) -> bytes:
    """The bytes an entry's leaf is computed over: JSON, keys sorted, no blanks, UTF-8 (after RFC 8785)."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def leaf_of(entry: dict[str, Any]) -> str:
    """The leaf hash of RFC 6962: SHA-256 over a zero byte and the canonical entry."""
    return hashlib.sha256(b"\x00" + canonical(entry)).hexdigest()


def linked(previous: str, seq: int, leaf: str) -> str:
    """The hash that chains an entry to the one before it."""
    return hashlib.sha256(f"{previous}|{seq}|{leaf}".encode()).hexdigest()


_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.kind,
    AuditEntry.account_id,
    AuditEntry.actor_name,
    AuditEntry.subject_kind,
    AuditEntry.subject_id,
    AuditEntry.body,
)


def entry_document(row: Any) -> dict[str, Any]:
    """What of an entry is sealed: everything but the address and the request's id, which are kept for a time only."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "kind": row.kind,
        "account_id": row.account_id,
        "actor": row.actor_name,
        "subject": [row.subject_kind, row.subject_id],
        "body": row.body,
    }


def number_entries() -> int:
    """Number and chain the entries that have no place yet, in the order they were written; returns how many.

    Run by one leader within a second of the commits, so that writers never wait for one another. Within that
    second an unnumbered entry is not yet protected: the price, stated in docs/explanation/audit.md.
    """
    if db.session.execute(_waiting().limit(1)).first() is None:
        return 0  # found by reading: an idle server does not take the write lock twice a second
    return _number()


@command
def _number() -> int:
    serialise("audit.sequencer")
    last = db.session.execute(select(AuditLink.seq, AuditLink.hash).order_by(AuditLink.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    rows = db.session.execute(_waiting().limit(_BATCH)).all()
    links = []
    for row in rows:
        seq += 1
        leaf = leaf_of(entry_document(row))
        previous = linked(previous, seq, leaf)
        links.append({"seq": seq, "entry_id": row.id, "leaf": leaf, "hash": previous})
    if links:
        db.session.execute(insert(AuditLink), links)
    return len(links)


def _waiting() -> Select[Any]:
    """The entries without a number, in the order they were written."""
    return (
        select(*_COLUMNS)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditLink.seq.is_(None), AuditEntry.id > _all_numbered_up_to())
        .order_by(AuditEntry.id)
    )


def _all_numbered_up_to() -> int:
    """An id below which every entry surely has its number: a safe distance behind the newest numbered one.

    On PostgreSQL a slow transaction may commit an entry with a smaller id later; it is still found.
    """
    newest = db.session.scalar(select(func.max(AuditLink.entry_id))) or 0
    return newest - 20_000


def number_all_entries() -> int:
    """Number until nothing is left (exports, sealing, tests)."""
    total = 0
    while done := number_entries():
        total += done
        if done < _BATCH:
            break
    return total


def scheduler_keeps_up() -> bool:
    """Whether timers run somewhere: no entry has waited for its number longer than half a minute."""
    oldest = db.session.execute(_waiting().limit(1)).first()
    return oldest is None or clock.now() - oldest.at < _LONGEST_WAIT


def clock_is_sane() -> bool:
    """Whether the clock has not been set back: nothing was written in the future."""
    newest = db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
    return newest is None or newest - clock.now() < _CLOCK_TOLERANCE


@dataclass(frozen=True)
class ChainState:
    """How far the chain reaches and whether it holds; ``broken_at`` is the first number that does not."""

    last_seq: int
    head: str
    waiting: int
    broken_at: int | None = None


def chain_state() -> ChainState:
    """The head of the chain and how many entries wait for their number."""
    last = db.session.execute(select(AuditLink.seq, AuditLink.hash).order_by(AuditLink.seq.desc()).limit(1)).first()
    total = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    links = db.session.scalar(select(func.count()).select_from(AuditLink)) or 0
    return ChainState(last.seq if last else 0, last.hash if last else GENESIS, total - links)


def verify_chain() -> ChainState:
    """Recompute every leaf and link from the entries themselves."""
    state = chain_state()
    previous, expected = GENESIS, 1
    for row in _numbered():
        leaf = leaf_of(entry_document(row))
        if row.seq != expected or leaf != row.leaf or linked(previous, row.seq, leaf) != row.hash:
            return ChainState(state.last_seq, state.head, state.waiting, broken_at=expected)
        previous, expected = row.hash, expected + 1
    return state


def _numbered() -> Iterator[Any]:
    query = (
        select(AuditLink.seq, AuditLink.leaf, AuditLink.hash, *_COLUMNS)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.seq)
    )
    yield from db.session.execute(query.execution_options(yield_per=2000))


@dataclass(frozen=True)
class Leaf:
    """A numbered entry's leaf, and what it is about."""

    seq: int
    leaf: str
    document: dict[str, Any]


def leaves() -> list[str]:
    """All leaf hashes in order (hex), for proofs."""
    return list(db.session.scalars(select(AuditLink.leaf).order_by(AuditLink.seq)))


def entries_about(subjects: set[tuple[str, str]]) -> list[Leaf]:
    """The numbered entries about these subjects (kind, id), in order."""
    kinds = {kind for kind, _id in subjects}
    rows = db.session.execute(
        select(AuditLink.seq, AuditLink.leaf, *_COLUMNS)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .where(AuditEntry.subject_kind.in_(kinds))
        .order_by(AuditLink.seq)
    )
    return [Leaf(r.seq, r.leaf, entry_document(r)) for r in rows if (r.subject_kind, r.subject_id) in subjects]


@dataclass(frozen=True)
class LastChange:
    """Who changed something last, and when."""

    at: datetime
    actor: str


def last_change_of(kind: str, ids: Collection[int], since: datetime) -> LastChange | None:
    """The latest change to one of these subjects after a moment; reading and exporting are none."""
    wanted = {str(each) for each in ids}
    chosen = (
        select(AuditEntry.at, AuditEntry.actor_name, AuditEntry.subject_id, AuditEntry.kind)
        .where(AuditEntry.at > since, AuditEntry.subject_kind == kind)
        .order_by(AuditEntry.at.desc())
    )
    for row in db.session.execute(chosen):
        if row.subject_id in wanted and not row.kind.endswith(("Read", "Revealed", "Exported", "Taken")):
            return LastChange(row.at, row.actor_name)
    return None
