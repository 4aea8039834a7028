"""What happens to accounts, sessions, roles and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class _AboutAccount(Event):
    subject_kind = "account"
    subject_field = "account_id"

    account_id: int
    username: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedIn(_AboutAccount):
    """Somebody signed in."""

    sentence = N_("%(username)s signed in")
    browser: str = ""
    way: str = "password"
    new_browser: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInJudged(_AboutAccount):
    """A trainee who was told of a sign-in from a new browser said whether it was their own."""

    sentence = N_("%(username)s said of the sign-in from %(browser)s: %(verdict)s")
    browser: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """A sign-in was refused; the account is 0 when the name is unknown."""

    sentence = N_("Sign-in as %(username)s refused")
    subject_kind = "account"
    subject_field = "account_id"

    account_id: int
    username: str
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class SignedOut(_AboutAccount):
    """Somebody signed out, or ended another of their sessions."""

    sentence = N_("%(username)s signed out")


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(_AboutAccount):
    """A password was changed by its owner, or set anew by an administrator."""

    sentence = N_("Password of %(username)s changed")
    by_owner: bool


@dataclass(frozen=True, kw_only=True)
class PasswordConfirmed(_AboutAccount):
    """The password was given again before an act that wants it fresh."""

    sentence = N_("%(username)s gave the password again")


@dataclass(frozen=True, kw_only=True)
class AccountCreated(_AboutAccount):
    """An account was made."""

    sentence = N_("Account %(username)s created")
    display_name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AccountDisabled(_AboutAccount):
    """An account may no longer sign in."""

    sentence = N_("Account %(username)s disabled")
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountEnabled(_AboutAccount):
    """An account may sign in again."""

    sentence = N_("Account %(username)s enabled")


@dataclass(frozen=True, kw_only=True)
class RoleGranted(_AboutAccount):
    """A role was given."""

    sentence = N_("Role %(role)s granted to %(username)s")
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleTaken(_AboutAccount):
    """A role was taken away."""

    sentence = N_("Role %(role)s taken from %(username)s")
    role: str


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(_AboutAccount):
    """Language, theme or type size of one's own interface."""

    sentence = N_("%(username)s changed the look of the interface")
    preferences: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DeviceChanged(_AboutAccount):
    """Somebody made another browser the one they are known by at check-in."""

    sentence = N_("%(username)s changed the own phone")
    browser: str
    old_browser: str


@dataclass(frozen=True, kw_only=True)
class DeviceReleased(_AboutAccount):
    """Staff released somebody's phone: the next one they check in with becomes theirs."""

    sentence = N_("Phone of %(username)s released")
    old_browser: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeviceNoticeRead(_AboutAccount):
    """The owner has read that the phone was changed or released."""

    sentence = N_("%(username)s read the notice about the own phone")


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(_AboutAccount):
    """Somebody made a passkey for the own account."""

    sentence = N_("%(username)s added the passkey %(name)s")
    name: str


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(_AboutAccount):
    """A passkey was taken away, by its owner or because the password was set anew by an administrator."""

    sentence = N_("Passkey %(name)s of %(username)s removed")
    name: str
    by_owner: bool


@dataclass(frozen=True, kw_only=True)
class PasskeyConfirmed(_AboutAccount):
    """A passkey was used in place of the password before an act that wants it fresh."""

    sentence = N_("%(username)s used the passkey %(name)s again")
    name: str


@dataclass(frozen=True, kw_only=True)
class PasskeyCounterFell(_AboutAccount):
    """A passkey's counter came lower than before: it may have been copied."""

    sentence = N_("Counter of %(username)s's passkey %(name)s fell: perhaps a copy")
    name: str
    expected_above: int
    came: int


@dataclass(frozen=True, kw_only=True)
class UnitStored(Event):
    """A unit was made or changed; ``before`` is empty for a new one."""

    sentence = N_("Unit %(name)s stored")
    subject_kind = "unit"
    subject_field = "unit_id"

    unit_id: int
    name: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
