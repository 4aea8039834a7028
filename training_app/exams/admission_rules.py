"""Who is admitted to a closed-book exam: too much missed, or on leave when it is sat. Pure.

Regulations.md section 0, point 2: leave over 1/7 of the class's hours, strictly more, is taken as withdrawal; a class
that goes by it lets nobody over the line sit its exam, unless a person decides otherwise. Who is on leave when the
exam is sat has not missed it: it is put off (缓考) to the re-sit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from training_app.exams.rules import ABSENT, DEFERRED, EMPTY, EXCLUDED, Cell

ADMITTED = "admitted"
STANDINGS = (ADMITTED, EXCLUDED, DEFERRED)
COUNTS = ("missed", "leave")
LARGEST_DENOMINATOR = 100


@dataclass(frozen=True)
class AdmissionRules:
    """What a class has laid down: whether hours exclude, which hours, and more than what part of the class's.

    ``counts``: ``missed`` (leave, absence, and lateness that adds up) or ``leave`` alone. Leave granted for lessons
    to come counts in both.
    """

    excludes: bool = True
    counts: str = "missed"
    numerator: int = 1
    denominator: int = 7


@dataclass(frozen=True)
class Absence:
    """What a person's absence from the class comes to, and whether leave covers the exam's half-day."""

    on_leave: Decimal = Decimal(0)
    absent: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)
    leave_at_exam: str = ""


def rule_faults(laid_down: AdmissionRules) -> dict[str, str]:
    """What is wrong with rules: field → code."""
    faults = {}
    if laid_down.counts not in COUNTS:
        faults["counts"] = "unknown"
    if not 1 <= laid_down.denominator <= LARGEST_DENOMINATOR:
        faults["denominator"] = "range"
    elif not 1 <= laid_down.numerator <= laid_down.denominator:
        faults["numerator"] = "range"
    return faults


def counted_hours(absence: Absence, laid_down: AdmissionRules) -> Decimal:
    """The hours that are held against the line."""
    return absence.on_leave + (absence.absent if laid_down.counts == "missed" else Decimal(0))


def is_over(absence: Absence, laid_down: AdmissionRules) -> bool:
    """Whether they are strictly more than the laid down part of the class's hours."""
    if not laid_down.excludes or absence.planned <= 0:
        return False
    return counted_hours(absence, laid_down) * laid_down.denominator > absence.planned * laid_down.numerator


def standing_of(absence: Absence, laid_down: AdmissionRules, *, nevertheless: bool) -> str:
    """Where a person stands: excluded goes before deferred; who was admitted nevertheless may still be on leave."""
    if is_over(absence, laid_down) and not nevertheless:
        return EXCLUDED
    return DEFERRED if absence.leave_at_exam else ADMITTED


def follow(
    before: str, now: str, *, begun: bool, sat: bool, published: bool, on_leave: bool = False
) -> tuple[str, bool]:
    """The standing that is kept, and whether the other is only noted.

    Once somebody has sat the exam nothing is taken away: what would hold now is a note. An exam that has begun shuts
    nobody out any more; leave granted afterwards still turns an absence into one that was put off, until the scores
    are published.
    """
    if begun and now == EXCLUDED and before != EXCLUDED and on_leave:
        now = DEFERRED
    if before == now:
        return before, False
    if sat or published or (begun and now == EXCLUDED):
        return before, True
    return now, False


def cell_for(typed: Cell, standing: str) -> Cell:
    """What counts of a cell: nothing typed, or absence, of somebody not admitted is what the standing says."""
    if standing != ADMITTED and (typed == EMPTY or typed.code == ABSENT):
        return Cell(code=standing)
    return typed
