"""The rules of check-in: what a scan becomes, which doubts are noted, how hours are summed.

Design and parameters: SECURITY.md section 2.3. Nothing here asks the time or the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

STATUSES = (
    "present",
    "late",
    "left_early",
    "leave_sick",
    "leave_personal",
    "leave_official",
    "absent",
    "exempt",
)
PRESENT_STATUSES = ("present", "late")
ATTENDED_STATUSES = ("present", "late", "left_early")
LEAVE_STATUSES = ("leave_sick", "leave_personal", "leave_official")
SIGNS: Mapping[str, str] = {
    "present": "√",
    "late": "○",
    "left_early": "◇",
    "leave_sick": "△",
    "leave_personal": "☆",
    "leave_official": "◎",
    "absent": "×",
    "exempt": "—",
}  # as the registration form prints them (forms.md 6.4); an exemption has no sign of its own there

LATE_CONFIRM_SECONDS = 60
WRONG_PER_MINUTE = 5
WRONG_PER_HOUR = 30
WRONG_PER_MINUTE_DEVICE = 10
MISSED_SHARE = Fraction(1, 7)
FLAG_VERSION = 1

# --- what a scan becomes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """The check-in of a lesson as it stands: ``state`` is none, open or closed."""

    state: str
    late_from: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What a scan becomes, and why.

    ``outcome``: accepted, repeated, or one of the refusals not_open, closed, not_enrolled, withdrawn.
    """

    outcome: str
    status: str = ""

    @property
    def refused(self) -> bool:
        """Whether the scan does not count."""
        return self.outcome not in ("accepted", "repeated")


def window_times(
    *, starts_at: datetime, opened_at: datetime, late_after_minutes: int, closes_after_minutes: int
) -> tuple[datetime, datetime]:
    """From when a scan is late, and when check-in ends by itself.

    Both count from the start of the lesson, or from the opening when staff opened later: nobody is late because the
    code was shown late.
    """
    start = max(starts_at, opened_at)
    return start + timedelta(minutes=late_after_minutes), start + timedelta(minutes=closes_after_minutes)


def judge(*, window: Window, enrollment_status: str | None, recorded: str | None, scanned_at: datetime) -> Decision:
    """Decide what a genuine, fresh scan becomes.

    ``recorded`` is the status the person already has in this lesson. Leave and an absence noted by hand give way to
    the person who does come while check-in is open; anything else already recorded makes the scan a repetition.
    """
    if enrollment_status is None or enrollment_status in ("nominated", "declined"):
        return Decision("not_enrolled")
    if enrollment_status in ("withdrawn", "absent_no_show"):
        return Decision("withdrawn")
    if recorded in ATTENDED_STATUSES or recorded == "exempt":
        return Decision("repeated", recorded or "")
    if window.state == "none":
        return Decision("not_open")
    if window.state == "closed" or (window.closes_at is not None and scanned_at >= window.closes_at):
        return Decision("closed")
    late = window.late_from is not None and scanned_at >= window.late_from
    return Decision("accepted", "late" if late else "present")


def may_try(*, account_minute: int, account_hour: int, device_minute: int) -> bool:
    """Whether another code may be tried after that many wrong ones in the last minute and hour."""
    return (
        account_minute < WRONG_PER_MINUTE and account_hour < WRONG_PER_HOUR and device_minute < WRONG_PER_MINUTE_DEVICE
    )


# --- doubts ---------------------------------------------------------------------------------------------------

FLAGS = ("new_device", "shared_device", "late_confirm", "stale_step", "missed_call", "geo_outside", "burst", "overlap")
REVIEWED_FLAGS = ("shared_device", "missed_call", "overlap")  # a person has to look at these; the others are only noted


@dataclass(frozen=True)
class ScanEvidence:
    """What is known about a scan besides its code."""

    device: str = ""
    device_owner_id: int | None = None  # whose device the server knows this to be
    bound_device: str = ""  # the device the server knows the person by
    used_by_other: bool = False  # somebody else checked in to this lesson with it
    step_lag: int = 0
    waited: timedelta = field(default_factory=timedelta)


