"""QR codes as the outline of their dark modules, for an SVG path; no picture library, no inline style."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import qrcode
from qrcode import constants

QUIET_ZONE = 4
_LEVELS = (constants.ERROR_CORRECT_H, constants.ERROR_CORRECT_Q, constants.ERROR_CORRECT_M, constants.ERROR_CORRECT_L)


@dataclass(frozen=True)
class Picture:
    """A QR code: modules per side, and the path of its dark modules (one unit per module, without quiet zone)."""

    modules: int
    path: str

    @property
    def view_box(self) -> str:
        """The SVG view box with the quiet zone of four modules around."""
        side = self.modules + 2 * QUIET_ZONE
        return f"{-QUIET_ZONE} {-QUIET_ZONE} {side} {side}"


@lru_cache(maxsize=64)
def picture(text: str) -> Picture:
    """Draw a text with the fewest modules, and within them with the most correction that fits."""
    smallest = _made(text, constants.ERROR_CORRECT_L)
    for level in _LEVELS:
        candidate = _made(text, level)
        if candidate.version == smallest.version:
            rows = candidate.get_matrix()
            return Picture(len(rows), _path(rows))
    raise AssertionError("the lowest level always fits")


def _made(text: str, level: int) -> qrcode.QRCode[Any]:
    code = qrcode.QRCode(error_correction=level, border=0, box_size=1)
    code.add_data(text, optimize=0)
    code.best_fit(start=1)
    return code


def _path(rows: list[list[bool]]) -> str:
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return "".join(parts)
