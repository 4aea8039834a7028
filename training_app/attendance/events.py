"""The facts attendance publishes, in the order of a lesson: opening, scans, calls, marks by hand, closing, the rest.

One file, however long: the audit trail keeps each fact under the name of this module (``Event.event_name``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class CheckInOpened(Event):
    """The changing code of a lesson may be shown from now on."""

    sentence: ClassVar[str] = N_("opened the check-in of lesson %(lesson_id)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    step_seconds: int


@dataclass(frozen=True, kw_only=True)
class CheckInReopened(Event):
    """A closed check-in runs again; the absences its closing had written are taken back."""

    sentence: ClassVar[str] = N_("reopened the check-in of lesson %(lesson_id)s: %(reason)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    reason: str
    absences_withdrawn: int


@dataclass(frozen=True, kw_only=True)
class CheckedIn(Event):
    """A person's scan counted. Nothing but the audit trail hangs on it while people queue at the door."""

    sentence: ClassVar[str] = N_("checked in to lesson %(lesson_id)s: %(status)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"

    lesson_id: int
    enrollment_id: int
    status: str
    step_lag: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckedOut(Event):
    """A person's scan at the end of the lesson."""

    sentence: ClassVar[str] = N_("checked out of lesson %(lesson_id)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"

    lesson_id: int
    enrollment_id: int


@dataclass(frozen=True, kw_only=True)
class RollCallStarted(Event):
    """The code of a lesson asks for a sign of life, or for leaving, from now on."""

    sentence: ClassVar[str] = N_("started a call in lesson %(lesson_id)s: %(slot)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    roll_call_id: int
    slot: str


@dataclass(frozen=True, kw_only=True)
class RollCallAnswered(Event):
    """A person answered a call in mid-lesson by a scan."""

    sentence: ClassVar[str] = N_("answered the call in lesson %(lesson_id)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"

    lesson_id: int
    enrollment_id: int
    roll_call_id: int
    step_lag: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnsweredByStaff(Event):
    """Staff saw a person in the room and answered a call for them (mid), or saw them leave (out)."""

    sentence: ClassVar[str] = N_("noted enrollment %(enrollment_id)s in a call (%(slot)s): %(reason)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    lesson_id: int
    class_id: int
    enrollment_id: int
    roll_call_id: int
    slot: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AnswerWithdrawn(Event):
    """Staff took back an answer to a call that they had noted for a person."""

    sentence: ClassVar[str] = N_("took back what was noted of enrollment %(enrollment_id)s in a call (%(slot)s)")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    lesson_id: int
    class_id: int
    enrollment_id: int
    roll_call_id: int
    slot: str
    marked_by: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RollCallEnded(Event):
    """A call is over; those who had come before it and did not answer got a doubt."""

    sentence: ClassVar[str] = N_("the call in lesson %(lesson_id)s ended: %(answered)s answered, %(missed)s did not")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    roll_call_id: int
    slot: str
    answered: int
    missed: int


@dataclass(frozen=True, kw_only=True)
class CheckInRefused(Event):
    """A scan that did not count, and why."""

    sentence: ClassVar[str] = N_("was refused check-in to lesson %(lesson_id)s: %(reason)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class MarkedByStaff(Event):
    """Staff recorded a person's presence or leave by hand."""

    sentence: ClassVar[str] = N_("recorded %(status)s for enrollment %(enrollment_id)s: %(reason)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    lesson_id: int
    class_id: int
    enrollment_id: int
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaperKeyedIn(Event):
    """A list signed on paper was typed in; each person's mark is an event of its own."""

    sentence: ClassVar[str] = N_("keyed in the paper list of lesson %(lesson_id)s: %(people)s people, %(reason)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    people: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class HeadCounted(Event):
    """Staff counted the heads in the room."""

    sentence: ClassVar[str] = N_("counted %(seen)s people in lesson %(lesson_id)s, %(recorded)s recorded")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    seen: int
    recorded: int


@dataclass(frozen=True, kw_only=True)
class HeadsExplained(Event):
    """Staff noted why the heads in the room differ from the records."""

    sentence: ClassVar[str] = N_(
        "explained %(seen)s heads against %(recorded)s records in lesson %(lesson_id)s: %(note)s"
    )
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"
    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    lesson_id: int
    class_id: int
    seen: int
    recorded: int
    note: str


@dataclass(frozen=True, kw_only=True)
class MarkWithdrawn(Event):
    """Staff took a mark back before the lesson was closed; ``restored`` '' when no record is left."""

    sentence: ClassVar[str] = N_(
        "took back the mark %(status)s of enrollment %(enrollment_id)s in lesson %(lesson_id)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    lesson_id: int
    class_id: int
    enrollment_id: int
    status: str
    restored: str
    marked_by: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonClosed(Event):
    """The attendance of a lesson is complete: everyone has a record. Hours are posted from here."""

    sentence: ClassVar[str] = N_(
        "closed the attendance of lesson %(lesson_id)s: %(present)s present, %(absent)s absent"
    )
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    present: int
    absent: int
    on_leave: int = 0


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Event):
    """A recorded status was changed by staff, with a reason."""

    sentence: ClassVar[str] = N_(
        "corrected enrollment %(enrollment_id)s from %(old_status)s to %(new_status)s: %(reason)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    lesson_id: int
    class_id: int
    enrollment_id: int
    old_status: str
    new_status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionRequested(Event):
    """A correction was asked for after the time in which one person corrects alone; nothing has changed yet."""

    sentence: ClassVar[str] = N_(
        "asked to correct enrollment %(enrollment_id)s from %(old_status)s to %(new_status)s: %(reason)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    request_id: int
    lesson_id: int
    class_id: int
    enrollment_id: int
    old_status: str
    new_status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectionDecided(Event):
    """What became of such a request: effective, refused, withdrawn."""

    sentence: ClassVar[str] = N_(
        "decided about correction %(request_id)s of enrollment %(enrollment_id)s: %(decision)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    request_id: int
    lesson_id: int
    class_id: int
    enrollment_id: int
    decision: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordContested(Event):
    """A trainee said that a record of theirs is wrong."""

    sentence: ClassVar[str] = N_("contested the record %(status)s of lesson %(lesson_id)s: %(said)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"said"})

    contest_id: int
    lesson_id: int
    class_id: int
    enrollment_id: int
    status: str
    said: str


@dataclass(frozen=True, kw_only=True)
class ContestAnswered(Event):
    """The class teacher answered a trainee who contested a record: upheld or rejected."""

    sentence: ClassVar[str] = N_(
        "answered contest %(contest_id)s of enrollment %(enrollment_id)s: %(decision)s, %(words)s"
    )
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"words"})

    contest_id: int
    lesson_id: int
    class_id: int
    enrollment_id: int
    decision: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ContestPaperRead(Event):
    """Somebody read the paper handed in with a contest."""

    sentence: ClassVar[str] = N_("read the paper of contest %(contest_id)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"

    contest_id: int
    lesson_id: int
    enrollment_id: int


@dataclass(frozen=True, kw_only=True)
class FlagRaised(Event):
    """A record was given a doubt that a person has to settle; its status stays what it is."""

    sentence: ClassVar[str] = N_("a doubt (%(code)s) was noted on attendance record %(record_id)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"

    record_id: int
    lesson_id: int
    enrollment_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class FlagSettled(Event):
    """A person settled a doubt."""

    sentence: ClassVar[str] = N_("settled the doubt %(code)s on attendance record %(record_id)s: %(settlement)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"settlement"})

    record_id: int
    lesson_id: int
    enrollment_id: int
    code: str
    settlement: str


@dataclass(frozen=True, kw_only=True)
class AttendanceImported(Event):
    """Past attendance was taken over from a file."""

    sentence: ClassVar[str] = N_("imported %(records)s attendance records of %(lessons)s lessons")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    lessons: int
    records: int


@dataclass(frozen=True, kw_only=True)
class ClassRulesChanged(Event):
    """The rules of a class about check-in, leaving and leave were laid down anew, from a lesson on."""

    sentence: ClassVar[str] = N_(
        "changed the attendance rules of class %(class_id)s from lesson %(lesson_id)s on: %(old)s became %(new)s"
    )
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    lesson_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class RecordsFollowedLesson(Event):
    """A lesson was moved or cancelled, and its records followed it."""

    sentence: ClassVar[str] = N_(
        "records of lesson %(lesson_id)s (%(what)s): kept %(kept)s, taken back %(taken_back)s, added %(added)s"
    )
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    what: str
    kept: int
    taken_back: int
    added: int
