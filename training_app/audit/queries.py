"""Reads of the audit trail for its screen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from training_app.audit.models import AuditEntry, AuditLink
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page

FILTERS = ("person", "kind", "about", "subject", "request", "since", "until")
_AT_MOST = 100_000  # rows in one export


@dataclass(frozen=True)
class Entry:
    """One entry as it was written, with its number when it has one."""

    id: int
    seq: int | None
    at: datetime
    kind: str
    account_id: int | None
    actor_name: str
    subject_kind: str
    subject_id: str
    body: dict[str, Any]
    address: str
    request_id: str


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the chain."""

    seq: int
    leaf: str
    hash: str
    previous: str


_COLUMNS = (
    AuditEntry.id,
    AuditLink.seq,
    AuditEntry.at,
    AuditEntry.kind,
    AuditEntry.account_id,
    AuditEntry.actor_name,
    AuditEntry.subject_kind,
    AuditEntry.subject_id,
    AuditEntry.body,
    AuditEntry.address,
    AuditEntry.request_id,
)


def page_of_entries(query: ListQuery, *, everything: bool = False) -> Page[Entry]:
    """The trail as one asked for it, the newest first; ``everything`` up to the limit of an export."""
    conditions = _conditions(query)
    total = db.session.execute(select(func.count()).select_from(AuditEntry).where(*conditions)).scalar_one()
    chosen = select(*_COLUMNS).outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id).where(*conditions)
    chosen = chosen.order_by(AuditEntry.id.desc() if query.descending else AuditEntry.id)
    chosen = chosen.limit(_AT_MOST) if everything else chosen.limit(query.per_page).offset(query.offset)
    return Page([Entry(*row) for row in db.session.execute(chosen)], total, query)


def get_entry(entry_id: int) -> Entry:
    """One entry.

    Raises:
        NotFound: there is none.
    """
    chosen = select(*_COLUMNS).outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
    row = db.session.execute(chosen.where(AuditEntry.id == entry_id)).first()
    if row is None:
        raise NotFound
    return Entry(*row)


def find_place(entry_id: int) -> Place | None:
    """Where an entry stands in the chain; None until it has been numbered."""
    chosen = select(AuditLink.seq, AuditLink.leaf, AuditLink.hash).where(AuditLink.entry_id == entry_id)
    link = db.session.execute(chosen).first()
    if link is None:
        return None
    before = db.session.execute(select(AuditLink.hash).where(AuditLink.seq == link.seq - 1)).scalar_one_or_none()
    return Place(link.seq, link.leaf, link.hash, before or "0" * 64)


def kinds_in_use() -> list[str]:
    """The kinds of entries that occur."""
    return sorted(db.session.execute(select(AuditEntry.kind).distinct()).scalars())


def subjects_in_use() -> list[str]:
    """The kinds of subjects that occur."""
    return sorted(k for k in db.session.execute(select(AuditEntry.subject_kind).distinct()).scalars() if k)


def count_since(moment: datetime) -> int:
    """How many entries were written since then."""
    chosen = select(func.count()).select_from(AuditEntry).where(AuditEntry.at >= moment)
    return int(db.session.execute(chosen).scalar_one())


def _conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for term in query.q.split():
        # The body is kept as JSON with everything but ASCII escaped, so Chinese is looked for in that form.
        escaped = json.dumps(term)[1:-1]
        texts = (AuditEntry.actor_name.contains(term, autoescape=True), AuditEntry.subject_id == term)
        body = cast(AuditEntry.body, String)
        conditions.append(or_(*texts, *(body.contains(t, autoescape=True) for t in {term, escaped})))
    if query.wants("person"):
        conditions.append(AuditEntry.actor_name.contains(query.wants("person"), autoescape=True))
    for name, column in (
        ("kind", AuditEntry.kind),
        ("about", AuditEntry.subject_kind),
        ("subject", AuditEntry.subject_id),
        ("request", AuditEntry.request_id),
    ):
        if query.wants(name):
            conditions.append(column == query.wants(name))
    since, until = _day(query.wants("since")), _day(query.wants("until"))
    if since is not None:
        conditions.append(AuditEntry.at >= clock.at_local(since, 0))
    if until is not None:
        conditions.append(AuditEntry.at < clock.at_local(until + timedelta(days=1), 0))
    return conditions


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
