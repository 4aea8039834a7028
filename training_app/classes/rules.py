"""The rules of seats, enrolment, states and dates. Pure: values in, decision with its reason out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training_app.core.text import N_

SEAT_HOLDING = ("nominated", "approved", "studying", "completed", "not_completed")
TAKING_PART = ("approved", "studying", "completed", "not_completed")

REASONS = {
    "class_not_enrolling": N_("The class no longer takes nominations."),
    "not_own_unit": N_("This person does not belong to your unit."),
    "no_seats_for_unit": N_("Your unit has no seats in this class."),
    "seats_full": N_("All seats of your unit are taken."),
    "class_full": N_("All seats of the class are taken; the person keeps waiting."),
    "already_in_class": N_("Already in this class."),
    "declined_before": N_("Was declined for this class before."),
    "overlap": N_("Is in another class on the same days."),
    "lesson_clash": N_("Has a lesson of another class at the same time."),
    "same_program": N_("Has attended the same program this year."),
    "not_party_member": N_("Is no party member, and the class is for party members."),
    "left_register": N_("Is no longer in the register."),
    "over_unit_seats": N_("More people than the seats of the unit."),
    "over_class_seats": N_("More people than the seats of the class."),
    "wrong_status": N_("The enrollment has been decided meanwhile."),
    "reason_missing": N_("Say why."),
}


@dataclass(frozen=True)
class Decision:
    """Whether something may be done, the reason when not, and what one should know when it may."""

    allowed: bool
    code: str = ""
    warnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Read like the answer it is."""
        return self.allowed


ALLOWED = Decision(allowed=True)


def refuse(code: str) -> Decision:
    """A no with its reason."""
    return Decision(allowed=False, code=code)


@dataclass(frozen=True)
class Candidate:
    """What the rules need to know about a person who may enter a class."""

    status_here: str = ""
    """Status in this class, '' when never enrolled."""
    overlapping: tuple[str, ...] = ()
    """Names of other classes on the same days."""
    lesson_clashes: int = 0
    same_program: bool = False
    is_party_member: bool = True
    in_register: bool = True


def may_nominate(
    *,
    class_state: str,
    own_unit: bool,
    seats: int | None,
    taken: int,
    candidate: Candidate,
    for_party_members: bool = False,
) -> Decision:
    """May a unit put this person forward? ``seats`` None: the unit has no share of its own.

    Declined people may not be put forward again; withdrawn ones may.
    """
    if class_state != "enrolling":
        return refuse("class_not_enrolling")
    if not own_unit:
        return refuse("not_own_unit")
    if candidate.status_here in SEAT_HOLDING:
        return refuse("already_in_class")
    if candidate.status_here == "declined":
        return refuse("declined_before")
    if candidate.overlapping:
        return refuse("overlap")
    if seats is None:
        return refuse("no_seats_for_unit")
    if taken >= seats:
        return refuse("seats_full")
    return Decision(allowed=True, warnings=_warnings(candidate, for_party_members=for_party_members))


def may_approve(*, class_state: str, status: str, seats: int, taken: int, candidate: Candidate) -> Decision:
    """May a nominated person enter the class now? Without a free seat the person keeps waiting."""
    if class_state not in ("enrolling", "running"):
        return refuse("class_not_enrolling")
    if status != "nominated":
        return refuse("wrong_status")
    if candidate.lesson_clashes:
        return refuse("lesson_clash")
    if taken >= seats:
        return refuse("class_full")
    return ALLOWED


def may_enroll(
    *,
    class_state: str,
    seats: int,
    taken: int,
    candidate: Candidate,
    overbook: bool = False,
    for_party_members: bool = False,
) -> Decision:
    """May the education section put this person in directly (点名调训)? It may go beyond the seats, knowingly."""
    if class_state not in ("enrolling", "running"):
        return refuse("class_not_enrolling")
    if candidate.status_here in SEAT_HOLDING:
        return refuse("already_in_class")
    if candidate.lesson_clashes:
        return refuse("lesson_clash")
    if taken >= seats and not overbook:
        return refuse("over_class_seats")
    warnings = _warnings(candidate, for_party_members=for_party_members)
    if candidate.overlapping:
        warnings = ("overlap", *warnings)
    return Decision(allowed=True, warnings=warnings)


