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
    """A stop on the schematic map, in the drawing's own units; ``label`` says where its name has room."""

    x: float
    y: float
    label: str = ""  # above, below, or '' when there is no room
    label_x: float = 0  # the middle of the name, moved in at the edges


@dataclass(frozen=True)
class Sheet:
    """The drawing's size, and how much room things need in it."""

    width: float
    height: float
    margin: float
    apart: float = 30  # between two stops, at least
    letter: float = 12  # width of a character of a name


def draw(points: Sequence[tuple[float, float] | None], names: Sequence[str], sheet: Sheet) -> list[Dot | None]:
    """Where (longitude, latitude) points lie in a drawing, north up; None stays None.

    Directions are kept, but stops close together are moved apart, as on a map of underground lines: what counts
    here is the order, not the distance. A name is left out where it would cover another one.
    """
    places = _spread(_scaled([p for p in points if p is not None], sheet), sheet)
    free = iter(places)
    taken: list[tuple[float, float, float, float]] = [(x - 13, y - 13, x + 13, y + 13) for x, y in places]
    dots: list[Dot | None] = []
    for point, name in zip(points, names, strict=True):
        if point is None:
            dots.append(None)
            continue
        x, y = next(free)
        half = len(name) * sheet.letter / 2 + 4
        middle = min(max(x, half), sheet.width - half)
        label = ""
        for side, top in (("below", y + 14), ("above", y - 31)):
            box = (middle - half, top, middle + half, top + 17)
            inside = box[0] >= 0 and box[2] <= sheet.width and box[1] >= 0 and box[3] <= sheet.height
            if inside and not any(_overlap(box, other) for other in taken):
                label = side
                taken.append(box)
                break
        dots.append(Dot(round(x, 1), round(y, 1), label, round(middle, 1)))
    return dots


def _scaled(points: Sequence[tuple[float, float]], sheet: Sheet) -> list[tuple[float, float]]:
    """Points in true proportion in the middle of the drawing.

    One degree of longitude is shorter than one of latitude: by the cosine of the latitude, here that of the middle.
    """
    if not points:
        return []
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min((sheet.width - 2 * sheet.margin) / wide, (sheet.height - 2 * sheet.margin) / tall)
    left, top = (sheet.width - wide * scale) / 2, (sheet.height - tall * scale) / 2
    return [(left + (x - west) * squeeze * scale, top + (north - y) * scale) for x, y in points]


def _spread(places: list[tuple[float, float]], sheet: Sheet) -> list[tuple[float, float]]:
    """The places, those too close pushed apart step by step, all kept inside the margin."""
    for _round in range(200):
        moved = False
        for i in range(len(places)):
            for j in range(i + 1, len(places)):
                (ax, ay), (bx, by) = places[i], places[j]
                dx, dy = bx - ax, by - ay
                gap = math.hypot(dx, dy)
                if gap >= sheet.apart - 0.5:
                    continue
                # Two stops at one place part along a direction that differs from pair to pair.
                if gap < 1e-6:
                    dx, dy, gap = math.cos(i + j), math.sin(i + j), 1.0
                push = (sheet.apart - gap) / 2
                places[i] = _inside(ax - dx / gap * push, ay - dy / gap * push, sheet)
                places[j] = _inside(bx + dx / gap * push, by + dy / gap * push, sheet)
                moved = True
        if not moved:
            break
    return places


def _inside(x: float, y: float, sheet: Sheet) -> tuple[float, float]:
    return (
        min(max(x, sheet.margin), sheet.width - sheet.margin),
        min(max(y, sheet.margin), sheet.height - sheet.margin),
    )


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
