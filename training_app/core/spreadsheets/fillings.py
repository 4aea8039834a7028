"""What of a template is known beforehand: the people and hours of a class, so that only the rest is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Filling:
    """Rows for a template: field, or header where headers are data, → cell.

    ``title`` is the line above the header; an importer finds the class by it. ``headers`` stand in place of the
    examples for headers that are data.
    """

    title: str
    rows: Sequence[Mapping[str, str | int | float]]
    headers: Sequence[str] = ()
