"""What becomes of the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stored:
    """The ids in the order of the rows, and how many were new or changed."""

    ids: tuple[int, ...]
    created: int
    updated: int
    unchanged: int
