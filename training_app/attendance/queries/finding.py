"""Finding somebody in the list of a lesson: by name, pinyin, unit or group."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.attendance.queries.people import PersonRow
from training_app.cadres.api import pinyin_of


def fitting(people: Sequence[PersonRow], typed: str) -> list[PersonRow]:
    """Those whom every word typed fits; everybody when nothing is typed."""
    words = typed.lower().split()
    return [each for each in people if all(word in _known_by(each) for word in words)] if words else list(people)


def _known_by(each: PersonRow) -> str:
    return f"{each.name} {pinyin_of(each.name)} {each.unit_name} {each.group_name}".lower()
