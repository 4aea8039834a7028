"""Questions a lower room asks without knowing who above answers.

A feature above offers a provider in its manifest (``Module.providers``); below, ``ask`` collects the answers
in the order of the floors. Nobody there: no answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_providers: dict[str, list[Callable[..., Any]]] = {}


@dataclass(frozen=True)
class Task:
    """Something that waits for this person: one row of the start page (port ``start.tasks``, asked with actor=)."""

    title: str
    note: str
    url: str
    verb: str
    icon: str = "clipboard-check"
    due: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True)
class ListColumn:
    """A column that a higher feature adds to a list (port ``cadre.list_columns``, asked with ids=).

    ``cells`` maps the row's id to its shown HTML or text, ``values`` to what is exported.
    """

    key: str
    title: str
    cells: Mapping[int, str]
    values: Mapping[int, object]
    numeric: bool = False


def wire(providers: Mapping[str, list[Callable[..., Any]]]) -> None:
    """Set who answers what; called once by the factory."""
    _providers.clear()
    _providers.update({name: list(functions) for name, functions in providers.items()})


def ask(port: str, **question: Any) -> list[Any]:
    """All answers to a question, the lowest floor's first."""
    return [provider(**question) for provider in _providers.get(port, ())]
