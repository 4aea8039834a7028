"""Which repairs fit a fault: pure choices over what the register and the units say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from training_app.accounts.api import Found, Named, UnitFinder
from training_app.core.spreadsheets.text import squeeze

UNIT_CODES = frozenset({"unit_unknown", "unit_ambiguous"})
NUMBER_CODES = frozenset({"id_missing", "id_length", "checksum", "precision_lost", "id_birth_invalid"})
PERSON_CODES = frozenset({"person_unknown", "person_ambiguous"})
WITH_POST = frozenset({"unit_and_post", "branch"})  # fields in which more follows the unit
_ENDS = "委员会|办公室|联合会|局|办|委|中心|镇|乡|街道|村|社区|小学|中学|公司|大队|支队|所|站|院|校|会|队|部"
_UNIT = re.compile(rf"(?P<unit>.{{1,}}?(?:{_ENDS}))(?P<rest>.*)")
_CLOSE, _MOST = 0.5, 3


@dataclass(frozen=True)
class Offer:
    """One repair that fits: ``act`` and ``value`` are what is sent back, ``label`` is the person's or unit's name."""

    act: str
    name: str
    value: str
    label: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitGroup:
    """Cells of a column that name a unit nobody knows, or one of several, in the same words."""

    name: str
    typed: str
    rows: tuple[int, ...]
    choices: tuple[Named, ...]
    ambiguous: bool


@dataclass(frozen=True)
class ColumnFixes:
    """Repairs for a whole column at once."""

    units: tuple[UnitGroup, ...] = ()
    duplicates: tuple[int, ...] = ()
    births: tuple[int, ...] = ()
    sexes: tuple[int, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)  # row → person whose number is known

    def __bool__(self) -> bool:
        """Whether there is anything to repair this way."""
        return bool(self.units or self.duplicates or self.births or self.sexes or self.numbers)


def understood(finder: UnitFinder, name: str, typed: str) -> Found:
    """What the finder makes of a cell of this field."""
    if name == "branch":
        return finder.branch(typed)
    return finder.post(typed) if name == "unit_and_post" else finder.whole(typed)


def split_unit(finder: UnitFinder, name: str, typed: str) -> tuple[str, str]:
    """The words that name the unit in a cell, and what follows them."""
    plain = squeeze(typed)
    if name not in WITH_POST:
        return plain, ""
    found = understood(finder, name, plain)
    if found.candidates and found.post and plain.endswith(found.post):
        return plain.removesuffix(found.post), found.post
    if found.candidates:
        return plain, ""
    match = _UNIT.fullmatch(plain)
    return (match["unit"], match["rest"]) if match else (plain, "")


def close_units(finder: UnitFinder, units: Sequence[Named], name: str, typed: str) -> tuple[Named, ...]:
    """The units a cell may mean: those of this name, else those whose names are closest."""
    found = understood(finder, name, squeeze(typed))
    if found.candidates:
        return found.candidates
    words = split_unit(finder, name, typed)[0]
    names: dict[str, Named] = {}
    for unit in units:
        for each in (unit.name, *unit.names):
            names.setdefault(each, unit)
    close = difflib.get_close_matches(words, names, n=_MOST * 2, cutoff=_CLOSE)
    return tuple(dict.fromkeys(names[each] for each in close))[:_MOST]


def with_unit(finder: UnitFinder, units: Mapping[int, Named], name: str, typed: str, unit: Named) -> str:
    """The cell with this unit in place of the words that named it, written so that it can mean no other."""
    rest = split_unit(finder, name, typed)[1]
    parent = units.get(unit.parent_id or 0)
    for words in (unit.name, f"{parent.name}{unit.name}" if parent else unit.name):
        found = understood(finder, name, words + rest)
        if found.unit is not None and found.unit.id == unit.id:
            return words + rest
    return unit.name + rest


def group_units(
    finder: UnitFinder, units: Sequence[Named], cells: Iterable[tuple[int, str, str, str]]
) -> tuple[UnitGroup, ...]:
    """Faulty unit cells (row, field, text, code) that say the same, the most frequent first."""
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for row, name, typed, code in cells:
        groups.setdefault((name, split_unit(finder, name, typed)[0]), []).append((row, typed, code))
    made = [
        UnitGroup(
            name,
            words,
            tuple(row for row, _, _ in members),
            close_units(finder, units, name, members[0][1]),
            members[0][2] == "unit_ambiguous",
        )
        for (name, words), members in groups.items()
        if words
    ]
    return tuple(sorted(made, key=lambda group: -len(group.rows)))