def _warnings(candidate: Candidate, *, for_party_members: bool) -> tuple[str, ...]:
    found = []
    if candidate.same_program:
        found.append("same_program")
    if for_party_members and not candidate.is_party_member:
        found.append("not_party_member")
    return tuple(found)


def status_after_approval(class_state: str) -> str:
    """A person taken in while the class runs is studying at once."""
    return "studying" if class_state == "running" else "approved"


def may_withdraw(*, status: str, reason: str) -> Decision:
    """May a person leave the class, or a nomination be taken back?"""
    if status not in ("nominated", "approved", "studying"):
        return refuse("wrong_status")
    if not reason.strip():
        return refuse("reason_missing")
    return ALLOWED


def seat_unit(path: str, allotted: Collection[int]) -> int | None:
    """The unit whose seats a person of the unit with this path uses: the nearest one upwards that has any."""
    for part in reversed([p for p in path.split("/") if p]):
        if int(part) in allotted:
            return int(part)
    return None


def seats_taken(paths: Sequence[str], allotted: Collection[int]) -> dict[int, int]:
    """How many people use the seats of each unit, given the path of each person's unit."""
    taken = dict.fromkeys(allotted, 0)
    for path in paths:
        unit_id = seat_unit(path, allotted)
        if unit_id is not None:
            taken[unit_id] += 1
    return taken


def may_allot(*, planned: int, seats: Mapping[int, int], taken: Mapping[int, int]) -> Decision:
    """May the seats be divided like this? Not beyond the plan, and not below what is taken."""
    if sum(seats.values()) > planned:
        return refuse("over_class_seats")
    if any(number > seats.get(unit_id, 0) for unit_id, number in taken.items()):
        return refuse("over_unit_seats")
    return ALLOWED


TRANSITIONS = {
    "enrolling": ("running", "cancelled"),
    "running": ("finished", "cancelled"),
    "finished": ("archived", "running"),
    "archived": (),
    "cancelled": (),
}

STATE_REASONS = {
    "not_from_here": N_("The class is in a state from which this is not possible."),
    "nobody_enrolled": N_("Nobody has been taken into the class yet."),
    "no_lessons": N_("The timetable is empty."),
    "lessons_open": N_("There are lessons that are neither closed nor cancelled."),
    "too_early": N_("The class has lessons that are still to come."),
    "has_attendance": N_("Lessons of this class have been held; finish it instead."),
}


def may_start(*, state: str, people: int) -> Decision:
    """May a class start? Somebody must have been taken in."""
    if "running" not in TRANSITIONS[state] or state == "finished":
        return refuse("not_from_here")
    return ALLOWED if people else refuse("nobody_enrolled")


def may_finish(*, state: str, lessons: int, to_come: int, unclosed: int) -> Decision:
    """May a class finish? Every lesson must have been closed or cancelled."""
    if state != "running":
        return refuse("not_from_here")
    if not lessons:
        return refuse("no_lessons")
    if to_come:
        return refuse("too_early")
    return refuse("lessons_open") if unclosed else ALLOWED


def may_cancel(*, state: str, held: int, reason: str) -> Decision:
    """May a class be called off? Not once something was taught."""
    if "cancelled" not in TRANSITIONS[state]:
        return refuse("not_from_here")
    if held:
        return refuse("has_attendance")
    return ALLOWED if reason.strip() else refuse("reason_missing")


_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COHORT = re.compile(r"第\s*([0-9０-９]{1,3}|[零〇一二两三四五六七八九十百]{1,5})\s*期")


def cohort_of(name: str) -> int | None:
    """The cohort a class name tells: 知行学堂第6期 → 6, 第十二期 → 12."""
    found = _COHORT.search(name)
    if found is None:
        return None
    text = found[1]
    if text.isdecimal():
        return int(text)
    return _chinese_number(text) or None


def _chinese_number(text: str) -> int:
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
    return total + digit


def days_overlap(first: tuple[date, date], second: tuple[date, date]) -> bool:
    """Whether two spans of days, both ends included, share a day."""
    return first[0] <= second[1] and second[0] <= first[1]
