"""Bulletins: what the records say of a day or a week, those issued, those due."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from training_app.attendance import api as attendance
from training_app.classes.api import (
    ACTIVE,
    class_ids_seen_whole,
    class_ids_visible_to,
    get_class,
    list_classes,
    list_enrollments,
    unit_ids_seen,
)
from training_app.core import clock, crypto, documents
from training_app.core.actor import Actor
from training_app.core.db import db, table_of
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.discipline import opinions, rules
from training_app.discipline.models import Bulletin
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.lower import accounts, classes
from training_app.discipline.queries.shares import ZERO, shares_of_class, taught_lessons

SORTABLE = ("issued_at", "class_name", "first_day", "number")
FILTERS = ("kind", "class_id")
_bulletin = table_of(Bulletin)
_first = _bulletin.alias("first")
Content = dict[str, Any]


def write_bulletin(class_id: int, kind: str, day: date) -> Content:
    """What the closed lessons of a day, or of the week around it, say: plain values, ready to be frozen.

    Raises:
        NotFound: no lesson of these days is closed.
    """
    klass = get_class(class_id)
    first, last = rules.week_of(day) if kind == "weekly" else (day, day)
    taught = [each for each in taught_lessons(class_id) if first <= each.day <= last]
    counts = attendance.lesson_counts([each.id for each in taught])
    closed = [each for each in taught if counts[each.id].state == "closed"]
    if not closed:
        raise NotFound
    first, last = (closed[0].day, closed[-1].day) if kind == "weekly" else (day, day)
    hours = {each.id: each.credit_hours for each in closed}
    statuses: dict[int, dict[int, str]] = {}
    for record in attendance.records_of_class(class_id):
        if record.lesson_id in hours:
            statuses.setdefault(record.enrollment_id, {})[record.lesson_id] = record.status
    # Whoever left the class since is in it: a record does not go with the person.
    recorded = [each for each in list_enrollments(class_id, statuses=None) if each.id in statuses]
    shares = shares_of_class(class_id, who_left_too=True)
    people = []
    for person in recorded:
        own = statuses[person.id]
        sums = attendance.sum_hours((own[i], hours[i]) for i in own)
        share = shares[person.id]
        people.append(
            {
                "enrollment_id": person.id,
                "name": person.name,
                "unit_id": person.unit_id,
                "unit": person.unit_name,
                "marks": [own.get(each.id, "") for each in closed],
                "times": dict(Counter(own.values())),
                "leave_kinds": sorted({s for s in own.values() if s in attendance.LEAVE_STATUSES}),
                "due": _plain(sums.due),
                "attended": _plain(sums.attended),
                "on_leave": _plain(sums.on_leave),
                "absent": _plain(sums.absent),
                "late": sums.late,
                "left_early": sums.left_early,
                "share": _plain(rules.share_of(share.missed, share.planned)),
                "standing": share.standing_now if person.status in ACTIVE else "",  # nothing is proposed about who left
                "absence_standing": share.absence_standing if person.status in ACTIVE else "",
                "absent_so_far": _plain(share.absent),
            }
        )
    return {
        "kind": kind,
        "class_id": class_id,
        "class_name": klass.name,
        "host": klass.organiser or klass.host,
        "teacher": "、".join(klass.teacher_names),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "lessons": [
            {
                "id": each.id,
                "day": each.day.isoformat(),
                "half": each.half_day,
                "starts": f"{clock.local(each.starts_at):%H:%M}",
                "title": each.title,
                "hours": _plain(each.credit_hours),
            }
            for each in closed
        ],
        "left_open": len(taught) - len(closed),
        "absence_days": _plain(next((s.absence_line.days(s.absence_line.hours) for s in shares.values()), ZERO)),
        "people": people,
        "totals": totals_of(people),
    }


def _plain(value: Decimal) -> str:
    return documents.number_text(value) or "0"


def totals_of(people: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures a bulletin begins with."""

    def total(name: str) -> Decimal:
        return sum((Decimal(person[name]) for person in people), ZERO)

    due, attended = total("due"), total("attended")
    leave = sum(sum(p["times"].get(kind, 0) for kind in attendance.LEAVE_STATUSES) for p in people)
    return {
        "people": len(people),
        "full": sum(is_full(person) for person in people),
        "due": _plain(due),
        "attended": _plain(attended),
        "rate": _plain(rules.share_of(attended, due)),
        "leave_times": leave,
        "leave_hours": _plain(total("on_leave")),
        "late": sum(person["late"] for person in people),
        "left_early": sum(person["left_early"] for person in people),
        "absent_times": sum(person["times"].get("absent", 0) for person in people),
        "absent_hours": _plain(total("absent")),
    }


def is_full(person: Mapping[str, Any]) -> bool:
    """Whether somebody was there, in time and to the end, every time due (全勤)."""
    return Decimal(person["due"]) > 0 and set(person["times"]) <= {"present", "exempt"}


def digest_of(content: Content) -> str:
    """What tells one content from another."""
    return crypto.digest(json.dumps(content, ensure_ascii=False, sort_keys=True))


@dataclass(frozen=True)
class BulletinRow:
    """An issued bulletin."""

    id: int
    class_id: int
    class_name: str
    kind: str
    first_day: date
    last_day: date
    number: str
    issued_at: datetime
    issued_by: str
    corrects_id: int | None
    corrects_number: str
    reason: str
    content: Content
    sha256: str
    corrected_by: tuple[int, str] | None = None


