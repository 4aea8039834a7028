"""The facts of leave, withdrawal and bulletins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class LeaveEvent(Event):
    """Something happened to a request for leave."""

    subject_kind: ClassVar[str] = "leave"
    subject_field: ClassVar[str] = "leave_id"

    leave_id: int
    class_id: int
    enrollment_id: int


@dataclass(frozen=True, kw_only=True)
class LeaveAsked(LeaveEvent):
    """Leave was asked for, by the trainee or by staff for one."""

    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    sentence: ClassVar[str] = N_("asked for %(kind)s of %(half_days)s half-days for enrollment %(enrollment_id)s")

    kind: str
    half_days: int
    period: str
    by_staff: bool
    papers: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeaveStepDecided(LeaveEvent):
    """One step of the chain said yes or no."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})
    sentence: ClassVar[str] = N_("decided step %(step)s of leave %(leave_id)s: %(outcome)s")

    step: str
    outcome: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LeaveGranted(LeaveEvent):
    """The last step said yes; the records of the lessons follow in the same transaction."""

    sentence: ClassVar[str] = N_(
        "granted leave %(leave_id)s: noted in %(noted)s lessons, corrected in %(corrected)s, kept in %(kept)s"
    )

    noted: int
    corrected: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class LeaveWithdrawn(LeaveEvent):
    """A request was taken back before it counted."""

    sentence: ClassVar[str] = N_("took back leave %(leave_id)s")

    was: str
    taken_back: int = 0


@dataclass(frozen=True, kw_only=True)
class ReturnReported(LeaveEvent):
    """A trainee says to be back."""

    sentence: ClassVar[str] = N_("reported the return from leave %(leave_id)s, %(back)s")

    back: str


@dataclass(frozen=True, kw_only=True)
class ReturnConfirmed(LeaveEvent):
    """Staff confirmed the return; leave after it counts no more."""

    sentence: ClassVar[str] = N_(
        "confirmed the return from leave %(leave_id)s, %(back)s:"
        " %(taken_back)s marks taken back, %(corrected)s corrected"
    )

    back: str
    early: bool
    taken_back: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class LeavePaperRead(LeaveEvent):
    """A paper of a request was opened by somebody who decides."""

    sentence: ClassVar[str] = N_("read paper %(paper_id)s of leave %(leave_id)s")

    paper_id: int


@dataclass(frozen=True, kw_only=True)
class WithdrawalDecided(Event):
    """A person decided about somebody whose withdrawal was proposed."""

    sentence: ClassVar[str] = N_(
        "decided about enrollment %(enrollment_id)s, who missed %(missed)s of %(planned)s hours: %(outcome)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    class_id: int
    enrollment_id: int
    missed: str
    planned: str
    outcome: str
    note: str
    absent: str = ""
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BulletinIssued(Event):
    """A bulletin was numbered and frozen."""

    sentence: ClassVar[str] = N_("issued bulletin %(number)s")
    subject_kind: ClassVar[str] = "bulletin"
    subject_field: ClassVar[str] = "bulletin_id"

    bulletin_id: int
    class_id: int
    number: str
    kind: str
    period: str
    sha256: str
    corrects: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DisciplineExported(Event):
    """A list of leave or bulletins was taken away. Only old entries say so; since then it is ``core.ListExported``."""

    sentence: ClassVar[str] = N_("took away %(rows)s rows of %(what)s")

    what: str
    rows: int
