"""Facts, and who hears them.

A service publishes a fact inside its unit of work; handlers run at once, in the order of the floors, in the
same transaction: all or nothing. Not blinker signals: those run in undefined order and vanish silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

from training_app.core import clock, db
from training_app.core.actor import Actor, current_actor


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, in the past tense, of ids and plain values only.

    ``sentence`` is an English gettext id in which ``%(field)s`` stand for the event's fields; ``personal`` names
    the fields that hold personal data; ``subject`` is (kind, id) of what it happened to, given by
    ``subject_kind`` and ``subject_field``.
    """

    sentence: ClassVar[str] = ""
    subject_kind: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""
    personal: ClassVar[frozenset[str]] = frozenset()

    at: datetime = field(default_factory=clock.now)
    actor: Actor = field(default_factory=current_actor)

    @classmethod
    def event_name(cls) -> str:
        """The stable name under which the audit trail keeps it: ``attendance.CheckedIn``."""
        return f"{cls.__module__.removeprefix('training_app.').rsplit('.', 1)[0]}.{cls.__name__}"

    def facts(self) -> dict[str, Any]:
        """Its own fields, without when and by whom."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("at", "actor")}


Handler = Callable[[Any], None]


@dataclass(frozen=True)
class ManyHandler:
    """A handler that can hear several facts of one transaction at once, when they are published together."""

    one: Handler
    many: Callable[[Sequence[Any]], None]

    def __call__(self, event: Any) -> None:
        """Hear one."""
        self.one(event)


_handlers: dict[type[Event], list[Handler]] = {}


def wire(subscriptions: Mapping[type[Event], list[Handler]]) -> None:
    """Set who hears what; called once by the factory, in the order of the floors."""
    _handlers.clear()
    for kind, handlers in subscriptions.items():
        _handlers[kind] = list(handlers)


def publish(event: Event) -> None:
    """Tell everyone who subscribed to this kind of fact, or to one of its bases, the base ``Event`` first.

    Raises:
        RuntimeError: outside a unit of work, where a handler's changes would be lost.
    """
    if not db.in_unit_of_work():
        raise RuntimeError(f"{event.event_name()} published outside a unit of work")
    for kind in reversed(type(event).__mro__):
        for handler in _handlers.get(kind, ()):
            handler(event)


def publish_all(events: Sequence[Event]) -> None:
    """Tell several facts of one kind, each handler all of them in order: once, if it can hear many.

    Raises:
        RuntimeError: outside a unit of work.
        ValueError: of different kinds.
    """
    if not events:
        return
    kind = type(events[0])
    if not db.in_unit_of_work():
        raise RuntimeError(f"{kind.event_name()} published outside a unit of work")
    if any(type(each) is not kind for each in events):
        raise ValueError("facts of different kinds")
    for base in reversed(kind.__mro__):
        for handler in _handlers.get(base, ()):
            if isinstance(handler, ManyHandler):
                handler.many(events)
            else:
                for each in events:
                    handler(each)


def all_event_types() -> list[type[Event]]:
    """Every kind of fact the house knows, by name, without the bases that others only build on."""
    found: dict[str, type[Event]] = {}
    waiting = [Event]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.sentence or not kind.__subclasses__():
                found[kind.event_name()] = kind
            waiting.append(kind)
    return [found[name] for name in sorted(found)]
