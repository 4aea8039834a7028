"""Which columns a kind of sheet has, and what others call them: data in TOML, compared without blanks and brackets."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training_app.core.spreadsheets.text import bare_label_key, label_key

_SHORTEST_PART = 3  # a known header found inside a longer one counts from this length on


@dataclass(frozen=True)
class Field:
    """One column: every header it goes by; ``telling`` ones make a kind recognisable."""

    name: str
    title: str
    keys: frozenset[str]
    required: bool = False
    telling: bool = False
    fill_down: bool = False  # an empty cell repeats the one above (categories, merged in the original)


@dataclass(frozen=True)
class ColumnSet:
    """The columns of one kind of sheet."""

    kind: str
    fields: dict[str, Field]
    titles: tuple[str, ...]
    dynamic: re.Pattern[str] | None = None  # headers that are data themselves: days, class names
    never: frozenset[str] = frozenset()  # headers that another kind has and this one never
    any_of: tuple[tuple[str, ...], ...] = ()  # of each group one must be there

    def exact(self, label: str) -> str:
        """The field a header names outright; '' when none."""
        for key in _keys_of(label):
            for name, each in self.fields.items():
                if key in each.keys:
                    return name
        return ""

    def within(self, label: str) -> tuple[int, str]:
        """The field whose longest known header is a part of this one, and that length."""
        best = (0, "")
        for name, each in self.fields.items():
            for known in each.keys:
                if len(known) >= _SHORTEST_PART and len(known) > best[0] and known in label_key(label):
                    best = (len(known), name)
        return best


@dataclass(frozen=True)
class Layout:
    """A sheet's columns as understood: field → column (from 1), and the rest."""

    columns: dict[str, int]
    labels: dict[str, str]  # field → the header as the file has it
    dynamic: dict[int, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    score: int = 0


def load_columns(path: Path) -> dict[str, ColumnSet]:
    """Read a feature's ``columns.toml``: kind → its columns."""
    found: dict[str, ColumnSet] = {}
    for kind, spec in tomllib.loads(path.read_text(encoding="utf-8")).items():
        fields = {name: _field(name, each) for name, each in spec["columns"].items()}
        found[kind] = ColumnSet(
            kind=kind,
            fields=fields,
            titles=tuple(spec.get("titles", ())),
            dynamic=re.compile(spec["dynamic"]) if "dynamic" in spec else None,
            never=frozenset(label_key(each) for each in spec.get("never", ())),
            any_of=tuple(tuple(group) for group in spec.get("any_of", ())),
        )
    return found


def _field(name: str, spec: list[str] | dict[str, Any]) -> Field:
    options = {"headers": spec} if isinstance(spec, list) else spec
    headers = options["headers"]
    return Field(
        name,
        headers[0],
        frozenset(label_key(each) for each in headers),
        required=options.get("required", False),
        telling=options.get("telling", False),
        fill_down=options.get("fill_down", False),
    )


def _keys_of(label: str) -> list[str]:
    """The ways a header can be read: whole, without brackets, the leaf of a two-row header alone."""
    leaf = label.rpartition("/")[2] if "/" in label else ""
    keys = [label_key(label), bare_label_key(label)]
    if leaf:
        keys += [label_key(leaf), bare_label_key(leaf)]
    return [key for key in dict.fromkeys(keys) if key]


def understand(labels: list[str], columns: ColumnSet) -> Layout:
    """Match a sheet's headers with a kind's columns: outright first, then as part of a longer header."""
    taken: dict[str, int] = {}
    named: dict[int, str] = {}
    for number, label in enumerate(labels, 1):
        name = columns.exact(label) if label else ""
        if name and name not in taken:
            taken[name], named[number] = number, name
    dynamic = {
        n: label
        for n, label in enumerate(labels, 1)
        if label and n not in named and columns.dynamic and columns.dynamic.search(label)
    }
    guesses = sorted(
        ((*columns.within(label), n) for n, label in enumerate(labels, 1) if label and n not in named and n not in dynamic),
        reverse=True,
    )
    for length, name, number in guesses:
        if length and name not in taken:
            taken[name], named[number] = number, name
    missing = [name for name, each in columns.fields.items() if each.required and name not in taken]
    missing += [group[0] for group in columns.any_of if not any(name in taken for name in group)]
    if columns.dynamic is not None and not dynamic:
        missing.append("*")
    if any(label_key(label) in columns.never for label in labels):
        missing.append("!")
    return Layout(
        columns=taken,
        labels={name: labels[n - 1] for name, n in taken.items()},
        dynamic=dynamic,
        unknown=tuple(
            label for n, label in enumerate(labels, 1)
            if label and n not in named and n not in dynamic and label_key(label) not in SERIAL
        ),
        missing=tuple(missing),
        score=sum(3 if columns.fields[name].telling else 1 for name in taken),
    )


SERIAL = frozenset({"序号", "编号", "no", "序", "行号", "顺序号", "序列", "号"})