def _select() -> Select[Any]:
    return select(
        _bulletin, classes.c.name.label("class_name"), accounts.c.display_name, _first.c.number.label("corrects_number")
    ).select_from(
        _bulletin.join(classes, classes.c.id == _bulletin.c.class_id)
        .outerjoin(accounts, accounts.c.id == _bulletin.c.account_id)
        .outerjoin(_first, _first.c.id == _bulletin.c.corrects_id)
    )


def _row(row: Any, corrected_by: tuple[int, str] | None = None) -> BulletinRow:
    return BulletinRow(
        row.id,
        row.class_id,
        row.class_name,
        row.kind,
        row.first_day,
        row.last_day,
        row.number,
        row.issued_at,
        row.display_name or "",
        row.corrects_id,
        row.corrects_number or "",
        row.reason,
        json.loads(row.content),
        row.sha256,
        corrected_by,
    )


def _within_reach(actor: Actor) -> list[ColumnElement[bool]]:
    visible = class_ids_visible_to(actor, DISCIPLINE["view"])
    return [] if visible is None else [_bulletin.c.class_id.in_(visible)]


def own_units(actor: Actor, class_id: int) -> frozenset[int] | None:
    """The units whose people alone this person may see in a bulletin of the class; None: everybody."""
    whole = class_ids_seen_whole(actor, DISCIPLINE["view"])
    if whole is None or class_id in whole:
        return None
    return unit_ids_seen(actor, DISCIPLINE["view"])


def for_units(content: Content, units: frozenset[int] | None) -> Content:
    """A bulletin with these units' people alone; the figures of the whole class stay."""
    if units is None:
        return content
    seen = {**content, "people": [person for person in content["people"] if person["unit_id"] in units]}
    if "opinion" in content:
        hidden = [person["name"] for person in content["people"] if person["unit_id"] not in units]
        edited = content.get("opinion_edited", False)
        seen["opinion"] = opinions.without(content["opinion"], hidden) if edited else opinions.propose(seen)
    return seen


def list_bulletins(actor: Actor, query: ListQuery, *, everything: bool = False) -> Page[BulletinRow]:
    """Issued bulletins within reach."""
    conditions = _within_reach(actor)
    if query.q:
        like = f"%{query.q}%"
        conditions.append(or_(_bulletin.c.number.like(like), classes.c.name.like(like)))
    if query.wants("kind"):
        conditions.append(_bulletin.c.kind == query.wants("kind"))
    class_id = query.wants("class_id")
    if class_id.isascii() and class_id.isdigit():
        conditions.append(_bulletin.c.class_id == int(class_id[:9]))
    chosen = _select().where(*conditions)
    total = (
        db.session.scalar(select(func.count()).select_from(chosen.with_only_columns(_bulletin.c.id).subquery())) or 0
    )
    by: Any = classes.c.name if query.sort == "class_name" else _bulletin.c[query.sort]
    chosen = chosen.order_by(by.desc() if query.descending else by.asc(), _bulletin.c.id.desc())
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page([_row(row) for row in db.session.execute(chosen)], total, query)


def get_bulletin_visible_to(actor: Actor, bulletin_id: int) -> BulletinRow:
    """One bulletin within reach, with the one that corrects it.

    Raises:
        NotFound: there is none, or not for this person.
    """
    row = db.session.execute(_select().where(_bulletin.c.id == bulletin_id, *_within_reach(actor))).first()
    if row is None:
        raise NotFound
    later = db.session.execute(
        select(_bulletin.c.id, _bulletin.c.number).where(_bulletin.c.corrects_id == bulletin_id)
    ).first()
    return _row(row, (later.id, later.number) if later else None)


@dataclass(frozen=True)
class Due:
    """A bulletin that could be issued: everything of its days is closed."""

    class_id: int
    class_name: str
    kind: str
    day: date
    last_day: date


def due_bulletins(actor: Actor) -> list[Due]:
    """Days and weeks of running classes whose lessons are all closed and of which no bulletin is issued."""
    visible = class_ids_visible_to(actor, DISCIPLINE["decide"])
    issued = {
        (row.class_id, row.kind, rules.week_of(row.first_day)[0] if row.kind == "weekly" else row.first_day)
        for row in db.session.execute(select(_bulletin.c.class_id, _bulletin.c.kind, _bulletin.c.first_day))
    }
    found = []
    for klass in list_classes(visible, states=("running",)):
        taught = taught_lessons(klass.id)
        counts = attendance.lesson_counts([each.id for each in taught])
        spans: dict[tuple[str, date], list[int]] = {}
        for each in taught:
            spans.setdefault(("daily", each.day), []).append(each.id)
            spans.setdefault(("weekly", rules.week_of(each.day)[0]), []).append(each.id)
        day_of = {each.id: each.day for each in taught}
        for (kind, start), ids in spans.items():
            days = sorted(day_of[i] for i in ids)
            if kind == "weekly" and days[0] == days[-1]:
                continue  # a class of one day has its daily bulletin
            if all(counts[i].state == "closed" for i in ids) and (klass.id, kind, start) not in issued:
                found.append(Due(klass.id, klass.name, kind, days[0], days[-1]))
    return sorted(found, key=lambda each: (each.last_day, each.kind), reverse=True)
