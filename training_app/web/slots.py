"""Places in a page that other features fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from training_app.core.module import Slot

_slots: dict[str, list[Slot]] = {}


@dataclass(frozen=True)
class Filled:
    """What one feature put into a place."""

    title: str
    key: str
    html: Markup


def wire(slots: Sequence[Slot]) -> None:
    """Set what fills which place; called once by the factory."""
    _slots.clear()
    for slot in sorted(slots, key=lambda s: s.order):
        _slots.setdefault(slot.place, []).append(slot)


def render_slot(place: str, **context: Any) -> list[Filled]:
    """What the features put into this place, in order; empty parts are left out."""
    made = ((slot, slot.render(**context)) for slot in _slots.get(place, ()))
    return [Filled(str(slot.title), slot.key, Markup(html)) for slot, html in made if html.strip()]  # noqa: S704 - rendered by templates
