"""Hashing of passwords; how costly it is comes from the settings."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_state: dict[str, PasswordHasher | str] = {}
# A hash takes a fifth of a second and 64 MiB; more at once than cores only make everyone wait longer.
_at_once = threading.BoundedSemaphore(4)


def configure(*, time_cost: int) -> None:
    """Set the cost, and make the hash that unknown names are checked against."""
    hasher = PasswordHasher(time_cost=time_cost, memory_cost=65536 if time_cost > 1 else 1024)
    _state["hasher"] = hasher
    _state["nobody"] = hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The stored form of a password."""
    with _at_once:
        return _hasher().hash(password)


def is_right(stored: str, password: str) -> bool:
    """Whether the password fits; takes as long for accounts without one as for others."""
    with _at_once:
        try:
            return _hasher().verify(stored or str(_state["nobody"]), password) and bool(stored)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _hasher() -> PasswordHasher:
    hasher = _state["hasher"]
    assert isinstance(hasher, PasswordHasher)  # noqa: S101 - narrows the type
    return hasher
