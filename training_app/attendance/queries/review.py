"""Everything about attendance that waits for a person; who was recorded by hand, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from training_app.attendance import rules
from training_app.attendance.models import AttendanceRecord, MarkTakenBack
from training_app.attendance.queries.about import COLUMNS, About, in_classes, joined
from training_app.attendance.queries.contests import waiting_contests
from training_app.attendance.queries.corrections import waiting_requests
from training_app.attendance.queries.heads import differing_heads
from training_app.attendance.queries.lower import accounts, classes, lessons
from training_app.attendance.queries.people import open_flags
from training_app.core.db import db, table_of

KINDS = ("contest", "correction", "doubt", "heads")


@dataclass(frozen=True)
class ReviewItem:
    """Something that waits. ``kind``: one of KINDS; ``said`` is a code or words, ``id`` that of the thing itself.

    ``status`` is what the record says, ``wanted`` what a correction asks for, ``counted`` heads seen and recorded.
    """

    kind: str
    id: int
    at: datetime
    lesson_id: int
    lesson_title: str
    starts_at: datetime
    class_id: int
    class_name: str
    enrollment_id: int | None = None
    name: str = ""
    unit_name: str = ""
    said: str = ""
    status: str = ""
    wanted: str = ""
    counted: tuple[int, int] = (0, 0)
    by: str = ""


def waiting_items(settles: Collection[int] | None, approves: Collection[int] | None) -> list[ReviewItem]:
    """What waits: doubts, contests and heads of classes one may correct, corrections of classes one may approve in.

    None stands for all classes. The oldest first.
    """
    found = [
        ReviewItem(
            "doubt", f.id, f.raised_at, f.lesson_id, f.lesson_title, f.starts_at, f.class_id, f.class_name,
            f.enrollment_id, f.name, f.unit_name, said=f.code, status=f.record_status,
        )
        for f in open_flags(settles)
    ]  # fmt: skip
    found += [
        ReviewItem(
            "contest", c.id, c.at, c.lesson_id, c.lesson_title, c.starts_at, c.class_id, c.class_name,
            c.enrollment_id, c.name, c.unit_name, said=c.said, status=c.status,
        )
        for c in waiting_contests(settles)
    ]  # fmt: skip
    found += [
        ReviewItem(
            "correction", r.id, r.asked_at, r.lesson_id, r.lesson_title, r.starts_at, r.class_id, r.class_name,
            r.enrollment_id, r.name, r.unit_name, said=r.reason, status=r.old_status, wanted=r.requested_status,
            by=r.asked_by,
        )
        for r in waiting_requests(approves)
    ]  # fmt: skip
    found += _heads(settles)
    return sorted(found, key=lambda each: each.at)


def _heads(class_ids: Collection[int] | None) -> list[ReviewItem]:
    differing = {each.last.lesson_id: each.last for each in differing_heads(class_ids) if each.last is not None}
    rows = db.session.execute(
        select(lessons.c.id, lessons.c.title, lessons.c.starts_at, lessons.c.class_id, classes.c.name)
        .join(classes, classes.c.id == lessons.c.class_id)
        .where(lessons.c.id.in_(differing))
    )
    return [
        ReviewItem(
            "heads", row.id, last.at, row.id, row.title, row.starts_at, row.class_id, row.name,
            counted=(last.seen, last.recorded), by=last.by,
        )
        for row in rows
        for last in (differing[row.id],)
    ]  # fmt: skip


# --- recorded by hand -----------------------------------------------------------------------------------------

_record, _back = table_of(AttendanceRecord), table_of(MarkTakenBack)
OWN_WORDS = "words"  # the reason of a mark that is none of the list


@dataclass(frozen=True)
class Operator:
    """Who recorded people by hand: how often for which reason (a code, or OWN_WORDS), how often taken back."""

    id: int
    name: str
    reasons: dict[str, int]
    taken_back: int
    share: float  # of all marks of people who came, scans included

    @property
    def by_hand(self) -> int:
        """Marks on one's own word; a scanned badge is the trainee's own evidence."""
        return sum(count for reason, count in self.reasons.items() if reason != "badge")

    @property
    def badges(self) -> int:
        """Badges scanned."""
        return self.reasons.get("badge", 0)


def reason_group(reason: str) -> str:
    """The code a reason is counted under."""
    return reason if reason in rules.STAFF_REASONS or reason == "badge" else OWN_WORDS


def operators(class_ids: Collection[int] | None) -> list[Operator]:
    """Who recorded by hand in classes (None: all), and which share of all marks that is."""
    came = [_record.c.status.in_(rules.ATTENDED_STATUSES), _record.c.method.in_(("scan", "staff"))]
    joined = _record.join(lessons, lessons.c.id == _record.c.lesson_id)
    total = db.session.scalar(select(func.count()).select_from(joined).where(*came, *in_classes(class_ids))) or 0
    rows = db.session.execute(
        select(_record.c.operator_id, accounts.c.display_name, _record.c.reason, func.count())
        .select_from(joined.join(accounts, accounts.c.id == _record.c.operator_id))
        .where(*came, _record.c.method == "staff", *in_classes(class_ids))
        .group_by(_record.c.operator_id, accounts.c.display_name, _record.c.reason)
    )
    names: dict[int, str] = {}
    reasons: dict[int, dict[str, int]] = {}
    for operator_id, name, reason, count in rows:
        names[operator_id] = name
        own = reasons.setdefault(operator_id, {})
        group = reason_group(reason)
        own[group] = own.get(group, 0) + count
    back: dict[int, int] = {}
    for operator_id, name, count in db.session.execute(
        select(_back.c.operator_id, accounts.c.display_name, func.count())
        .select_from(
            _back.join(lessons, lessons.c.id == _back.c.lesson_id).join(accounts, accounts.c.id == _back.c.operator_id)
        )
        .where(*in_classes(class_ids))
        .group_by(_back.c.operator_id, accounts.c.display_name)
    ):
        names[operator_id], back[operator_id] = name, count
    found = []
    for operator_id, name in names.items():
        own = reasons.get(operator_id, {})
        by_hand = sum(count for reason, count in own.items() if reason != "badge")
        found.append(Operator(operator_id, name, own, back.get(operator_id, 0), by_hand / total if total else 0.0))
    return sorted(found, key=lambda each: (-each.by_hand, each.name))


@dataclass(frozen=True)
class ByHand(About):
    """One record made by hand, or one mark taken back (``taken_back_at``)."""

    status: str
    reason: str
    recorded_at: datetime
    operator_id: int
    operator: str
    taken_back_at: datetime | None = None


def records_by_hand(class_ids: Collection[int] | None, operator_id: int) -> list[ByHand]:
    """What one operator recorded by hand in classes (None: all), taken back or not; the latest first."""
    found = []
    for table, at, more, conditions in (
        (
            _record,
            _record.c.recorded_at,
            [],
            [_record.c.method == "staff", _record.c.status.in_(rules.ATTENDED_STATUSES)],
        ),
        (_back, _back.c.marked_at, [_back.c.at], []),
    ):
        rows = db.session.execute(
            select(
                *COLUMNS,
                table.c.status,
                table.c.reason,
                at.label("recorded_at"),
                accounts.c.id.label("operator_id"),
                accounts.c.display_name,
                *more,
            )
            .select_from(joined(table).join(accounts, accounts.c.id == table.c.operator_id))
            .where(table.c.operator_id == operator_id, *conditions, *in_classes(class_ids))
        )
        found += [ByHand(*tuple(row)) for row in rows]
    return sorted(found, key=lambda each: each.recorded_at, reverse=True)
