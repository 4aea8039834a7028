"""Which columns a kind of sheet has, and what others call them: data in TOML, compared without blanks and brackets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from training_app.core.spreadsheets.grids import Value
from training_app.core.spreadsheets.text import bare_label_key, half_width, label_key, squeeze
from training_app.core.text import N_

_SHORTEST_PART = 3  # a known header found inside a longer one counts from this length on


@dataclass(frozen=True)
class FieldHelp:
    """What a template says of a column: ``text``, an ``example``, the ``choices``, or the name of a living list."""

    text: str = ""
    example: str | int | float = ""
    choices: tuple[str, ...] = ()
    living: str = ""  # a list that the program or the database knows: "ranks", "units"


@dataclass(frozen=True)
class Field:
    """One column: every header it goes by; ``telling`` ones make a kind recognisable."""

    name: str
    title: str
    keys: frozenset[str]
    required: bool = False
    telling: bool = False
    fill_down: bool = False  # an empty cell repeats the one above (categories, merged in the original)
    shape: str = ""  # what its cells look like, so that it is found under a header nobody knows
    help: FieldHelp = FieldHelp()


@dataclass(frozen=True)
class ColumnSet:
    """The columns of one kind of sheet."""

    kind: str
    fields: dict[str, Field]
    titles: tuple[str, ...]
    dynamic: re.Pattern[str] | None = None  # headers that are data themselves: days, class names
    never: frozenset[str] = frozenset()  # headers that another kind has and this one never
    at_least: int = 0  # so many telling columns make it this kind
    dynamic_examples: tuple[str, ...] = ()  # what a template has in place of the headers that are data
    dynamic_choices: tuple[str, ...] = ()  # what their cells may say

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
        helps: dict[str, dict[str, Any]] = spec.get("help", {})
        fields = {name: _field(name, each, helps.get(name)) for name, each in spec["columns"].items()}
        found[kind] = ColumnSet(
            kind=kind,
            fields=fields,
            titles=tuple(spec.get("titles", ())),
            dynamic=re.compile(spec["dynamic"]) if "dynamic" in spec else None,
            never=frozenset(label_key(each) for each in spec.get("never", ())),
            at_least=spec.get("at_least", 0),
            dynamic_examples=tuple(spec.get("dynamic_examples", ())),
            dynamic_choices=tuple(spec.get("dynamic_choices", ())),
        )
    return found


@lru_cache(maxsize=1)
def _shared_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _shared_help() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("help.toml").read_text(encoding="utf-8"))
    return found


def _help(spec: Mapping[str, Any]) -> FieldHelp:
    return FieldHelp(
        text=spec.get("help", ""),
        example=spec.get("example", ""),
        choices=tuple(spec.get("choices", ())),
        living=spec.get("list", ""),
    )


def _field(name: str, spec: list[str] | dict[str, Any], own_help: Mapping[str, Any] | None = None) -> Field:
    options: dict[str, Any] = {"headers": spec} if isinstance(spec, list) else spec
    headers: list[str] = []
    words = [each[1:] for each in options["headers"] if each.startswith("@")]
    shared = _shared_help().get(words[0], {}) if words else {}
    for each in options["headers"]:
        headers += _shared_words()[each[1:]] if each.startswith("@") else [each]
    return Field(
        name,
        headers[0],
        frozenset(label_key(each) for each in headers),
        required=options.get("required", False),
        telling=options.get("telling", False),
        fill_down=options.get("fill_down", False),
        shape=options.get("shape", _SHAPES.get(name, "")),
        help=_help({**shared, **(own_help or {})}),
    )


def _keys_of(label: str) -> list[str]:
    """The ways a header can be read: whole, without brackets, the leaf of a two-row header alone."""
    leaf = label.rpartition("/")[2] if "/" in label else ""
    keys = [label_key(label), bare_label_key(label)]
    if leaf:
        keys += [label_key(leaf), bare_label_key(leaf)]
    return [key for key in dict.fromkeys(keys) if key]


def understand(
    labels: list[str],
    columns: ColumnSet,
    shapes: Mapping[str, Sequence[int]] | None = None,
    settled: Mapping[str, str] | None = None,
) -> Layout:
    """Match a sheet's headers with a kind's columns: outright, as part of a longer header, by what the cells hold.

    ``settled`` is what people said of headers before (key → field, '' for not taken in); it comes first.
    """
    taken: dict[str, int] = {}
    named: dict[int, str] = {}
    for number, label in enumerate(labels, 1):
        name = (settled or {}).get(label_key(label)) if label else None
        if name == "" or (name in columns.fields and name not in taken):
            named[number] = name
            if name:
                taken[name] = number
    for number, label in enumerate(labels, 1):
        name = columns.exact(label) if label and number not in named else ""
        if name and name not in taken:
            taken[name], named[number] = number, name
    dynamic = {
        n: label
        for n, label in enumerate(labels, 1)
        if label and n not in named and columns.dynamic and columns.dynamic.search(label)
    }
    rest = [(n, label) for n, label in enumerate(labels, 1) if label and n not in named and n not in dynamic]
    guesses = sorted(((*columns.within(label), n) for n, label in rest), reverse=True)
    for length, name, number in guesses:
        if length and name not in taken:
            taken[name], named[number] = number, name
    for name, each in columns.fields.items():
        if name not in taken and each.shape and (each.required or each.shape in _SURE):
            free = [n for n in (shapes or {}).get(each.shape, ()) if n not in named and n not in dynamic]
            if len(free) == 1:
                taken[name], named[free[0]] = free[0], name
    missing = [name for name, each in columns.fields.items() if each.required and name not in taken]
    if sum(columns.fields[name].telling for name in taken) < columns.at_least:
        missing.append("?")
    if columns.dynamic is not None and not dynamic:
        missing.append("*")
    if any(label_key(label) in columns.never for label in labels):
        missing.append("!")
    return Layout(
        columns=taken,
        labels={name: labels[n - 1] for name, n in taken.items()},
        dynamic=dynamic,
        unknown=tuple(
            label
            for n, label in enumerate(labels, 1)
            if label and n not in named and n not in dynamic and label_key(label) not in SERIAL
        ),
        missing=tuple(missing),
        score=sum(3 if columns.fields[name].telling else 1 for name in taken),
    )


def shapes_of(labels: list[str], sample: Sequence[Sequence[Value]]) -> dict[str, list[int]]:
    """What the columns look like by their cells: shape → columns most of whose cells have it."""
    found: dict[str, list[int]] = {shape: [] for shape in _LOOKS}
    for number, label in enumerate(labels, 1):
        if label_key(label) in SERIAL:
            continue
        cells = [row[number - 1] for row in sample if len(row) >= number and row[number - 1] not in (None, "")]
        typed = [squeeze(half_width(str(cell))) for cell in cells]
        if len(typed) < _FEWEST:
            continue
        for shape, test in _LOOKS.items():
            if sum(map(test, typed)) >= _MOST * len(typed):
                found[shape].append(number)
    return found


_FEWEST, _MOST = 3, 0.7  # so many cells, and such a part of them, show what a column holds
_SHAPES = {"name": "person", "id_number": "citizen_number", "phone": "phone", "sex": "sex"}
_SURE = frozenset({"citizen_number", "phone", "sex"})
_PERSON = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}|[\u3400-\u9fff]+[·•.][\u3400-\u9fff]+")
_LOOKS: dict[str, Callable[[str], bool]] = {
    "person": lambda t: _PERSON.fullmatch(t) is not None,
    "citizen_number": lambda t: re.fullmatch(r"['’]?[1-9][0-9]{16}[0-9Xx]", t) is not None,
    "phone": lambda t: re.fullmatch(r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}", t) is not None,
    "sex": lambda t: t in ("男", "女", "男性", "女性"),
}
# Above the reasons that a corrected workbook carries; no data when it comes back, in whichever language it was made.
REASON_HEADER = N_("What is wrong (filled in by the system)")
_REASON_HEADERS = (REASON_HEADER, "核对发现的问题（系统填写）")
SERIAL = frozenset(
    {"序号", "编号", "no", "序", "行号", "顺序号", "序列", "号", *(label_key(each) for each in _REASON_HEADERS)}
)
