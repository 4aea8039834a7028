"""Marking user-visible English text for translation where nobody knows the reader's language yet."""

from __future__ import annotations

from decimal import Decimal


def N_(message: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark a gettext id; it is translated where it is shown."""
    return message


def plural_of(count: Decimal | float) -> int:
    """The number by which a language picks singular or plural: 1 of exactly one, 2 of 0, of 0.5 and of 1.5 hours."""
    return 1 if count == 1 else 2
