"""Values as people type them: months, days, numbers; full-width or not."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from decimal import Decimal

_MONTH = re.compile(r"((?:19|20)[0-9]{2})(?:[-./年]([0-9]{1,2})|([0-9]{2}))(?:[-./月]([0-9]{1,2})日?|([0-9]{2}))?月?")

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,10})?|[+-]?\.[0-9]{1,10}")


def normalise(text: str) -> str:
    """Full-width letters and digits as half-width ones, without any space, tab or apostrophe."""
    if text.isascii() and text.isalnum():
        return text
    return re.sub(r"[\s'’‘\u200b\ufeff]", "", unicodedata.normalize("NFKC", text))


def parse_month(text: str) -> str | None:
    """A month as people type it (1985.03, 198503, 1985年3月, 1985/3, 1985-03-12) as ``1985-03``; '' stays ''.

    None when it is no month.
    """
    parts = _parts(text)
    if parts is None:
        return "" if not normalise(text) else None
    return f"{parts[0]:04d}-{parts[1]:02d}"


def parse_day(text: str) -> date | None:
    """A day as people type it (2023.05.10, 20230510, 2023年5月10日); a month alone is its first day."""
    parts = _parts(text)
    return None if parts is None else date(*parts)


def _parts(text: str) -> tuple[int, int, int] | None:
    found = _MONTH.fullmatch(normalise(text))
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or found[3]), int(found[4] or found[5] or 1)
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return year, month, day


def parse_number(text: str) -> Decimal | None:
    """A number as people type it (４, 7.5, 1,200); None when it is none."""
    plain = normalise(text).replace(",", "")
    # Python's own parsing would take 1_0, 1e2, nan and the digits of every script, too (SECURITY.md 5.6)
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None
