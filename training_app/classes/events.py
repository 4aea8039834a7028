"""What happens to plans, classes, enrollments and lessons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class PlanLineSaved(Event):
    """A line of the annual plan was written or changed."""

    sentence: ClassVar[str] = N_("wrote plan line %(code)s, %(name)s (%(year)s)")
    subject_kind: ClassVar[str] = "plan_line"
    subject_field: ClassVar[str] = "plan_line_id"

    plan_line_id: int
    year: int
    code: str
    name: str
    created: bool
    old: str = ""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class ProgramSaved(Event):
    """A program was entered or changed."""

    sentence: ClassVar[str] = N_("saved program %(name)s")
    subject_kind: ClassVar[str] = "program"
    subject_field: ClassVar[str] = "program_id"

    program_id: int
    name: str
    category: str


@dataclass(frozen=True, kw_only=True)
class PlanLineDeleted(Event):
    """A line of the annual plan that was never opened was taken out."""

    sentence: ClassVar[str] = N_("deleted plan line %(code)s, %(name)s")
    subject_kind: ClassVar[str] = "plan_line"
    subject_field: ClassVar[str] = "plan_line_id"

    plan_line_id: int
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SeatsAllotted(Event):
    """The seats of a planned class were divided among units."""

    sentence: ClassVar[str] = N_("allotted %(seats)s seats to %(units)s units for plan line %(plan_line_id)s")
    subject_kind: ClassVar[str] = "plan_line"
    subject_field: ClassVar[str] = "plan_line_id"

    plan_line_id: int
    seats: int
    units: int
    old: str = ""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class ClassOpened(Event):
    """A line of the plan became a class."""

    sentence: ClassVar[str] = N_("opened class %(code)s, %(name)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    plan_line_id: int
    code: str
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class ClassStateChanged(Event):
    """A class started, finished, was archived or cancelled."""

    sentence: ClassVar[str] = N_("changed class %(class_id)s from %(old_state)s to %(new_state)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    old_state: str
    new_state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ClassSettingsChanged(Event):
    """Dates, venue or check-in rules of a class were changed."""

    sentence: ClassVar[str] = N_("changed the settings of class %(class_id)s from %(old)s to %(new)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class StaffAssigned(Event):
    """Somebody was made class teacher, instructor or exam officer of a class."""

    sentence: ClassVar[str] = N_("made account %(account_id)s %(duty)s of class %(class_id)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    account_id: int
    duty: str


@dataclass(frozen=True, kw_only=True)
class StaffRemoved(Event):
    """Somebody no longer has a duty in a class."""

    sentence: ClassVar[str] = N_("removed account %(account_id)s as %(duty)s of class %(class_id)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    account_id: int
    duty: str


@dataclass(frozen=True, kw_only=True)
class EnrollmentEvent(Event):
    """Something happened to one person in one class."""

    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"name"})

    enrollment_id: int
    class_id: int
    cadre_id: int
    name: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Nominated(EnrollmentEvent):
    """A unit put a person forward within its seats."""

    sentence: ClassVar[str] = N_("nominated %(name)s for class %(class_id)s")
    unit_id: int | None


@dataclass(frozen=True, kw_only=True)
class NominationRefused(Event):
    """A nomination that a rule did not allow: expected, and kept."""

    sentence: ClassVar[str] = N_("could not put cadre %(cadre_id)s into class %(class_id)s: %(code)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    cadre_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class EnrollmentApproved(EnrollmentEvent):
    """The education section took a person into a class."""

    sentence: ClassVar[str] = N_("approved %(name)s for class %(class_id)s")


@dataclass(frozen=True, kw_only=True)
class EnrollmentDeclined(EnrollmentEvent):
    """The education section did not take a nominated person."""

    sentence: ClassVar[str] = N_("declined %(name)s for class %(class_id)s: %(reason)s")


@dataclass(frozen=True, kw_only=True)
class EnrollmentWithdrawn(EnrollmentEvent):
    """A person left a class, or a nomination was taken back."""

    sentence: ClassVar[str] = N_("withdrew %(name)s from class %(class_id)s: %(reason)s")


@dataclass(frozen=True, kw_only=True)
class Enrolled(EnrollmentEvent):
    """A person was put into a class directly (点名调训)."""

    sentence: ClassVar[str] = N_("enrolled %(name)s in class %(class_id)s")


@dataclass(frozen=True, kw_only=True)
class EnrollmentStatusChanged(EnrollmentEvent):
    """An enrollment took another status for a reason other than the above (started, completed …)."""

    sentence: ClassVar[str] = N_("changed %(name)s in class %(class_id)s from %(old_status)s to %(new_status)s")
    old_status: str
    new_status: str


@dataclass(frozen=True, kw_only=True)
class GroupsArranged(Event):
    """People of a class were put into groups."""

    sentence: ClassVar[str] = N_("arranged groups of %(people)s people in class %(class_id)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    people: int
    group_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RosterImported(Event):
    """Many people were put into a class at once, from its roster."""

    sentence: ClassVar[str] = N_("took %(people)s people of a roster into class %(class_id)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    people: int


@dataclass(frozen=True, kw_only=True)
class LessonScheduled(Event):
    """A lesson was put into the timetable."""

    sentence: ClassVar[str] = N_("scheduled %(title)s at %(starts_at)s in class %(class_id)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class LessonMoved(Event):
    """A lesson got another time, room, teacher or content."""

    sentence: ClassVar[str] = N_("changed %(title)s in class %(class_id)s: %(old)s → %(new)s (%(reason)s)")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    title: str
    old: str
    new: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonCancelled(Event):
    """A lesson will not be held."""

    sentence: ClassVar[str] = N_("cancelled %(title)s in class %(class_id)s: %(reason)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class LessonStateChanged(Event):
    """A lesson was held, or is open again."""

    sentence: ClassVar[str] = N_("changed lesson %(lesson_id)s from %(old_state)s to %(new_state)s")
    subject_kind: ClassVar[str] = "lesson"
    subject_field: ClassVar[str] = "lesson_id"

    lesson_id: int
    class_id: int
    old_state: str
    new_state: str


@dataclass(frozen=True, kw_only=True)
class TimetableImported(Event):
    """The lessons of a class were taken over from its timetable."""

    sentence: ClassVar[str] = N_("took %(lessons)s lessons into the timetable of class %(class_id)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    lessons: int


@dataclass(frozen=True, kw_only=True)
class ClashFound(Event):
    """A lesson or enrollment was refused because a room, a teacher or a person is taken."""

    sentence: ClassVar[str] = N_("could not schedule in class %(class_id)s: %(clashes)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"
    personal: ClassVar[frozenset[str]] = frozenset({"clashes"})

    class_id: int
    clashes: str


@dataclass(frozen=True, kw_only=True)
class RoomSaved(Event):
    """A room was entered or changed."""

    sentence: ClassVar[str] = N_("saved room %(name)s")
    subject_kind: ClassVar[str] = "room"
    subject_field: ClassVar[str] = "room_id"

    room_id: int
    name: str
    capacity: int | None


@dataclass(frozen=True, kw_only=True)
class SignInsOpened(Event):
    """People of a class who could not sign in were given accounts."""

    sentence: ClassVar[str] = N_("%(count)s sign-ins opened for the people of a class")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class SeatingLaidOut(Event):
    """The hall of a class got its rows of seats."""

    sentence: ClassVar[str] = N_("laid out the hall of class %(class_id)s: %(old)s → %(new)s; %(lost)s lost their seat")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    old: str
    new: str
    lost: int


@dataclass(frozen=True, kw_only=True)
class SeatsFilled(Event):
    """The people of a class got seats, all at once; none when they were cleared."""

    sentence: ClassVar[str] = N_("gave %(people)s people of class %(class_id)s their seats")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    people: int


@dataclass(frozen=True, kw_only=True)
class PersonSeated(Event):
    """Somebody got another seat."""

    sentence: ClassVar[str] = N_("seated %(name)s in class %(class_id)s: %(old)s → %(new)s")
    subject_kind: ClassVar[str] = "enrollment"
    subject_field: ClassVar[str] = "enrollment_id"
    personal: ClassVar[frozenset[str]] = frozenset({"name"})

    enrollment_id: int
    class_id: int
    name: str
    old: str
    new: str
