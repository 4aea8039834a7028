"""Finding a unit in what people write: full name, short name, alias, or the start of “单位+职务”."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitMatch:
    """The unit found, or why not; ``rest`` is what followed its name (the post)."""

    unit_id: int | None
    ambiguous: bool
    rest: str
    candidates: tuple[int, ...] = ()


class UnitNames:
    """An index over all names units go by."""

    def __init__(self, units: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Take (unit id, names) of every unit."""
        self._by_name: dict[str, set[int]] = {}
        for unit_id, names in units:
            for name in names:
                key = squeeze(name)
                if key:
                    self._by_name.setdefault(key, set()).add(unit_id)
        self._lengths = sorted({len(name) for name in self._by_name}, reverse=True)

    def resolve(self, text: str) -> UnitMatch:
        """The unit this text names as a whole."""
        return self._match(self._by_name.get(squeeze(text), set()), "")

    def resolve_prefix(self, text: str) -> UnitMatch:
        """The unit whose name is the longest beginning of the text; ``rest`` is what follows it."""
        squeezed = squeeze(text)
        for length in self._lengths:
            if length <= len(squeezed) and (found := self._by_name.get(squeezed[:length])):
                return self._match(found, squeezed[length:])
        return UnitMatch(None, ambiguous=False, rest=squeezed)

    @staticmethod
    def _match(found: set[int], rest: str) -> UnitMatch:
        if len(found) == 1:
            return UnitMatch(next(iter(found)), ambiguous=False, rest=rest)
        return UnitMatch(None, ambiguous=len(found) > 1, rest=rest, candidates=tuple(sorted(found)))


def squeeze(text: str) -> str:
    """The text without any blanks, narrow or wide."""
    return "".join(text.split()).replace("\u3000", "")
