"""Facts about the teacher pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class TeacherEvent(Event):
    """Base of what concerns one teacher."""

    subject_kind: ClassVar[str] = "teacher"
    subject_field: ClassVar[str] = "teacher_id"
    personal: ClassVar[frozenset[str]] = frozenset({"name"})

    teacher_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TeacherAdded(TeacherEvent):
    """A person was entered into the pool."""

    sentence: ClassVar[str] = N_("Entered %(name)s into the teacher pool")


@dataclass(frozen=True, kw_only=True)
class TeacherChanged(TeacherEvent):
    """A teacher's particulars were changed; ``changes`` maps a field to its old and new value."""

    sentence: ClassVar[str] = N_("Changed the particulars of teacher %(name)s")
    personal: ClassVar[frozenset[str]] = frozenset({"name", "changes"})

    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PoolStatusChanged(TeacherEvent):
    """A teacher was admitted, suspended or removed, for a reason."""

    sentence: ClassVar[str] = N_("Teacher %(name)s went from %(old_status)s to %(new_status)s: %(reason)s")

    old_status: str
    new_status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TeacherAccountLinked(TeacherEvent):
    """A teacher can sign in under an account."""

    sentence: ClassVar[str] = N_("Linked teacher %(name)s to account %(account_id)s")

    account_id: int


@dataclass(frozen=True, kw_only=True)
class TeacherNumberRevealed(TeacherEvent):
    """A teacher's citizen number or phone was shown in full; ``what`` is ``id_number`` or ``phone``."""

    sentence: ClassVar[str] = N_("Revealed %(what)s of teacher %(name)s: %(reason)s")

    what: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TeachersStored(Event):
    """A register of teachers was taken in as a whole."""

    sentence: ClassVar[str] = N_("Took in the teacher pool: %(created)s new, %(updated)s changed")
    subject_kind: ClassVar[str] = "teachers"

    created: int
    updated: int
    unchanged: int
    source: str
