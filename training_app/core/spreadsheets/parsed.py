"""What a parser of files without worksheets gives back; apart, so that parsers need no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parsed:
    """What a file without worksheets holds, as plain values that JSON can carry.

    ``items`` are its things in order, from 1: field → text or number. ``extras`` is what of an item does not fit into
    cells (pictures, pairs to match), by item. ``findings`` are faults of the format itself:
    ``(item, field, code, params)``. ``format`` names the format for the report.
    """

    format: str
    items: list[dict[str, Any]]
    extras: list[dict[str, Any]] = field(default_factory=list)
    findings: list[tuple[int, str, str, dict[str, Any]]] = field(default_factory=list)
