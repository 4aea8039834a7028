"""QR codes as the outline of their dark modules, for an SVG path; no picture library, no inline style."""

from __future__ import annotations

import struct
import zlib
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


def png(text: str, scale: int = 8) -> bytes:
    """The same drawing as a picture of black and white points, for paper; the quiet zone is part of it."""
    rows = _made(text, constants.ERROR_CORRECT_M).get_matrix()
    side = (len(rows) + 2 * QUIET_ZONE) * scale
    blank = b"\0" + b"\xff" * side
    lines = [blank] * (QUIET_ZONE * scale)
    for row in rows:
        points = b"".join((b"\0" if dark else b"\xff") * scale for dark in row)
        edge = b"\xff" * (QUIET_ZONE * scale)
        lines += [b"\0" + edge + points + edge] * scale
    lines += [blank] * (QUIET_ZONE * scale)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
