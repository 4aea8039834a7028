"""Use cases on the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, insert, select

from training_app.core import clock
from training_app.core.db import command, db, row, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.courses import rules
from training_app.courses.events import (
    CatalogueStored,
    CourseAdded,
    CourseChanged,
    CourseRestored,
    CourseRetired,
    CourseTeachersSet,
)
from training_app.courses.models import Course, CourseTeacher
from training_app.courses.services.stored import Stored
from training_app.teachers.api import list_teachers

_FIELDS = ("code", "name", "course_domain", "credit_hours", "method", "audience", "objectives", "note")


@dataclass(frozen=True, kw_only=True)
class CourseValues:
    """A course as a form or a file gives one; an empty ``code`` takes the next number."""

    name: str
    credit_hours: Decimal
    code: str = ""
    course_domain: str = ""
    method: str = ""
    audience: str = ""
    objectives: str = ""
    note: str = ""
    teacher_ids: tuple[int, ...] | None = None  # None: leave them as they are


@command
def add_course(values: CourseValues) -> int:
    """Enter a course into the catalogue.

    Raises:
        InvalidInput: no title, or hours that are none.
        Conflict: the number is in use.
    """
    serialise("courses.codes")
    _check(values)
    code = values.code.strip() or rules.next_code(list(db.session.execute(select(Course.code)).scalars()))
    _refuse_taken(code, except_id=None)
    course = Course(updated_at=clock.now(), active=True, version=1)
    _take(course, values, code)
    db.session.add(course)
    db.session.flush()
    publish(CourseAdded(course_id=course.id, name=course.name))
    if values.teacher_ids:
        _set_teachers(course, values.teacher_ids)
    return course.id


@command
def change_course(course_id: int, values: CourseValues) -> int:
    """Change a course; another title or other hours make another version. Returns the version.

    Lessons already scheduled keep the title and the hours they were scheduled with.
    """
    course = _locked(course_id)
    _check(values)
    code = values.code.strip() or course.code
    _refuse_taken(code, except_id=course_id)
    before = row(course)
    _take(course, values, code)
    after = row(course)
    changes = {name: (str(before[name]), str(after[name])) for name in _FIELDS if before[name] != after[name]}
    if changes:
        if rules.makes_new_version(changes):
            course.version += 1
        course.updated_at = clock.now()
        publish(CourseChanged(course_id=course_id, name=course.name, version=course.version, changes=changes))
    if values.teacher_ids is not None:
        _set_teachers(course, values.teacher_ids)
    return course.version


@command
def retire_course(course_id: int) -> None:
    """Take a course out of the catalogue; what was taught stays."""
    course = _locked(course_id)
    if course.active:
        course.active = False
        course.updated_at = clock.now()
        publish(CourseRetired(course_id=course_id, name=course.name))


@command
def restore_course(course_id: int) -> None:
    """Put a course back into the catalogue."""
    course = _locked(course_id)
    if not course.active:
        course.active = True
        course.updated_at = clock.now()
        publish(CourseRestored(course_id=course_id, name=course.name))


@command
def store_courses(rows: Sequence[CourseValues], *, source: str) -> Stored:
    """Take in a catalogue, each course known again by its number, else by its title.

    The caller has judged the rows: nothing is refused here.
    """
    serialise("courses.codes")
    known = list(db.session.execute(select(Course)).scalars())
    by_code = {course.code: course for course in known}
    by_name = {course.name: course for course in known}
    now = clock.now()
    stored: list[Course] = []
    created = updated = 0
    for values in rows:
        course = by_code.get(values.code.strip()) if values.code.strip() else by_name.get(values.name.strip())
        is_new = course is None
        if course is None:
            course = Course(updated_at=now, active=True, version=1)
            db.session.add(course)
        before = {} if is_new else row(course)
        _take(course, values, values.code.strip() or course.code or rules.next_code(list(by_code)))
        by_code[course.code] = by_name[course.name] = course
        if is_new:
            created += 1
        elif before != row(course):
            if rules.makes_new_version({n: 1 for n in _FIELDS if before[n] != getattr(course, n)}):
                course.version += 1
            course.updated_at = now
            updated += 1
        stored.append(course)
    db.session.flush()
    pairs = set(db.session.execute(select(CourseTeacher.course_id, CourseTeacher.teacher_id)))
    wanted = [
        (course.id, teacher_id)
        for course, values in zip(stored, rows, strict=True)
        for teacher_id in values.teacher_ids or ()
    ]
    missing = [pair for pair in dict.fromkeys(wanted) if pair not in pairs]
    if missing:
        db.session.execute(insert(CourseTeacher), [{"course_id": c, "teacher_id": t} for c, t in missing])
    done = Stored(tuple(c.id for c in stored), created, updated, len(rows) - created - updated)
    publish(CatalogueStored(what="courses", created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


def _check(values: CourseValues) -> None:
    wrong = {}
    if not values.name.strip():
        wrong["name"] = N_("Please enter the title.")
    hours = rules.check_hours(values.credit_hours)
    if hours is not None:
        wrong["credit_hours"] = hours
    if not values.course_domain.strip():
        wrong["course_domain"] = N_("Please choose the category.")
    if wrong:
        raise InvalidInput(fields=wrong)


def _refuse_taken(code: str, *, except_id: int | None) -> None:
    found = db.session.execute(select(Course.id).where(Course.code == code)).scalar_one_or_none()
    if found is not None and found != except_id:
        raise Conflict(fields={"code": N_("This number belongs to another course.")})


def _take(course: Course, values: CourseValues, code: str) -> None:
    wanted = {
        "code": code,
        "name": values.name.strip(),
        "course_domain": values.course_domain.strip(),
        "credit_hours": values.credit_hours,
        "method": values.method.strip(),
        "audience": values.audience.strip(),
        "objectives": values.objectives.strip(),
        "note": values.note.strip(),
    }
    for name, value in wanted.items():
        if getattr(course, name, None) != value:
            setattr(course, name, value)


def _set_teachers(course: Course, teacher_ids: Iterable[int]) -> None:
    wanted = list(dict.fromkeys(teacher_ids))
    names = {teacher.id: teacher.name for teacher in list_teachers(active=False)}
    if any(teacher_id not in names for teacher_id in wanted):
        raise InvalidInput(fields={"teacher_ids": N_("One of the teachers is not in the pool.")})
    chosen = select(CourseTeacher.teacher_id).where(CourseTeacher.course_id == course.id)
    held = set(db.session.execute(chosen).scalars())
    if held == set(wanted):
        return
    gone = held - set(wanted)
    if gone:
        db.session.execute(
            delete(CourseTeacher).where(CourseTeacher.course_id == course.id, CourseTeacher.teacher_id.in_(gone))
        )
    fresh = [{"course_id": course.id, "teacher_id": t} for t in wanted if t not in held]
    if fresh:
        db.session.execute(insert(CourseTeacher), fresh)
    publish(
        CourseTeachersSet(course_id=course.id, name=course.name, teachers="、".join(names[t] for t in wanted) or "—")
    )


def _locked(course_id: int) -> Course:
    course = db.session.execute(select(Course).where(Course.id == course_id).with_for_update()).scalar_one_or_none()
    if course is None:
        raise NotFound
    return course
