"""Filters as they come from an address: text that should be a number."""

from __future__ import annotations

_LONGEST = 9


def number(text: str) -> int:
    """The number a filter names; -1, which fits nothing, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else -1
