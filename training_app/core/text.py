"""Marking user-visible English text for translation where nobody knows the reader's language yet."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark a gettext id; it is translated where it is shown."""
    return message
