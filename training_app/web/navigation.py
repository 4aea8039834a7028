"""The menu: an entry is shown when its route's own declaration passes for this person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from training_app.core.actor import current_actor
from training_app.core.module import MenuItem
from training_app.web.access import may_open

SECTIONS = ("home", "work", "people", "admin")
_items: list[MenuItem] = []


@dataclass(frozen=True)
class Entry:
    """One entry as the page shows it."""

    title: str
    icon: str
    url: str
    current: bool
    badge: str | None = None


def wire(items: Sequence[MenuItem]) -> None:
    """Set the menu; called once by the factory."""
    _items[:] = sorted(items, key=lambda item: (_section(item), item.order))


def navigation() -> list[list[Entry]]:
    """The sections of the left navigation, without empty ones."""
    shown = _shown()
    here = _here(shown)
    sections = [[_entry(i, here) for i in shown if _section(i) == at] for at in range(len(SECTIONS) + 1)]
    return [section for section in sections if section]


def navigation_phone() -> list[Entry]:
    """At most five entries for the bottom bar of the phone."""
    shown = _shown()
    here = _here(shown)
    return [_entry(i, here, i.short) for i in shown if i.phone][:5]


def _shown() -> list[MenuItem]:
    actor = current_actor()
    trainee_only = actor.roles == frozenset({"trainee"})

    def is_for_them(item: MenuItem) -> bool:
        fits = not item.roles or not actor.roles.isdisjoint(item.roles)
        return fits and (item.audience == "trainee") == trainee_only

    return [i for i in _items if is_for_them(i) and may_open(current_app, i.endpoint, actor)]


def _section(item: MenuItem) -> int:
    return SECTIONS.index(item.section) if item.section in SECTIONS else 1


def _here(shown: Sequence[MenuItem]) -> set[str]:
    """The entries that name this page, else the one it lies under: /classes for /classes/21/attendance."""
    endpoint = request.endpoint or ""
    named = {i.endpoint for i in shown if endpoint == i.endpoint or any(endpoint.startswith(x) for x in i.tables)}
    if named:
        return named
    path = request.script_root + request.path
    above = [(url_for(i.endpoint), i.endpoint) for i in shown]
    return {max((pair for pair in above if path.startswith(pair[0] + "/")), default=("", ""))[1]}


def _entry(item: MenuItem, here: set[str], title: str = "") -> Entry:
    return Entry(str(title or item.title), item.icon, url_for(item.endpoint), item.endpoint in here)
