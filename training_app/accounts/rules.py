"""Rules of signing in: passwords, lock-out, families of roles, the own phone, passkeys."""

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


# --- the own phone --------------------------------------------------------------------------------------------

CHANGE_EVERY = timedelta(days=7)
SHORTEST_REASON = 4


@dataclass(frozen=True)
class PhoneChange:
    """Whether somebody may make the browser in their hand their own: ``yes``, or why not.

    ``own``: it is already. ``unbound``: nothing is bound, so the next check-in binds it by itself. ``taken``: it is
    somebody else's. ``too_soon``: the last change by oneself is less than seven days old.
    """

    verdict: str
    next_at: datetime | None = None  # when the next change by oneself is possible, while it is not


def judge_phone_change(
    *, account_id: int, owner_id: int | None, is_bound: bool, last_own_change: datetime | None, now: datetime
) -> PhoneChange:
    """Decide a change by oneself: once in seven days, and never over somebody else's browser (SECURITY.md 2.3).

    Only changes by oneself count; staff may release a phone as often as there is a reason.
    """
    next_at = last_own_change + CHANGE_EVERY if last_own_change is not None else None
    waits = next_at is not None and now < next_at
    next_at = next_at if waits else None
    if owner_id == account_id:
        return PhoneChange("own", next_at)
    if owner_id is not None:
        return PhoneChange("taken", next_at)
    if not is_bound:
        return PhoneChange("unbound", next_at)
    return PhoneChange("too_soon" if waits else "yes", next_at)


def says_enough(reason: str) -> bool:
    """Whether a reason in one's own words has at least four visible characters."""
    return sum(1 for sign in reason if sign.isprintable() and not sign.isspace()) >= SHORTEST_REASON


# --- browsers one signs in with -------------------------------------------------------------------------------

NEWS_FOR = timedelta(days=30)
TRUSTED_AFTER = timedelta(days=7)


def tells_of_browser(*, known: bool, disowned: bool, is_bound: bool, has_usual: bool) -> bool:
    """Whether a sign-in has to be told: by a browser not known before, or one the owner has disowned.

    The first browser of all is the usual one, and so is the phone bound for checking in.
    """
    if disowned:
        return True
    return not known and not is_bound and has_usual


def is_news(told_at: datetime, settled_at: datetime | None, now: datetime) -> bool:
    """Whether the owner is still to be told of it: until they have said whose it was, and for thirty days."""
    return settled_at is None and now - told_at < NEWS_FOR


def hears_of_browsers(*, known: bool, told_at: datetime | None, verdict: str, is_bound: bool, now: datetime) -> bool:
    """Whether the owner is told of other browsers in this one.

    One that is news itself hears nothing, so that whoever signed in with it can wave nothing through; nobody having
    objected for a week, it is taken for the owner's, who may have no other any more.
    """
    if not known:
        return is_bound
    if verdict == "foreign":
        return False
    return told_at is None or verdict == "own" or now - told_at >= TRUSTED_AFTER


# --- passkeys -------------------------------------------------------------------------------------------------

MOST_PASSKEYS = 10


def counter_fell(*, stored: int, came: int) -> bool:
    """Whether a passkey's counter failed to rise, which a copy would show; without a counter both are 0."""
    return (stored > 0 or came > 0) and came <= stored
