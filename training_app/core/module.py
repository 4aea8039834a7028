"""The manifest in which a feature says what it contributes; the factory collects and wires them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training_app.core.events import Event, Handler
from training_app.core.jobs import Work
from training_app.core.permissions import Group


@dataclass(frozen=True)
class MenuItem:
    """One entry of the navigation; shown when its route's own declaration passes."""

    endpoint: str
    title: str
    icon: str
    order: int
    section: str = "work"  # home, work, people, admin
    phone: bool = False  # among the (at most five) of the bottom bar
    short: str = ""  # what the bottom bar says when the title has more than three characters
    audience: str = "office"  # office, trainee
    roles: tuple[str, ...] = ()  # only for these, when it is about oneself and would be empty for others
    tables: tuple[str, ...] = ()  # further endpoint prefixes under which the entry is shown as current


@dataclass(frozen=True)
class Slot:
    """A part of somebody else's page: ``render`` takes the page's context value and returns HTML or ''."""

    place: str
    title: str
    order: int
    render: Callable[..., str]
    key: str = ""


@dataclass(frozen=True)
class Job:
    """Periodic work under the one leader; ``cron`` as APScheduler fields, or seconds between runs."""

    name: str
    run: Callable[[], object]
    seconds: float | None = None
    cron: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Module:
    """What one feature contributes to the whole."""

    name: str
    blueprints: Sequence[Callable[[], Any]] = ()
    permissions: Sequence[Group] = ()
    subscriptions: Mapping[type[Event], Handler] = field(default_factory=dict)
    menu: Sequence[MenuItem] = ()
    slots: Sequence[Slot] = ()
    jobs: Sequence[Job] = ()
    commands: Sequence[Any] = ()
    importers: Sequence[Any] = ()
    work: Mapping[str, Work] = field(default_factory=dict)  # long work, by kind of job
    lanes: Sequence[Callable[[Any], Any]] = ()  # given the application, put something in front of its wsgi_app
    providers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