def flags_of(evidence: ScanEvidence, account_id: int) -> tuple[str, ...]:
    """The doubts to note beside a record; none of them ever changes its status."""
    found = []
    foreign = evidence.device_owner_id is not None and evidence.device_owner_id != account_id
    if foreign or evidence.used_by_other:
        found.append("shared_device")
    elif evidence.bound_device and evidence.bound_device != evidence.device:
        found.append("new_device")
    if evidence.waited > timedelta(seconds=LATE_CONFIRM_SECONDS):
        found.append("late_confirm")
    if evidence.step_lag > 0:
        found.append("stale_step")
    return tuple(found)


# --- by hand --------------------------------------------------------------------------------------------------

STAFF_REASONS = ("no_phone", "flat_battery", "no_signal", "code_unreadable", "arrived_with_group", "keyed_in_later")
SHORTEST_REASON = 4


def reason_is_enough(reason: str) -> bool:
    """A reason from the list, or at least four visible characters of one's own."""
    return (
        reason in STAFF_REASONS
        or sum(1 for sign in reason if sign.isprintable() and not sign.isspace()) >= SHORTEST_REASON
    )


def staff_status(*, at: datetime | None, late_from: datetime | None) -> str:
    """What a tick by staff becomes: late only when the time given for it is."""
    return "late" if at is not None and late_from is not None and at >= late_from else "present"


SETTLEMENTS = ("seen_in_room", "own_second_phone", "lent_phone", "corrected")


# --- sums -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HourSums:
    """Hours of one person over the lessons of a class that are over."""

    due: Decimal = Decimal(0)
    attended: Decimal = Decimal(0)
    on_leave: Decimal = Decimal(0)
    absent: Decimal = Decimal(0)
    late: int = 0
    left_early: int = 0

    @property
    def missed(self) -> Decimal:
        """Hours on leave and absent together."""
        return self.on_leave + self.absent


def sum_hours(records: Iterable[tuple[str, Decimal]]) -> HourSums:
    """Add up (status, hours) of one person; an exemption is neither due nor missed."""
    due = attended = on_leave = absent = Decimal(0)
    late = left_early = 0
    for status, hours in records:
        if status == "exempt":
            continue
        due += hours
        if status in ATTENDED_STATUSES:
            attended += hours
        elif status in LEAVE_STATUSES:
            on_leave += hours
        else:
            absent += hours
        late += status == "late"
        left_early += status == "left_early"
    return HourSums(due, attended, on_leave, absent, late, left_early)


def misses_too_much(missed: Decimal, planned: Decimal) -> bool:
    """Whether leave and absence come to more than 1/7 of the class's hours (strictly more)."""
    return planned > 0 and Fraction(missed) > Fraction(planned) * MISSED_SHARE


def nears_limit(missed: Decimal, planned: Decimal) -> bool:
    """Whether 80 % of that seventh is used up and a word with the person is due."""
    return planned > 0 and Fraction(missed) * 5 >= Fraction(planned) * MISSED_SHARE * 4


# --- the rules of a class -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassRules:
    """What a class has laid down about check-in, leaving and leave; data, so that no school needs other code.

    ``lates_per_absence`` 0: lateness never adds up to an absence. ``surprise_wanted``: each lesson is to have a second,
    unannounced code, which counts for ``surprise_minutes``. ``location_asked``: at teaching sites a phone is asked
    once, at the press, whether it is within ``location_radius`` metres. A request for leave of more than
    ``academic_over_half_days`` half-days also needs academic affairs, of more than
    ``organisation_over_half_days`` the organisation department, too. Withdrawal is proposed of whoever is absent
    without leave for ``absent_days`` days; 0: never for absence alone.
    """

    opens_before_minutes: int = 30
    late_after_minutes: int = 10
    closes_after_minutes: int = 30
    check_out_needed: bool = False
    early_minutes: int = 10
    lates_per_absence: int = 0
    surprise_wanted: bool = False
    surprise_minutes: int = 5
    location_asked: bool = False
    location_radius: int = 300
    half_day_hours: Decimal = Decimal(4)
    academic_over_half_days: int = 1
    organisation_over_half_days: int = 6
    absent_days: Decimal = Decimal(2)

    @property
    def absence_limit(self) -> Decimal:
        """The hours of absence without leave from which on withdrawal is proposed; 0 when it never is."""
        return self.absent_days * 2 * self.half_day_hours


