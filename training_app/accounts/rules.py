"""Rules of signing in: passwords, lock-out, families of roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from training_app.core.text import N_

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
FAMILIES = {"sysadmin": "system", "secadmin": "security", "auditor": "audit"}
ALL_FAMILIES = ("business", *FAMILIES.values())
_COMMON = frozenset(
    {
        "1234567890",
        "0123456789",
        "password123",
        "qwertyuiop",
        "1q2w3e4r5t",
        "aaaaaaaaaa",
        "1111111111",
        "admin12345",
        "a123456789",
        "woaini1314",
        "5201314520",
        "qwerty123456",
        "password1234",
        "12345678910",
    }
)


def family_of(role: str) -> str:
    """The family a role belongs to; an account's roles all belong to one (三员分立, GB/T 22239 8.1.5)."""
    return FAMILIES.get(role, "business")


def one_family(roles: Iterable[str]) -> str | None:
    """The family of a set of roles, or None when they do not belong together."""
    families = {family_of(role) for role in roles}
    return families.pop() if len(families) == 1 else None


def weakness(password: str, *, username: str = "") -> str | None:
    """Why a password will not do, as an English gettext id; None when it will.

    Length and no well-known ones, no rules about kinds of characters (OWASP ASVS 5.0, 6.2).
    """
    if len(password) < SHORTEST_PASSWORD:
        return N_("At least 10 characters, please.")
    if len(password) > LONGEST_PASSWORD:
        return N_("At most 128 characters, please.")
    if password.lower() in _COMMON or len(set(password)) < 4:
        return N_("This password is too easy to guess.")
    if username and username.lower() in password.lower():
        return N_("The password must not contain the user name.")
    return None


@dataclass(frozen=True)
class Attempt:
    """What a sign-in attempt comes to: the new count, the new lock, and whether to let the person in."""

    allowed: bool
    failed_count: int
    locked_until: datetime | None


def judge_attempt(
    *, password_right: bool, disabled: bool, failed_count: int, locked_until: datetime | None, now: datetime
) -> Attempt:
    """Count a sign-in attempt. While locked even the right password is refused, without counting on."""
    if locked_until is not None and now < locked_until:
        return Attempt(allowed=False, failed_count=failed_count, locked_until=locked_until)
    if password_right and not disabled:
        return Attempt(allowed=True, failed_count=0, locked_until=None)
    failed = failed_count + 1
    if failed >= FAILURES_BEFORE_LOCK:
        return Attempt(allowed=False, failed_count=0, locked_until=now + LOCK)
    return Attempt(allowed=False, failed_count=failed, locked_until=None)
