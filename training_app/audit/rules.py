"""How an entry is put into words without giving personal data away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHOWN_OF_LONG = 4


def mask(value: Any) -> Any:
    """The first character, the rest hidden; of a long value still only its beginning. Structures keep their shape."""
    if isinstance(value, Mapping):
        return {key: mask(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [mask(part) for part in value]
    text = "" if value is None else str(value)
    if len(text) <= 1:
        return text
    return text[0] + "*" * min(len(text) - 1, _SHOWN_OF_LONG)


def differences(body: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, before, after) of an entry: from ``changes``, or from two pictures ``before`` and ``after``."""
    changes = body.get("changes")
    if isinstance(changes, Mapping):
        return [
            (name, pair[0], pair[1])
            for name, pair in changes.items()
            if isinstance(pair, list | tuple) and len(pair) == 2
        ]
    before, after = body.get("before"), body.get("after")
    if not isinstance(after, Mapping):
        return []
    before = before if isinstance(before, Mapping) else {}
    names = list(dict.fromkeys([*before, *after]))
    return [(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]


def without_differences(body: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an entry besides before and after."""
    return {name: value for name, value in body.items() if name not in ("changes", "before", "after")}
