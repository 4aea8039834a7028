"""When withdrawal is proposed: more than a seventh missed, or absent without leave for too many days. Pure.

The sources: domain/regulations.md (旷课 of two days or more, or leave and absence above 1/7 of the hours). A person
decides; nothing here withdraws anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class AbsenceLine:
    """The hours of absence without leave that lead to a proposal, and those of half a day; no hours: there is none."""

    hours: Decimal = Decimal(0)
    half_day: Decimal = Decimal(0)

    def days(self, hours: Decimal) -> Decimal:
        """Hours as days of this class, two places; 0 where half a day has no hours."""
        return (hours / (self.half_day * 2)).quantize(Decimal("0.01")) if self.half_day else Decimal(0)

    def standing(self, absent: Decimal) -> str:
        """How near somebody is: '', half of it, near (half a day more reaches it), over (reached: from there on)."""
        if self.hours <= 0 or absent <= 0:
            return ""
        if absent >= self.hours:
            return "over"
        if absent + self.half_day >= self.hours:
            return "near"
        return "half" if absent * 2 >= self.hours else ""


@dataclass(frozen=True)
class Decided:
    """A decision of the past: on which grounds, and what the hours were then."""

    grounds: frozenset[str]
    missed: Decimal
    absent: Decimal | None


def grounds_of(
    *, share: str, absence: str, missed: Decimal, absent: Decimal, decided: Iterable[Decided] = ()
) -> tuple[str, ...]:
    """Why withdrawal is to be decided now; () when it is not.

    ``share`` and ``absence`` are the standings by closed lessons, ``decided`` the decisions so far, the oldest first. A
    ground that was decided about is put forward again only when there is more of it; hours that were taken back by a
    correction are gone, so that nothing is proposed of them.
    """
    at: dict[str, Decimal] = {}
    for each in decided:
        if "share" in each.grounds:
            at["share"] = each.missed
        if "absence" in each.grounds and each.absent is not None:
            at["absence"] = each.absent
    now = {"share": (share, missed), "absence": (absence, absent)}
    return tuple(
        ground for ground, (standing, hours) in now.items() if standing == "over" and (hours > at.get(ground, -1))
    )
