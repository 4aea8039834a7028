"""Scheduling, moving and cancelling lessons; rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from training_app.classes.events import (
    ClashFound,
    LessonCancelled,
    LessonMoved,
    LessonScheduled,
    LessonStateChanged,
    RoomSaved,
    TimetableImported,
)
from training_app.classes.models import (
    Lesson,
    LessonChange,
    Room,
    TeachingAssignment,
    TrainingClass,
)
from training_app.classes.queries.clashes import Conflict, Wanted, find_conflicts
from training_app.classes.services.classes import add_staff
from training_app.classes.timetable_rules import half_day_of, picture
from training_app.classes.values import LESSON_KINDS, LESSON_STATES, NewLesson
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.ports import ask
from training_app.core.text import N_
from training_app.courses.api import get_site
from training_app.teachers.api import TeacherInfo, get_teacher


@dataclass(frozen=True)
class Scheduled:
    """The lesson, or what stood in its way."""

    lesson_id: int | None
    conflicts: tuple[Conflict, ...] = ()


@command
def schedule_lesson(class_id: int, new: NewLesson) -> Scheduled:
    """Put a lesson into the timetable, unless room, teacher, class or one of its people is taken."""
    training_class = _get_class(class_id)
    if training_class.state not in ("enrolling", "running"):
        raise Refused(N_("The timetable of this class is closed."), code="class_closed")
    _check(new)
    serialise("timetable")
    conflicts = find_conflicts(_wanted(class_id, new))
    if conflicts:
        _say_clash(class_id, conflicts)
        return Scheduled(None, tuple(conflicts))
    lesson = _store(class_id, new)
    publish(
        LessonScheduled(
            lesson_id=lesson.id,
            class_id=class_id,
            title=lesson.title,
            starts_at=lesson.starts_at,
            ends_at=lesson.ends_at,
        )
    )
    return Scheduled(lesson.id)


@command
def change_lesson(lesson_id: int, new: NewLesson, *, reason: str) -> Scheduled:
    """Give a planned lesson another time, room, teacher or content; what it was before is kept with the reason."""
    _check(new)
    if not reason.strip():
        raise InvalidInput(fields={"reason": N_("Say why.")})
    lesson = _locked(lesson_id)
    conflicts = find_conflicts(_wanted(lesson.class_id, new), skip_lesson_id=lesson_id)
    if conflicts:
        _say_clash(lesson.class_id, conflicts)
        return Scheduled(None, tuple(conflicts))
    before = _picture(lesson)
    _fill(lesson, new)
    db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.lesson_id == lesson_id))
    _assign(lesson, new)
    _keep_change(lesson, before, reason)
    publish(
        LessonMoved(
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            title=lesson.title,
            old=before,
            new=_picture(lesson),
            reason=reason,
        )
    )
    return Scheduled(lesson_id)


@command
def cancel_lesson(lesson_id: int, *, reason: str) -> None:
    """Call a planned lesson off; it stays in the timetable, crossed out, and takes nothing any more."""
    if not reason.strip():
        raise InvalidInput(fields={"reason": N_("Say why.")})
    lesson = _locked(lesson_id)
    before = _picture(lesson)
    lesson.state = "cancelled"
    db.session.flush()
    _keep_change(lesson, before, reason)
    publish(LessonCancelled(lesson_id=lesson_id, class_id=lesson.class_id, title=lesson.title, reason=reason))


@command
def add_lessons(class_id: int, lessons: Sequence[NewLesson]) -> list[int]:
    """Take over a timetable as it was taught (imports, demonstration): nothing is refused for a clash."""
    _get_class(class_id)
    serialise("timetable")
    made = [_store(class_id, new) for new in lessons]
    if made:
        publish(TimetableImported(class_id=class_id, lessons=len(made)))
    return [lesson.id for lesson in made]


@command
def set_lesson_state(lesson_id: int, state: str) -> None:
    """Say that a lesson was held, or is planned again (attendance closes and reopens it)."""
    if state not in LESSON_STATES:
        raise InvalidInput(code="unknown_state")
    lesson = _get(lesson_id)
    if lesson.state == state:
        return
    old = lesson.state
    lesson.state = state
    db.session.flush()
    publish(LessonStateChanged(lesson_id=lesson_id, class_id=lesson.class_id, old_state=old, new_state=state))


@command
def mark_held(lesson_id: int) -> None:
    """Say that a lesson without check-in (an exam, a ceremony) has taken place."""
    lesson = _locked(lesson_id)
    if lesson.ends_at > clock.now():
        raise Refused(N_("This lesson has not ended yet."), code="too_early")
    set_lesson_state(lesson_id, "held")


@command
def save_room(name: str, *, capacity: int | None, room_id: int | None = None) -> int:
    """Enter a room, or change one; lessons already scheduled keep the name they were printed with."""
    name = name.strip()
    if not name:
        raise InvalidInput(fields={"name": N_("This is needed.")})
    same = db.session.scalar(select(Room.id).where(Room.name == name))
    if same is not None and same != room_id:
        raise InvalidInput(fields={"name": N_("There is a room with this name already.")})
    if room_id is None:
        room = Room(name=name, capacity=capacity)
        db.session.add(room)
    else:
        found = db.session.get(Room, room_id)
        if found is None:
            raise NotFound
        room = found
        room.name, room.capacity = name, capacity
    db.session.flush()
    publish(RoomSaved(room_id=room.id, name=name, capacity=capacity))
    return room.id


@command
def find_or_create_room(name: str) -> int:
    """The room with this name; entered when there is none yet."""
    found = db.session.scalar(select(Room.id).where(Room.name == name.strip()))
    return found if found is not None else save_room(name, capacity=None)


def _store(class_id: int, new: NewLesson) -> Lesson:
    lesson = Lesson(class_id=class_id, state=new.state)
    _fill(lesson, new)
    db.session.add(lesson)
    db.session.flush()
    _assign(lesson, new)
    return lesson


def _fill(lesson: Lesson, new: NewLesson) -> None:
    lesson.day = clock.local(new.starts_at).date()
    lesson.half_day = new.half_day or half_day_of(new.starts_at)
    lesson.starts_at, lesson.ends_at = new.starts_at, new.ends_at
    lesson.title, lesson.kind = new.title, new.kind
    lesson.course_id, lesson.method = new.course_id, new.method
    lesson.room_id, lesson.site_id = new.room_id, new.site_id
    lesson.place = new.place or _place(new)
    lesson.teacher_text = new.teacher_text or "、".join(each.name for each in _teachers(new))
    lesson.credit_hours = new.credit_hours


def _assign(lesson: Lesson, new: NewLesson) -> None:
    for teacher in _teachers(new):
        db.session.add(TeachingAssignment(lesson_id=lesson.id, teacher_id=teacher.id))
        if teacher.account_id is not None:
            add_staff(lesson.class_id, teacher.account_id, "instructor")
    db.session.flush()


def _teachers(new: NewLesson) -> list[TeacherInfo]:
    return [get_teacher(teacher_id) for teacher_id in dict.fromkeys(new.teacher_ids)]


def _place(new: NewLesson) -> str:
    if new.room_id is not None:
        room = db.session.get(Room, new.room_id)
        if room is None:
            raise InvalidInput(fields={"room_id": N_("There is no such room.")})
        return room.name
    return get_site(new.site_id).name if new.site_id is not None else ""


def _check(new: NewLesson) -> None:
    if new.ends_at <= new.starts_at:
        raise InvalidInput(fields={"ends": N_("Ends before it starts.")})
    if new.kind not in LESSON_KINDS:
        raise InvalidInput(fields={"kind": N_("Choose one.")})
    if new.credit_hours < 0:
        raise InvalidInput(fields={"credit_hours": N_("Must not be negative.")})


def _must_be_open(lesson: Lesson) -> None:
    if lesson.state != "planned":
        raise Refused(N_("This lesson has been held or cancelled; it can no longer be changed."), code="lesson_closed")
    if any(ask("lesson.fixed", lesson_id=lesson.id)):
        raise Refused(N_("People have checked in to this lesson; it can no longer be changed."), code="lesson_started")


def _locked(lesson_id: int) -> Lesson:
    """The lesson, with the timetable to oneself: read again after the wait, refused when no longer planned."""
    lesson = _get(lesson_id)
    serialise("timetable")
    db.session.refresh(lesson)
    _must_be_open(lesson)
    return lesson


def _wanted(class_id: int, new: NewLesson) -> Wanted:
    return Wanted(class_id, new.starts_at, new.ends_at, new.room_id, tuple(new.teacher_ids))


def _say_clash(class_id: int, conflicts: Sequence[Conflict]) -> None:
    text = "; ".join(
        f"{each.kind} {'、'.join(each.names[:3])} ({each.class_name}, {each.lesson_title})" for each in conflicts
    )
    publish(ClashFound(class_id=class_id, clashes=text))


def _picture(lesson: Lesson) -> str:
    return picture(
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        place=lesson.place,
        teachers=lesson.teacher_text,
        title=lesson.title,
    )


def _keep_change(lesson: Lesson, before: str, reason: str) -> None:
    db.session.add(
        LessonChange(
            lesson_id=lesson.id,
            at=clock.now(),
            account_id=current_actor().account_id,
            before=before,
            after="" if lesson.state == "cancelled" else _picture(lesson),
            reason=reason[:300],
        )
    )
    db.session.flush()


def _get(lesson_id: int) -> Lesson:
    lesson = db.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    return lesson


def _get_class(class_id: int) -> TrainingClass:
    found = db.session.get(TrainingClass, class_id)
    if found is None:
        raise NotFound
    return found
