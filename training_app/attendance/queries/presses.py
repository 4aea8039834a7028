"""What many presses at once need to know: the sessions behind them and all that one scan asks, by one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Row
from sqlalchemy.sql.selectable import NamedFromClause

from training_app.accounts.api import SIGNED_IN
from training_app.attendance.code_rules import Code
from training_app.attendance.models import ScanTicket
from training_app.attendance.queries.lower import lessons
from training_app.attendance.queries.scans import facts_of, places_of
from training_app.core import clock
from training_app.core.db import db, execute, table_of

_ticket = table_of(ScanTicket)


@dataclass(frozen=True)
class Press:
    """What one browser sends: by whose session, with which device, and a code or the digest of a ticket; and when."""

    session_hash: str
    device: str
    browser: str
    nonce: str
    code: Code | None = None
    ticket: str = ""
    arrived: datetime = field(default_factory=clock.now)


_NAMES = (("number", Integer), ("session", String), ("device", String), ("ticket", String), ("lesson", Integer))


def _pressed_postgresql() -> NamedFromClause:
    given = cast(bindparam("presses", type_=String), postgresql.JSON)
    columns = [column(name, kind) for name, kind in _NAMES]
    return func.json_to_recordset(given).table_valued(*columns, name="pressed").render_derived(with_types=True)


def _pressed_sqlite() -> NamedFromClause:
    each = func.json_each(bindparam("presses", type_=String)).table_valued("value", name="each")
    return select(
        *(func.json_extract(each.c.value, f"$.{name}", type_=kind).label(name) for name, kind in _NAMES)
    ).subquery("pressed")


def _reading(pressed: NamedFromClause) -> Select[Any]:
    account, device = SIGNED_IN.account_id, pressed.c.device
    lesson = (
        pressed.join(SIGNED_IN.source, SIGNED_IN.id_hash == pressed.c.session)
        .outerjoin(_ticket, _ticket.c.id_hash == pressed.c.ticket)
        .join(lessons, lessons.c.id == func.coalesce(_ticket.c.lesson_id, pressed.c.lesson))
    )
    return select(
        pressed.c.number,
        *SIGNED_IN.columns,
        _ticket.c.step.label("ticket_step"),
        _ticket.c.scanned_at.label("ticket_scanned_at"),
        _ticket.c.device_hash.label("ticket_device"),
        _ticket.c.used_by_id.label("ticket_used_by"),
        *facts_of(account, device),
    ).select_from(places_of(lesson, account, device))


_READING = {"postgresql": _reading(_pressed_postgresql()), "sqlite": _reading(_pressed_sqlite())}


def read_presses(presses: Sequence[Press], **since: Any) -> list[Row[*tuple[Any, ...]] | None]:
    """For each press what is stored; None where there is no such session, ticket or lesson.

    ``since``: minute_ago, hour_ago.
    """
    given = [
        {
            "number": number,
            "session": each.session_hash,
            "device": each.device,
            "ticket": each.ticket,
            "lesson": each.code.lesson_id if each.code else None,
        }
        for number, each in enumerate(presses)
    ]
    statement = _READING[db.session.get_bind().dialect.name]
    found: list[Row[*tuple[Any, ...]] | None] = [None] * len(presses)
    for row in execute(statement, {"presses": json.dumps(given), **since}):
        found[row.number] = row
    return found
