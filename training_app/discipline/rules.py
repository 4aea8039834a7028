"""The rules of leave: half-days, hours, who decides, what follows. Plain values in, decisions with reasons out.

The sources: domain/regulations.md (leave by procedure, by half-day, longer leave higher up; more than 1/7 of the
hours: proposal to withdraw). A person decides; nothing here withdraws anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

KINDS = ("leave_sick", "leave_personal", "leave_official")
HALVES = ("morning", "afternoon")
STEPS = ("class_teacher", "academic", "organisation")
STATES = ("asked", "approved", "refused", "withdrawn", "returned")
LONGEST_DAYS = 60
SHORTEST_REASON = 2


@dataclass(frozen=True, order=True)
class Half:
    """Half a day. An evening belongs to the afternoon before it."""

    day: date
    half: int  # 0 morning, 1 afternoon

    @classmethod
    def of(cls, day: date, half: str) -> Half:
        """The half-day of a lesson or a form: morning, afternoon, evening."""
        return cls(day, 0 if half == "morning" else 1)

    @property
    def number(self) -> int:
        """Half-days since the beginning of all days, so that they can be subtracted."""
        return self.day.toordinal() * 2 + self.half


@dataclass(frozen=True)
class Period:
    """From one half-day to another, both included; ``back``: from then on the person was there again."""

    first: Half
    last: Half
    back: Half | None = None

    @property
    def half_days(self) -> int:
        """How many half-days it covers; 0 when the person was back before it began."""
        end = self.last.number if self.back is None else min(self.last.number, self.back.number - 1)
        return max(end - self.first.number + 1, 0)

    def covers(self, half: Half) -> bool:
        """Whether the person is away then."""
        return self.first <= half <= self.last and (self.back is None or half < self.back)

    def meets(self, other: Period) -> bool:
        """Whether both cover some half-day."""
        if not self.half_days or not other.half_days:
            return False
        return self.covers(other.first) or other.covers(self.first)


@dataclass(frozen=True)
class TaughtLesson:
    """What the arithmetic needs of a lesson."""

    id: int
    half: Half
    hours: Decimal


def lessons_within(period: Period, lessons: Iterable[TaughtLesson]) -> list[TaughtLesson]:
    """The lessons a leave covers."""
    return [lesson for lesson in lessons if period.covers(lesson.half)]


def hours_of(period: Period, lessons: Collection[TaughtLesson], *, half_day_hours: Decimal) -> Decimal:
    """The credit hours of a leave: those of the timetable; while there is no timetable, so many a half-day."""
    if not lessons:
        return half_day_hours * period.half_days
    return sum((lesson.hours for lesson in lessons_within(period, lessons)), Decimal(0))


def faults_of(
    period: Period, *, kind: str, reason: str, starts_on: date, ends_on: date, others: Iterable[Period] = ()
) -> dict[str, str]:
    """What is wrong with a request: field → code; nothing when it may be handed in."""
    faults = {}
    if kind not in KINDS:
        faults["kind"] = "unknown_kind"
    if period.last < period.first:
        faults["last_day"] = "ends_before"
    elif period.last.day - period.first.day > timedelta(days=LONGEST_DAYS):
        faults["last_day"] = "too_long"
    elif period.last.day < starts_on or period.first.day > ends_on:
        faults["first_day"] = "outside_class"
    elif any(period.meets(other) for other in others):
        faults["first_day"] = "overlaps"
    if sum(1 for sign in reason if sign.isprintable() and not sign.isspace()) < SHORTEST_REASON:
        faults["reason"] = "no_reason"
    return faults


def chain_of(half_days: int, *, academic_over: int, organisation_over: int) -> tuple[str, ...]:
    """Who has to decide a leave of this length, in order."""
    chain = ["class_teacher"]
    if half_days > academic_over:
        chain.append("academic")
    if half_days > organisation_over:
        chain.append("organisation")
    return tuple(chain)


def step_after(chain: tuple[str, ...], done: Collection[str]) -> str:
    """Whose decision is next; '' when everybody has decided."""
    return next((step for step in chain if step not in done), "")


def may_decide(*, state: str, is_own: bool, has_decided: bool) -> str:
    """Why somebody may not decide the step a request waits for; '' when they may.

    Nobody decides their own leave, and nobody two steps of one request: the chain is there for a second pair of eyes.
    """
    if state != "asked":
        return "decided"
    if is_own:
        return "own"
    return "second_pair" if has_decided else ""


def may_withdraw(*, state: str, begun: bool) -> str:
    """Why a request cannot be taken back; '' when it can: until it is decided, or, granted, until it begins."""
    if state == "asked" or (state == "approved" and not begun):
        return ""
    return "begun" if state == "approved" else "decided"


def may_return(*, state: str, period: Period, back: Half) -> str:
    """Why this cannot be the return from a leave; '' when it can. Early is before the granted end."""
    if state != "approved":
        return "not_granted"
    return "before_leave" if back < period.first else ""


def is_early(period: Period, back: Half) -> bool:
    """Whether the person is back before the granted leave ends."""
    return back <= period.last


# --- bulletins ------------------------------------------------------------------------------------------------


def week_of(day: date) -> tuple[date, date]:
    """Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def bulletin_number(class_name: str, year: int, serial: int) -> str:
    """知行学堂第6期考勤通报〔2026〕3号."""
    return f"{class_name}考勤通报〔{year}〕{serial}号"


CHRONIC_LATES = 3


def is_chronic(late: int, lessons: int) -> bool:
    """Whether somebody is late again and again: three times or more, and in a tenth of the lessons or more."""
    return late >= CHRONIC_LATES and late * 10 >= lessons


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """A part as a fraction of the whole, four places; 0 of nothing."""
    return (part / whole).quantize(Decimal("0.0001")) if whole else Decimal(0)


def days_of(half_days: int) -> Decimal:
    """Half-days as days, for print."""
    return Decimal(half_days) / 2
