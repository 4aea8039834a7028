"""What happens to results, certificates and hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class HoursPosted(Event):
    """Lines were added to the ledger of hours; one fact for all lines of one cause."""

    sentence: ClassVar[str] = N_("posted %(lines)s ledger lines, %(hours)s hours in all: %(title)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int | None
    source_kind: str
    source_id: int
    title: str
    lines: int
    hours: str


@dataclass(frozen=True, kw_only=True)
class SchemeChanged(Event):
    """A class weighs its parts otherwise."""

    sentence: ClassVar[str] = N_("changed the scheme of results from %(before)s to %(after)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ResultsDecided(Event):
    """The results of a class were decided, or decided anew."""

    sentence: ClassVar[str] = N_(
        "decided the results: %(completed)s completed, %(not_completed)s not, %(open)s open, %(changed)s new versions"
    )
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    completed: int
    not_completed: int
    open: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class ResultDecided(Event):
    """One person's result in a class, as a version of it."""

    sentence: ClassVar[str] = N_("result version %(version)s: %(reason)s, total %(total)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"total"})

    class_id: int
    enrollment_id: int
    version: int
    completed: bool
    reason: str
    total: str


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was given its number."""

    sentence: ClassVar[str] = N_("issued certificate %(number)s")
    subject_kind: ClassVar[str] = "certificate"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: int
    class_id: int
    enrollment_id: int
    number: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    """A certificate stopped being valid."""

    sentence: ClassVar[str] = N_("revoked certificate %(number)s: %(reason)s")
    subject_kind: ClassVar[str] = "certificate"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: int
    class_id: int
    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CertificateReplaced(Event):
    """A certificate gave way to a new one with its own number."""

    sentence: ClassVar[str] = N_("replaced certificate %(number)s by %(new_number)s: %(reason)s")
    subject_kind: ClassVar[str] = "certificate"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: int
    class_id: int
    number: str
    new_number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RequirementChanged(Event):
    """A dated requirement of hours was set."""

    sentence: ClassVar[str] = N_("set the requirement %(rule)s from %(valid_from)s: %(hours)s hours, %(days)s days")
    subject_kind: ClassVar[str] = "requirement"
    subject_field: ClassVar[str] = "rule"

    rule: str
    valid_from: str
    hours: str
    days: int


@dataclass(frozen=True, kw_only=True)
class CertificatesTaken(Event):
    """Certificates were taken out as PDF."""

    sentence: ClassVar[str] = N_("took out %(count)s certificates as PDF")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class LedgerRead(Event):
    """Somebody read a person's ledger of hours."""

    sentence: ClassVar[str] = N_("read the ledger of hours of %(year)s")
    subject_kind: ClassVar[str] = "cadre"
    subject_field: ClassVar[str] = "cadre_id"

    cadre_id: int
    year: int