RULE_LIMITS: Mapping[str, tuple[int, int]] = {
    "opens_before_minutes": (0, 240),
    "late_after_minutes": (0, 240),
    "closes_after_minutes": (1, 480),
    "early_minutes": (0, 240),
    "lates_per_absence": (0, 10),
    "surprise_minutes": (1, 30),
    "location_radius": (50, 5000),
    "half_day_hours": (0, 12),
    "academic_over_half_days": (0, 60),
    "organisation_over_half_days": (0, 60),
    "absent_days": (0, 30),
}


def faults_of(laid_down: ClassRules) -> dict[str, str]:
    """What is wrong with the rules somebody wants: field → range, limits or order; nothing when all is well."""
    faults = {
        name: "range" for name, (least, most) in RULE_LIMITS.items() if not least <= getattr(laid_down, name) <= most
    }
    if laid_down.closes_after_minutes < laid_down.late_after_minutes:
        faults.setdefault("closes_after_minutes", "closes_before_late")
    if laid_down.lates_per_absence == 1:
        faults.setdefault("lates_per_absence", "every_late")
    if laid_down.organisation_over_half_days < laid_down.academic_over_half_days:
        faults.setdefault("organisation_over_half_days", "chain_order")
    if laid_down.absent_days * 2 % 1:
        faults.setdefault("absent_days", "half_days")
    return faults


def rules_at(versions: Iterable[tuple[datetime, ClassRules]], starts_at: datetime, otherwise: ClassRules) -> ClassRules:
    """The rules for a lesson: the version that counts from the latest lesson not after it; the last laid down wins."""
    found, since = otherwise, None
    for counts_from, laid_down in versions:
        if counts_from <= starts_at and (since is None or counts_from >= since):
            found, since = laid_down, counts_from
    return found


def judge_leaving(
    *, status: str, scanned: bool, check_out_at: datetime | None, ends_at: datetime, laid_down: ClassRules
) -> str:
    """What a record says once the lesson is closed: who scanned in but left early, or never out, left early.

    People whom staff recorded cannot check out and are never judged by it.
    """
    if not scanned or status not in PRESENT_STATUSES:
        return status
    if check_out_at is None:
        return "left_early" if laid_down.check_out_needed else status
    return "left_early" if check_out_at < ends_at - timedelta(minutes=laid_down.early_minutes) else status


def hours_of_lates(lates: Iterable[ClassRules]) -> Decimal:
    """The hours that one person's lateness adds up to: the rules of each lesson they were late in, in order of time.

    The count goes on across days, and over a change of the rules: each lateness counts by the rules of its own lesson,
    and what completes an absence says for how many hours.
    """
    hours, counted = Decimal(0), 0
    for laid_down in lates:
        if not laid_down.lates_per_absence:
            continue
        counted += 1
        if counted >= laid_down.lates_per_absence:
            hours, counted = hours + laid_down.half_day_hours, 0
    return hours


# --- the line of a seventh ------------------------------------------------------------------------------------


def standing(missed: Decimal, planned: Decimal) -> str:
    """How near a person is to the line: '', half (1/14 reached), near (80 % of 1/7 reached), over (more than 1/7)."""
    if misses_too_much(missed, planned):
        return "over"
    if nears_limit(missed, planned):
        return "near"
    if planned > 0 and Fraction(missed) * 2 >= Fraction(planned) * MISSED_SHARE:
        return "half"
    return ""
