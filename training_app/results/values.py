"""Plain values that results hands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class HourSum:
    """Credit hours of a person by kind; group and external together are what a requirement counts."""

    group: Decimal = ZERO
    online: Decimal = ZERO
    external: Decimal = ZERO
    lecturing: Decimal = ZERO

    @property
    def counted(self) -> Decimal:
        """集中培训学时: lessons attended and training at higher levels. Network hours are never added."""
        return self.group + self.external


@dataclass(frozen=True)
class Requirement:
    """``rule`` (five_year, annual, online): so many hours, or so many days, in so many years."""

    rule: str
    years: int
    hours: Decimal
    days: int


@dataclass(frozen=True)
class ResultInfo:
    """The present version of one person's result in a class."""

    enrollment_id: int
    class_id: int
    version: int
    hours_due: Decimal
    hours_earned: Decimal
    attendance_rate: Decimal
    exam_score: Decimal | None
    resit_score: Decimal | None
    conduct_score: Decimal | None
    reflection_score: Decimal | None
    total: Decimal | None
    grade: str
    completed: bool
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class CertificateInfo:
    """A certificate; ``state`` valid, revoked, replaced."""

    id: int
    number: str
    check_code: str
    enrollment_id: int
    class_id: int
    cadre_id: int
    holder_name: str
    class_name: str
    credit_hours: Decimal
    issued_on: date
    state: str
    state_reason: str
    trained_from: date
    trained_to: date
    replaced_by: str = ""


@dataclass(frozen=True)
class HourLine:
    """One line of the ledger."""

    id: int
    cadre_id: int
    class_id: int | None
    enrollment_id: int | None
    earned_on: date
    kind: str
    hours: Decimal
    source_kind: str
    source_id: int
    revision: int
    title: str
    note: str
    posted_at: datetime

    @property
    def number(self) -> str:
        """The number under which the line is quoted: XS-2023-2214."""
        return f"XS-{self.earned_on.year}-{self.id:04d}"


@dataclass(frozen=True)
class NewHours:
    """A line to be posted: total hours this source grants the person (a difference to what stands is posted)."""

    cadre_id: int
    earned_on: date
    kind: str
    hours: Decimal
    source_kind: str
    source_id: int
    title: str
    class_id: int | None = None
    enrollment_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: so many ledger lines of one kind of source."""

    kind: str  # lesson, external, online, lecturing, correction, result, certificate
    label: str
    count: int
    hours: Decimal = ZERO
    ids: tuple[int, ...] = ()
    last_on: date | None = None


@dataclass(frozen=True)
class Figure:
    """A figure of the statement with the sources it was added up from."""

    key: str
    value: Decimal
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class StatementClass:
    """One class (or outside course) in the statement."""

    title: str
    starts_on: date
    ends_on: date
    kind: str  # group, external, online, lecturing
    hours: Decimal
    class_id: int | None = None
    enrollment_id: int | None = None
    class_code: str = ""
    organiser: str = ""
    status: str = ""
    lessons_attended: int = 0
    lessons_due: int = 0
    hours_due: Decimal = ZERO
    exam_score: Decimal | None = None
    resit_score: Decimal | None = None
    total: Decimal | None = None
    grade: str = ""
    completed: bool | None = None
    reason: str = ""
    certificate_number: str = ""
    certificate_id: int | None = None
    ledger_numbers: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """A person's training statement of a year: every figure with its sources.

    ``counted`` is what the requirement counts: of the year for the annual rule, of five years for the other.
    """

    cadre_id: int
    name: str
    unit_id: int | None
    unit_name: str
    unit_and_post: str
    post_level: str
    rank: str
    year: int
    hours: HourSum
    days: int
    requirement: Requirement
    counted: Decimal
    counted_days: int
    period: tuple[date, date]
    met: bool
    missing: Decimal
    online_requirement: Requirement
    online_met: bool
    online_missing: Decimal
    figures: tuple[Figure, ...]
    classes: tuple[StatementClass, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Requirements:
    """The dated requirements, to answer for many people without asking the database again."""

    dated: Mapping[str, Sequence[tuple[date, Requirement]]]

    def rule(self, name: str, on: date) -> Requirement:
        """The requirement ``name`` as it holds on a day; the earliest one before any is dated."""
        lines = self.dated[name]
        return next((requirement for since, requirement in reversed(lines) if since <= on), lines[0][1])
