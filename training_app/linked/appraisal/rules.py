"""How a year's training is judged for the assessment: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Taken:
    """One class of a statement, as far as the judgement needs it."""

    is_class: bool
    lessons_attended: int
    lessons_due: int
    completed: bool | None


def attendance_share(taken: Iterable[Taken]) -> Decimal | None:
    """Lessons attended in per cent of the lessons of the classes taken part in; None without any."""
    classes = [t for t in taken if t.is_class and t.lessons_due]
    due = sum(t.lessons_due for t in classes)
    if not due:
        return None
    attended = sum(t.lessons_attended for t in classes)
    return (Decimal(attended) * 100 / due).quantize(Decimal("0.1"), ROUND_HALF_UP)


def finding(*, met: bool, online_met: bool, taken: Sequence[Taken]) -> str:
    """What the assessment has to know first: failed, missing, online_missing, or fine.

    A class not completed comes first: in many places it rules out the best grade (regulations 1.5, Guangyuan).
    """
    if any(t.completed is False for t in taken):
        return "failed"
    if not met:
        return "missing"
    return "fine" if online_met else "online_missing"
