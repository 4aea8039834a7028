"""The rules of results: plain values in, decisions with their reasons out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from training_app.core.errors import InvalidInput
from training_app.core.text import N_
from training_app.results.values import ZERO, Requirement

PRESENT = frozenset({"present", "late"})
NOT_DUE = frozenset({"exempt"})

# Why somebody has completed or not; the code is stored with the result.
MET = "met"
WITHDRAWN = "withdrawn"
ATTENDANCE_OPEN = "attendance_open"
HOURS_MISSED = "hours_missed"
EXAM_OPEN = "exam_open"
EXAM_MISCONDUCT = "exam_misconduct"
EXAM_ABSENT = "exam_absent"
EXAM_FAILED = "exam_failed"
EXAM_DEFERRED = "exam_deferred"
EXAM_EXCLUDED = "exam_excluded"
REASONS = (
    MET,
    WITHDRAWN,
    ATTENDANCE_OPEN,
    HOURS_MISSED,
    EXAM_OPEN,
    EXAM_MISCONDUCT,
    EXAM_ABSENT,
    EXAM_FAILED,
    EXAM_DEFERRED,
    EXAM_EXCLUDED,
)
UNDECIDED = frozenset({ATTENDANCE_OPEN, EXAM_OPEN, EXAM_DEFERRED})

EXCELLENT, GOOD, PASS, FAIL = "excellent", "good", "pass", "fail"
GRADES = (EXCELLENT, GOOD, PASS, FAIL)

_FIVE_YEAR_LEVELS = ("国家级", "省部级", "厅局级", "县处级")
_FIVE_YEAR_RANKS = ("巡视员", "一级调研员", "二级调研员", "三级调研员", "四级调研员")


@dataclass(frozen=True)
class Scheme:
    """How a class weighs its parts, in per cent, and what part of the hours may be missed."""

    exam: int = 60
    attendance: int = 0
    conduct: int = 20
    reflection: int = 20
    pass_mark: Decimal = Decimal(60)
    missed_numerator: int = 1
    missed_denominator: int = 7


@dataclass(frozen=True)
class Sitting:
    """What came of one sitting: a score, a code (absent, misconduct, open), or nothing yet."""

    score: Decimal | None = None
    code: str = ""
    full_marks: Decimal = Decimal(100)
    pass_mark: Decimal = Decimal(60)

    @property
    def percent(self) -> Decimal | None:
        """The score out of a hundred; a paper taken away counts nothing."""
        if self.code == "misconduct":
            return ZERO
        return None if self.score is None else self.score * 100 / self.full_marks

    @property
    def passed(self) -> bool:
        """Whether the score reaches the paper's own pass mark."""
        return self.code == "" and self.score is not None and self.score >= self.pass_mark

    @property
    def happened(self) -> bool:
        """Whether there is anything to judge."""
        return self.score is not None or self.code in ("absent", "misconduct", "excluded")


@dataclass(frozen=True)
class Attended:
    """A person's hours in a class."""

    due: Decimal
    earned: Decimal
    missed: Decimal
    lessons_due: int
    lessons_attended: int
    unrecorded: int = 0  # lessons held or planned without a record

    @property
    def rate(self) -> Decimal:
        """Hours attended in per cent of the hours due."""
        return two_places(self.earned * 100 / self.due) if self.due else Decimal(100)


@dataclass(frozen=True)
class Completion:
    """Whether a person has completed, and the rule that decided."""

    completed: bool
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether something is still to come before it can be decided."""
        return self.reason in UNDECIDED


def two_places(value: Decimal) -> Decimal:
    """Round to two places, halves away from zero, as people do."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def check_scheme(scheme: Scheme) -> None:
    """Refuse a scheme that does not add up.

    Raises:
        InvalidInput: naming the field.
    """
    weights = (scheme.exam, scheme.attendance, scheme.conduct, scheme.reflection)
    if any(weight < 0 for weight in weights) or sum(weights) != 100:
        raise InvalidInput(
            N_("The weights must add up to 100."),
            code="weights",
            fields={"exam_weight": N_("The weights must add up to 100.")},
        )
    if not 0 <= scheme.pass_mark <= 100:
        raise InvalidInput(
            N_("A pass mark lies between 0 and 100."),
            code="pass_mark",
            fields={"pass_mark": N_("A pass mark lies between 0 and 100.")},
        )
    if not 0 < scheme.missed_numerator <= scheme.missed_denominator:
        raise InvalidInput(
            N_("The part that may be missed is a fraction between 0 and 1."),
            code="missed_part",
            fields={"missed_denominator": N_("The part that may be missed is a fraction between 0 and 1.")},
        )


def attended(lessons: Iterable[tuple[Decimal, str]]) -> Attended:
    """Add up a person's lessons, given as (hours, status); status '' is a lesson without a record.

    Who is exempt from a lesson neither earns nor misses its hours.
    """
    due = earned = missed = ZERO
    lessons_due = lessons_attended = unrecorded = 0
    for hours, status in lessons:
        if status in NOT_DUE:
            continue
        due += hours
        lessons_due += 1
        if status == "":
            unrecorded += 1
        elif status in PRESENT:
            earned += hours
            lessons_attended += 1
        else:
            missed += hours
    return Attended(due, earned, missed, lessons_due, lessons_attended, unrecorded)


