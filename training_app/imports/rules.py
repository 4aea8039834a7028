"""What taking an import back means for each stored row, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANY_FIELD = "*"  # some field of a row that was new; which one is not known
GONE = "-"  # the whole row


@dataclass(frozen=True)
class Done:
    """What an import did to one stored row. ``number`` is its place in the order in which everything was done."""

    number: int
    entity: str
    key: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    digest: str


@dataclass(frozen=True)
class Effect:
    """What an upload as a whole did to one row. ``kind``: created, updated, deleted.

    ``restore`` is what is put back, ``expected`` what those fields hold unless somebody changed them since. A row
    with ``whole`` must be as the import left it in every field, which ``digest`` tells.
    """

    entity: str
    key: int
    kind: str
    last: int
    restore: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    whole: bool = False


def combine(done: Iterable[Done]) -> dict[tuple[str, int], Effect]:
    """Several things done one after the other, as one: what was first, and what was left at the end."""
    found: dict[tuple[str, int], Effect] = {}
    for each in sorted(done, key=lambda d: d.number):
        at = (each.entity, each.key)
        effect = _then(found.pop(at, None), each)
        if effect is not None:
            found[at] = effect
    return found


def _then(old: Effect | None, new: Done) -> Effect | None:
    what = (new.entity, new.key)
    before, after = new.before or {}, new.after or {}
    if new.action == "created":
        if old is None:
            return Effect(*what, "created", new.number, digest=new.digest, whole=True)
        return Effect(
            *what, "updated", new.number, old.restore, digest=new.digest, whole=True
        )  # the key was used again
    if old is not None and old.kind == "created":
        if new.action == "deleted":
            return None
        return Effect(*what, "created", new.number, digest=new.digest, whole=True)
    restore = {**before, **(old.restore if old else {})}
    if new.action == "deleted":
        return Effect(*what, "deleted", new.number, restore)
    expected = {**(old.expected if old else {}), **after}
    return Effect(*what, "updated", new.number, restore, expected, new.digest, whole=bool(old and old.whole))


def changed_fields(effect: Effect, row: Mapping[str, Any] | None, digest: str) -> list[str]:
    """The fields somebody changed since the import; ``row`` holds plain values, None when it is no longer there."""
    if effect.kind == "deleted":
        return []
    if row is None:
        return [] if effect.kind == "created" else [GONE]
    if effect.whole:
        return [] if effect.digest == digest else [ANY_FIELD]
    return [name for name, value in effect.expected.items() if row.get(name) != value]


def later_versions(
    ours: Sequence[Mapping[str, Any]], stored: Iterable[Mapping[str, Any]], key: Sequence[str], number: str
) -> list[Mapping[str, Any]]:
    """The lines posted after ours for the same thing: corrections that count on ours being there."""
    lowest: dict[tuple[Any, ...], Any] = {}
    for row in ours:
        at = tuple(row[name] for name in key)
        lowest[at] = min(row[number], lowest.get(at, row[number]))
    return [row for row in stored if (at := tuple(row[name] for name in key)) in lowest and row[number] > lowest[at]]
