"""Who is acting: set once per request, command or job, read by services and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or the system itself.

    ``levels`` gives for each permission group the highest level any role grants. ``scopes`` gives for each
    ``group.level`` granted the reach of the roles that grant it: ``all``, ``unit``, ``class``, ``own``.
    """

    account_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    levels: Mapping[str, int] = field(default_factory=dict)
    scopes: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    unit_id: int | None = None
    unit_path: str = ""
    session_id: str = ""
    address: str = ""
    request_id: str = ""

    @property
    def is_system(self) -> bool:
        """Whether nobody in particular acts: a job, the command line."""
        return self.account_id is None and bool(self.name)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody has signed in."""
        return self.account_id is None and not self.name


ANONYMOUS = Actor()
_current: ContextVar[Actor] = ContextVar("actor", default=ANONYMOUS)


def system(name: str) -> Actor:
    """The system acting under a name such as ``command line`` or ``scheduler``."""
    return Actor(name=name)


def current_actor() -> Actor:
    """Who acts now."""
    return _current.get()


def set_actor(actor: Actor) -> None:
    """Say who acts from here on (the web ground, at the start and end of each request)."""
    _current.set(actor)


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Act as somebody within a block (commands, jobs, tests)."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
