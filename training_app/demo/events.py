"""What the demonstration publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class DemoCountyLoaded(Event):
    """The demonstration county was written into an empty database."""

    sentence: ClassVar[str] = N_("Demonstration county loaded: %(cadres)s cadres, %(classes)s classes, seed %(seed)s")
    subject_kind: ClassVar[str] = "demo"
    subject_field: ClassVar[str] = "seed"
    seed: int
    units: int
    cadres: int
    classes: int


@dataclass(frozen=True, kw_only=True)
class DemoSessionsMade(Event):
    """Signed-in sessions of a demonstration class were made for a load test."""

    sentence: ClassVar[str] = N_("%(count)s test sessions made for class %(class_code)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"
    class_id: int
    class_code: str
    count: int


@dataclass(frozen=True, kw_only=True)
class DemoPasswordSet(Event):
    """All demonstration accounts got a new common password."""

    sentence: ClassVar[str] = N_("New password for %(accounts)s demonstration accounts")
    subject_kind: ClassVar[str] = "demo"
    subject_field: ClassVar[str] = "accounts"
    accounts: int
