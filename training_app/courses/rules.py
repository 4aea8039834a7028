"""What a course, a site and a route can be."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from training_app.core.text import N_

# The three categories of the county's catalogue; others may be typed, they are data.
DOMAINS = ("政治理论必修课", "能力提升专业课", "本土资源特色课")
METHODS = ("专题讲授", "案例教学", "情景模拟", "现场教学", "交流研讨", "模拟演练", "经验分享")
SITE_KINDS = ("红色资源", "产业基地", "强边固防", "口岸通道", "乡村振兴", "基层治理", "民族团结")
MOST_HOURS = Decimal(80)


def check_hours(hours: Decimal | None) -> str | None:
    """Why these are no credit hours, as an English gettext id; None when they are."""
    if hours is None or hours <= 0:
        return N_("Credit hours are a number above 0.")
    if hours > MOST_HOURS:
        return N_("More than 80 hours is a class, not a course.")
    if hours * 4 != int(hours * 4):
        return N_("Credit hours go in quarters: 0.25, 0.5, 0.75.")
    return None


def makes_new_version(changes: Mapping[str, object]) -> bool:
    """Whether a change makes another version: title and hours are what a lesson keeps."""
    return bool(changes.keys() & {"name", "credit_hours"})


def next_code(codes: Sequence[str]) -> str:
    """The catalogue number after the highest in use: KC072 → KC073."""
    numbers = [(int(m[2]), m[1], len(m[2])) for code in codes if (m := re.fullmatch(r"(\D*)(\d+)", code))]
    if not numbers:
        return "KC001"
    highest, prefix, width = max(numbers)
    return f"{prefix}{highest + 1:0{width}d}"


def check_coordinates(longitude: float | None, latitude: float | None) -> dict[str, str]:
    """Messages by field when the two are no place in China (WGS 84); empty when they are, or both missing."""
    if longitude is None and latitude is None:
        return {}
    wrong = {}
    if longitude is None or not 73 <= longitude <= 136:
        wrong["longitude"] = N_("East longitude lies between 73 and 136 degrees.")
    if latitude is None or not 3 <= latitude <= 54:
        wrong["latitude"] = N_("North latitude lies between 3 and 54 degrees.")
    return wrong


@dataclass(frozen=True)
class Dot:
    """A stop on the schematic map, in the drawing's own units."""

    x: float
    y: float
    label_above: bool


def draw(
    points: Sequence[tuple[float, float] | None], *, width: float, height: float, margin: float
) -> list[Dot | None]:
    """Where (longitude, latitude) points lie in a drawing, north up, in true proportion; None stays None.

    One degree of longitude is shorter than one of latitude: by the cosine of the latitude, here that of the middle.
    """
    known = [p for p in points if p is not None]
    if not known:
        return [None for _ in points]
    west, east = min(p[0] for p in known), max(p[0] for p in known)
    south, north = min(p[1] for p in known), max(p[1] for p in known)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
    left = (width - wide * scale) / 2
    top = (height - tall * scale) / 2
    placed: list[Dot | None] = []
    for point in points:
        if point is None:
            placed.append(None)
            continue
        x = left + (point[0] - west) * squeeze * scale
        y = top + (north - point[1]) * scale
        crowded = any(d and abs(d.x - x) < 90 and abs(d.y - y) < 24 and not d.label_above for d in placed)
        placed.append(Dot(round(x, 1), round(y, 1), label_above=crowded))
    return placed