def missed_too_much(missed: Decimal, class_hours: Decimal, scheme: Scheme) -> bool:
    """Whether more than the allowed part (1/7) of the class's hours was missed; exactly that part is allowed."""
    return missed * scheme.missed_denominator > class_hours * scheme.missed_numerator


def counted_sitting(exam: Sitting, resit: Sitting) -> Sitting:
    """The sitting that counts: the re-sit takes the place of the exam as soon as it has a result."""
    return resit if resit.happened else exam


def composite(
    exam: Sitting,
    resit: Sitting,
    *,
    attendance_rate: Decimal,
    conduct: Decimal | None,
    reflection: Decimal | None,
    scheme: Scheme,
) -> Decimal | None:
    """The total by the class's weights; none while a part that has a weight is missing."""
    parts = (
        (scheme.exam, counted_sitting(exam, resit).percent),
        (scheme.attendance, attendance_rate),
        (scheme.conduct, conduct),
        (scheme.reflection, reflection),
    )
    total = ZERO
    for weight, value in parts:
        if weight == 0:
            continue
        if value is None:
            return None
        total += value * weight / 100
    return two_places(total)


def completion(
    *,
    withdrawn: bool,
    hours: Attended,
    class_hours: Decimal,
    exam_required: bool,
    exam: Sitting,
    resit: Sitting,
    scheme: Scheme,
) -> Completion:
    """Whether a person has completed; the first rule that speaks decides.

    Too many hours missed cannot be made good later, so it is said before anything that is still open.
    """
    if withdrawn:
        return Completion(completed=False, reason=WITHDRAWN)
    if missed_too_much(hours.missed, class_hours, scheme):
        return Completion(completed=False, reason=HOURS_MISSED)
    if hours.unrecorded:
        return Completion(completed=False, reason=ATTENDANCE_OPEN)
    if not exam_required and not exam.happened and not resit.happened:
        return Completion(completed=True, reason=MET)
    if exam.passed or resit.passed:
        return Completion(completed=True, reason=MET)
    counted = counted_sitting(exam, resit)
    if not counted.happened:
        deferred = "deferred" in (exam.code, resit.code)
        return Completion(completed=False, reason=EXAM_DEFERRED if deferred else EXAM_OPEN)
    if counted.code == "misconduct":
        return Completion(completed=False, reason=EXAM_MISCONDUCT)
    if counted.code == "absent":
        return Completion(completed=False, reason=EXAM_ABSENT)
    if counted.code == "excluded":
        return Completion(completed=False, reason=EXAM_EXCLUDED)
    return Completion(completed=False, reason=EXAM_FAILED)


def grade(total: Decimal | None, decision: Completion, scheme: Scheme) -> str:
    """优秀, 良好, 合格, 不合格 as a code; '' while there is nothing to grade."""
    if decision.is_open:
        return ""
    if not decision.completed:
        return FAIL
    if total is None:
        return PASS
    if total >= 90:
        return EXCELLENT
    if total >= 80:
        return GOOD
    return PASS if total >= scheme.pass_mark else FAIL


def binding_rule(post_level: str, rank: str) -> str:
    """Which requirement binds a person: the higher of post and rank decides."""
    if post_level.startswith(_FIVE_YEAR_LEVELS) or any(name in rank for name in _FIVE_YEAR_RANKS):
        return "five_year"
    return "annual"


def period_of(requirement: Requirement, year: int) -> tuple[date, date]:
    """The days a requirement looks at for a year: that year, or the five years that end with it."""
    return date(year - requirement.years + 1, 1, 1), date(year, 12, 31)


def is_met(requirement: Requirement, *, hours: Decimal, days: int) -> bool:
    """Whether enough hours, or enough days, stand in the ledger."""
    return hours >= requirement.hours or (requirement.days > 0 and days >= requirement.days)


def missing_hours(requirement: Requirement, *, hours: Decimal, days: int) -> Decimal:
    """Hours still needed; none once the requirement is met."""
    return ZERO if is_met(requirement, hours=hours, days=days) else requirement.hours - hours


def difference(target: Decimal, posted: Iterable[Decimal]) -> Decimal:
    """What a correction line must add so that the ledger shows the target."""
    return target - sum(posted, ZERO)


def split_by_year(lessons: Iterable[tuple[date, Decimal]]) -> dict[int, Decimal]:
    """Hours by the year of the lesson's day: a class over New Year counts in both years."""
    found: dict[int, Decimal] = {}
    for day, hours in lessons:
        found[day.year] = found.get(day.year, ZERO) + hours
    return found


_NAME_MARKS = frozenset("·・•")


def spaced_name(name: str) -> str:
    """A name as documents print it: two characters spread to the width of three."""
    if len(name) == 2 and not _NAME_MARKS & set(name):
        return f"{name[0]}\u3000{name[1]}"
    return name


def certificate_number(prefix: str, year: int, serial: int) -> str:
    """澜结〔2023〕0421号."""
    return f"{prefix}〔{year}〕{serial:04d}号"


_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read two ways


def check_code(raw: bytes) -> str:
    """Eight characters of a keyed digest, to be read from paper: 3M2XK7QF."""
    number = int.from_bytes(raw[:16], "big")
    letters = []
    for _ in range(8):
        number, at = divmod(number, len(_CODE_LETTERS))
        letters.append(_CODE_LETTERS[at])
    return "".join(letters)


def read_check_code(typed: str) -> str:
    """What somebody typed from paper, as it is stored."""
    return "".join(c for c in typed.upper() if c.isalnum())
