"""The rules of a class: what was laid down, from which lesson on; the settings' own where nothing was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from training_app.attendance import rules
from training_app.attendance.models import AttendanceRecord, AttendanceRule, CheckInWindow
from training_app.attendance.queries.lower import accounts, lessons
from training_app.classes.api import ClassInfo, get_class, list_classes
from training_app.core.db import db, table_of

_defaults: dict[str, rules.ClassRules] = {"rules": rules.ClassRules()}
_NAMES = tuple(field.name for field in fields(rules.ClassRules))
_rule = table_of(AttendanceRule)


def configure(laid_down: rules.ClassRules) -> None:
    """Take the county's rules from the settings."""
    _defaults["rules"] = laid_down


@dataclass(frozen=True)
class RuleVersion:
    """Rules with the lesson they count from, and who laid them down."""

    laid_down: rules.ClassRules
    counts_from: datetime
    at: datetime
    by: str
    lesson_title: str


def rules_without_versions(class_id: int) -> rules.ClassRules:
    """What holds for a class that has laid down nothing: its own times of check-in, and the county's settings."""
    return _usual(get_class(class_id))


def _usual(klass: ClassInfo) -> rules.ClassRules:
    return replace(
        _defaults["rules"],
        opens_before_minutes=klass.opens_before_minutes,
        late_after_minutes=klass.late_after_minutes,
        closes_after_minutes=klass.closes_after_minutes,
    )


def list_rule_versions(class_id: int) -> list[RuleVersion]:
    """Every version, the oldest first."""
    rows = db.session.execute(
        select(_rule, accounts.c.display_name, lessons.c.title, lessons.c.starts_at)
        .select_from(
            _rule.outerjoin(accounts, accounts.c.id == _rule.c.account_id).outerjoin(
                lessons, lessons.c.id == _rule.c.from_lesson_id
            )
        )
        .where(_rule.c.class_id == class_id)
        .order_by(_rule.c.id)
    ).all()
    return [
        RuleVersion(
            rules.ClassRules(**{name: getattr(row, name) for name in _NAMES}),
            _counts_from(row),
            row.at,
            row.display_name or "",
            row.title or "",
        )
        for row in rows
    ]


def _counts_from(row: Row[Any]) -> datetime:
    """From when a version counts: its lesson's time, also when that was moved to an earlier one since."""
    since: datetime = row.counts_from
    return since if row.starts_at is None else min(since, row.starts_at)


@dataclass(frozen=True)
class LaidDown:
    """Everything a class has laid down, read once to be asked for many lessons."""

    usual: rules.ClassRules
    versions: tuple[tuple[datetime, rules.ClassRules], ...]

    def at(self, moment: datetime) -> rules.ClassRules:
        """The rules that count for a lesson beginning at that moment."""
        return rules.rules_at(self.versions, moment, self.usual)

    @property
    def lates_add_up(self) -> bool:
        """Whether lateness adds up to absence in some lesson or other."""
        return bool(self.usual.lates_per_absence or any(each.lates_per_absence for _since, each in self.versions))


def laid_down_in(class_id: int) -> LaidDown:
    """What a class has laid down."""
    versions = tuple((each.counts_from, each.laid_down) for each in list_rule_versions(class_id))
    return LaidDown(rules_without_versions(class_id), versions)


def rules_for(class_id: int, moment: datetime) -> rules.ClassRules:
    """The rules that count for a lesson of the class beginning at that moment."""
    return laid_down_in(class_id).at(moment)


def rules_of_lessons(pairs: Collection[tuple[int, datetime]]) -> dict[tuple[int, datetime], rules.ClassRules]:
    """For (class, start of a lesson): the rules that count for it; for lists of many lessons."""
    class_ids = {class_id for class_id, _start in pairs}
    usual = {each.id: _usual(each) for each in list_classes(class_ids)} if class_ids else {}
    versions: dict[int, list[tuple[datetime, rules.ClassRules]]] = {}
    rows = db.session.execute(
        select(_rule, lessons.c.starts_at)
        .select_from(_rule.outerjoin(lessons, lessons.c.id == _rule.c.from_lesson_id))
        .where(_rule.c.class_id.in_(class_ids))
        .order_by(_rule.c.id)
    )
    for row in rows:
        laid_down = rules.ClassRules(**{name: getattr(row, name) for name in _NAMES})
        versions.setdefault(row.class_id, []).append((_counts_from(row), laid_down))
    return {
        (class_id, start): rules.rules_at(versions.get(class_id, ()), start, usual[class_id])
        for class_id, start in pairs
    }


def hours_by_lates(class_id: int, laid_down: LaidDown | None = None) -> dict[int, Decimal]:
    """Hours that lateness in closed lessons adds up to, per person, where the class's rules say so."""
    laid_down = laid_down or laid_down_in(class_id)
    if not laid_down.lates_add_up:
        return {}
    late = db.session.execute(
        select(AttendanceRecord.enrollment_id, lessons.c.starts_at)
        .join(lessons, lessons.c.id == AttendanceRecord.lesson_id)
        .join(CheckInWindow, CheckInWindow.lesson_id == lessons.c.id)
        .where(
            lessons.c.class_id == class_id,
            lessons.c.state != "cancelled",
            CheckInWindow.state == "closed",
            AttendanceRecord.status == "late",
        )
        .order_by(lessons.c.starts_at, lessons.c.id)
    )
    by_person: dict[int, list[rules.ClassRules]] = {}
    for row in late:
        by_person.setdefault(row.enrollment_id, []).append(laid_down.at(row.starts_at))
    hours = {person: rules.hours_of_lates(lates) for person, lates in by_person.items()}
    return {person: each for person, each in hours.items() if each}
