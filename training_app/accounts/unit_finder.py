"""Finding the unit people mean: other names for it, derived from the tree and from a list of words in use.

Where ``unit_names`` compares names as they are stored, this one also knows what a county calls its offices (县农业局
for 县农业农村局), its villages without their town (新寨村, which may be two), its sections by their office's short
name (组织部干教科), and where in 单位+职务 the unit ends and the post begins.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from training_app.accounts.models import Unit, UnitAlias
from training_app.accounts.unit_names import squeeze
from training_app.core.db import db

_VILLAGES = ("村", "社区")
_SECTIONS = ("科室", "内设机构", "internal")
_TOWNS = ("乡镇", "街道", "镇", "乡")
_LEADING = "县级领导"


@dataclass(frozen=True)
class Named:
    """A unit with the names stored for it."""

    id: int
    code: str
    name: str
    names: tuple[str, ...]
    parent_id: int | None
    path: str
    kind: str


@dataclass(frozen=True)
class Found:
    """The unit a text means, the post that follows it; or that there is none, or that it could be several."""

    unit: Named | None = None
    post: str = ""
    candidates: tuple[Named, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether several units go by this name."""
        return self.unit is None and len(self.candidates) > 1


class UnitFinder:
    """An index over all names, stored and derived."""

    def __init__(self, units: Iterable[Named]) -> None:
        """Derive what each unit may be called."""
        self._units = {unit.id: unit for unit in units}
        root = next((u for u in self._units.values() if u.parent_id is None and u.kind == "县"), None) or next(
            (u for u in self._units.values() if u.parent_id is None), None
        )
        self._root_id = root.id if root else 0
        self._county = squeeze(root.name) if root else ""
        self._stem = self._county[:-1] if self._county[-1:] in ("县", "市", "区", "州", "旗") else self._county
        self._stored: dict[str, set[int]] = {}
        self._derived: dict[str, set[int]] = {}
        self._bodies: dict[str, str] = {}  # name → the body it ends with
        for unit in self._units.values():
            for name in (unit.name, *unit.names):
                self._put(self._stored, name, unit.id)
        for unit in sorted(self._units.values(), key=lambda u: len(u.path)):
            for name in self._derive(unit):
                self._put(self._derived, name, unit.id)
        self._lengths = sorted({len(name) for name in (*self._stored, *self._derived)}, reverse=True)
        self.whole = lru_cache(maxsize=20_000)(self._whole)
        self.post = lru_cache(maxsize=20_000)(self._post)
        self.branch = lru_cache(maxsize=20_000)(self._branch)

    def top(self, unit_id: int) -> Named:
        """The department, township or institution a unit belongs to."""
        ids = [int(part) for part in self._units[unit_id].path.split("/") if part]
        return self._units[ids[1]] if len(ids) > 1 and ids[1] in self._units else self._units[unit_id]

    def get(self, unit_id: int | None) -> Named | None:
        """The unit with this id."""
        return self._units.get(unit_id or 0)

    def is_within(self, unit_id: int | None, above: Named) -> bool:
        """Whether a unit is, or lies below, another one."""
        unit = self._units.get(unit_id or 0)
        return unit is not None and unit.path.startswith(above.path)

    def _whole(self, text: str) -> Found:
        """The unit that a text names, and nothing else."""
        for plain in self._readings(text):
            if found := self._lookup(plain):
                return self._found(found, "")
        return Found()

    def _branch(self, text: str) -> Found:
        """The unit that the name of a party branch begins with."""
        return self._begin(text, with_post=False)

    def _post(self, text: str) -> Found:
        """The unit, and the post that follows, of 工作单位及职务."""
        return self._begin(text, with_post=True)

    def _begin(self, text: str, *, with_post: bool) -> Found:
        for plain in self._readings(text):
            for length in self._lengths:
                if length > len(plain):
                    continue
                name, rest = plain[:length], plain[length:]
                found = self._lookup(name) - ({self._root_id} if rest else set())
                if not found or (with_post and not self._plausible(found, rest)):
                    continue
                return self._found(found, self._post_of(found, name, rest) if with_post else rest)
        return Found()

    def _plausible(self, found: set[int], rest: str) -> bool:
        unit = self._units[next(iter(found))]
        return not rest or unit.kind != _LEADING or rest.startswith(tuple(_words()["leaders"]["words"]))

    def _post_of(self, found: set[int], name: str, rest: str) -> str:
        unit = self._units[next(iter(found))]
        titles = _words()["whole_titles"].get(unit.name)
        if titles and rest.startswith(tuple(titles)):
            return unit.name + rest
        body = self._bodies.get(name, "")
        if body and rest.startswith(tuple(_words()["bodies"][body]["bare"])):
            return body + rest
        return rest

    def _readings(self, text: str) -> list[str]:
        """The text, and without 中共 and the county's name in front."""
        plain = squeeze(unicodedata.normalize("NFKC", text)).replace("(", "（").replace(")", "）")
        readings = [plain]
        shorter = plain.removeprefix("中共")
        if shorter != plain:
            readings.append(shorter)
        if self._county and shorter.startswith(self._county):
            rest = shorter.removeprefix(self._county)
            readings += ["县" + rest, rest] if self._county.endswith("县") else [self._county[-1] + rest, rest]
        return readings

    def _lookup(self, name: str) -> set[int]:
        stored, derived = self._stored.get(name, set()), self._derived.get(name, set())
        if not stored:
            return derived
        villages = {i for i in derived if self._units[i].kind in _VILLAGES}
        return stored | villages if all(self._units[i].kind in _VILLAGES for i in stored) else stored

    def _found(self, ids: set[int], rest: str) -> Found:
        units = tuple(sorted((self._units[i] for i in ids), key=lambda u: u.code))
        return Found(units[0], rest, units) if len(units) == 1 else Found(None, rest, units)

    @staticmethod
    def _put(index: dict[str, set[int]], name: str, unit_id: int) -> None:
        key = squeeze(unicodedata.normalize("NFKC", name)).replace("(", "（").replace(")", "）")
        if len(key) > 1:
            index.setdefault(key, set()).add(unit_id)

    # -------- other names
    def _derive(self, unit: Named) -> set[str]:
        names = {unit.name, *unit.names} - {""}
        parent = self._units.get(unit.parent_id or 0)
        if parent is not None and parent.id != self._root_id and unit.name.startswith(parent.name):
            own = unit.name.removeprefix(parent.name)
            if unit.kind in _VILLAGES:
                names |= {own}
            elif own and unit.kind not in _VILLAGES:
                parents = {parent.name, *parent.names, *self._derived_of(parent.id)}
                names |= {p + o for p in parents for o in self._shorter({own})}
        else:
            names |= self._office_names(unit)
        names |= self._shorter(names)
        for body, rule in _words()["bodies"].items():
            if unit.kind in rule["kinds"]:
                for name in list(names):
                    # 新寨村 + 村委会 is 新寨村委会
                    joined = name + (body[1:] if name.endswith("村") and body.startswith("村") else body)
                    if body.startswith("社区") and name.endswith("社区"):
                        joined = name + body[2:]
                    names.add(joined)
                    self._bodies[squeeze(joined)] = body
        self._remember_bodies(unit)
        return names

    def _remember_bodies(self, unit: Named) -> None:
        for name in unit.names:
            for body, rule in _words()["bodies"].items():
                if unit.kind in rule["kinds"] and name.endswith(body if body[0] != "村" else body[1:]):
                    self._bodies[squeeze(name)] = body

    def _derived_of(self, unit_id: int) -> list[str]:
        return [name for name, ids in self._derived.items() if unit_id in ids]

    def _office_names(self, unit: Named) -> set[str]:
        """Names of a county office: without 县, without 县委, in full, as 机关."""
        names: set[str] = set()
        if unit.id == self._root_id:
            return {self._stem} if len(self._stem) > 1 else names
        if unit.name.startswith("县委") and len(unit.name) > 3:
            names |= {unit.name.removeprefix("县委"), "县" + unit.name.removeprefix("县委")}
        if unit.name.startswith("县") and unit.kind != _LEADING and len(unit.name) > 2:
            names |= {unit.name.removeprefix("县"), "县委" + unit.name}
        if unit.name.startswith("州"):
            names |= {unit.name.removeprefix("州"), "县" + unit.name.removeprefix("州")}
        if unit.name.startswith(self._stem) and len(unit.name) > len(self._stem) + 2:
            names |= {unit.name.removeprefix(self._stem)}
        if not unit.kind.endswith(_TOWNS) and unit.kind != _LEADING:
            names |= {unit.name + "机关"}
        names |= {self._fill(name) for name in _words()["offices"].get(unit.name, ())}
        return names

    def _shorter(self, names: set[str]) -> set[str]:
        """The names, and each with one word in use put in place of the official one, or the other way round."""
        found = set(names)
        for official, others in _words()["words"].items():
            long = self._fill(official)
            for name in names:
                if long in name:
                    found |= {name.replace(long, other) for other in others}
                found |= {name.replace(other, long) for other in others if len(other) > 3 and name.endswith(other)}
        return {name for name in found if len(name) > 1}

    def _fill(self, name: str) -> str:
        return name.replace("{stem}", self._stem)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    path = Path(__file__).with_name("unit_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_unit_finder() -> UnitFinder:
    """All units with their names, ready to find them in untidy text."""
    aliases: dict[int, list[str]] = {}
    for unit_id, alias in db.session.execute(select(UnitAlias.unit_id, UnitAlias.alias)):
        aliases.setdefault(unit_id, []).append(alias)
    rows = db.session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.parent_id, Unit.path, Unit.kind).order_by(Unit.code)
    )
    return _finder(
        tuple(
            Named(r.id, r.code, r.name, tuple(n for n in (r.short_name, *aliases.get(r.id, ())) if n), r.parent_id,
                  r.path, r.kind)
            for r in rows
        )
    )  # fmt: skip


@lru_cache(maxsize=2)
def _finder(units: tuple[Named, ...]) -> UnitFinder:
    """The index over exactly these units; a change of any name makes another one."""
    return UnitFinder(units)
