"""Facts about people's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class CadreEvent(Event):
    """Base of what concerns one person's record."""

    subject_kind: ClassVar[str] = "cadre"
    subject_field: ClassVar[str] = "cadre_id"
    personal: ClassVar[frozenset[str]] = frozenset({"name"})

    cadre_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CadreAdded(CadreEvent):
    """A person was entered by hand."""

    sentence: ClassVar[str] = N_("Added %(name)s, %(unit_and_post)s")

    unit_and_post: str


@dataclass(frozen=True, kw_only=True)
class CadreChanged(CadreEvent):
    """A person's particulars were changed; ``changes`` maps a field to its old and new value."""

    sentence: ClassVar[str] = N_("Changed the particulars of %(name)s")
    personal: ClassVar[frozenset[str]] = frozenset({"name", "changes"})

    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PostChanged(CadreEvent):
    """A person took up another post."""

    sentence: ClassVar[str] = N_("%(name)s went from %(old_post)s to %(new_post)s, since %(since)s")

    old_post: str
    new_post: str
    since: str


@dataclass(frozen=True, kw_only=True)
class CadreFileRead(CadreEvent):
    """Somebody else's file was opened."""

    sentence: ClassVar[str] = N_("Read the file of %(name)s")


@dataclass(frozen=True, kw_only=True)
class IdNumberRevealed(CadreEvent):
    """A citizen number or phone was shown in full; ``what`` is ``id_number`` or ``phone``."""

    sentence: ClassVar[str] = N_("Revealed %(what)s of %(name)s: %(reason)s")

    what: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppointmentFormsTaken(CadreEvent):
    """A person's appointment form left the system in clear."""

    sentence: ClassVar[str] = N_("Took away the appointment form of %(name)s (%(file_format)s): %(reason)s")

    reason: str
    file_format: str


@dataclass(frozen=True, kw_only=True)
class AppointmentFormRead(CadreEvent):
    """Somebody read a person's appointment form on the screen."""

    sentence: ClassVar[str] = N_("Read the appointment form of %(name)s")


@dataclass(frozen=True, kw_only=True)
class NumbersTaken(Event):
    """A list left the program with citizen numbers or phones in full; whose they are is kept."""

    sentence: ClassVar[str] = N_("Took out %(what)s of %(people)s people in full: %(reason)s")
    subject_kind: ClassVar[str] = "list"

    people: int
    what: Sequence[str]
    reason: str
    cadre_ids: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class CadreAccountLinked(CadreEvent):
    """A person can sign in under an account."""

    sentence: ClassVar[str] = N_("Linked %(name)s to account %(account_id)s")

    account_id: int


@dataclass(frozen=True, kw_only=True)
class CadresStored(Event):
    """A register of cadres was taken in as a whole."""

    sentence: ClassVar[str] = N_("Took in a register of cadres: %(created)s new, %(updated)s changed")
    subject_kind: ClassVar[str] = "cadres"

    created: int
    updated: int
    unchanged: int
    source: str


@dataclass(frozen=True, kw_only=True)
class PartyMembersStored(Event):
    """A register of party members was taken in as a whole."""

    sentence: ClassVar[str] = N_("Took in a register of party members: %(created)s new, %(updated)s changed")
    subject_kind: ClassVar[str] = "cadres"

    created: int
    updated: int
    unchanged: int
    source: str


@dataclass(frozen=True, kw_only=True)
class AppointmentFormsStored(Event):
    """Appointment forms were taken in; ``forms`` counts those that said something new."""

    sentence: ClassVar[str] = N_("Took in appointment forms: %(forms)s new versions")
    subject_kind: ClassVar[str] = "cadres"

    forms: int
    source: str
