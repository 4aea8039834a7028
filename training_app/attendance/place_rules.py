"""Where a phone says it is, against where a lesson is held: evidence only, and kept as a word (SECURITY.md 2.3).

A position is a claim of the phone's, easily made up (T5). It is looked at once, at the press, where a class has asked
for it; what is kept is inside, outside or unknown and how good the fix was, never the coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_000
ACCURACY_STEPS = (50, 200, 1000)  # metres; a fix worse than the last says nothing


@dataclass(frozen=True)
class Point:
    """A place on earth, WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Fix:
    """What a phone says of itself: a point, and within how many metres it believes to be right."""

    point: Point
    accuracy: float


def metres_between(one: Point, other: Point) -> float:
    """The distance over ground (haversine): good to half a percent, which is far better than any phone's fix."""
    lat_one, lat_other = radians(one.latitude), radians(other.latitude)
    north = lat_other - lat_one
    east = radians(other.longitude - one.longitude)
    half = sin(north / 2) ** 2 + cos(lat_one) * cos(lat_other) * sin(east / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))


def accuracy_step(accuracy: float) -> int | None:
    """The step a fix belongs to, in metres; None when it is too poor to say anything."""
    return next((step for step in ACCURACY_STEPS if accuracy <= step), None)


def verdict(fix: Fix | None, place: Point | None, radius: float) -> str:
    """inside, outside or unknown; outside only when the phone is too far away even at the best of its own doubt."""
    if fix is None or place is None or accuracy_step(fix.accuracy) is None:
        return "unknown"
    return "inside" if metres_between(fix.point, place) - fix.accuracy <= radius else "outside"
