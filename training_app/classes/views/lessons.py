"""Adding, changing and cancelling a lesson, with what stands in its way and what is free instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import ports
from training_app.classes.forms import LessonForm, ReasonForm
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.clashes import (
    Alternatives,
    Conflict,
    RoomInfo,
    Wanted,
    alternatives,
    busy_teacher_ids,
    find_conflicts,
    rooms_at,
    site_is_taken,
)
from training_app.classes.queries.enrollments import count_enrollments
from training_app.classes.queries.filters import number
from training_app.classes.queries.lessons import get_lesson, teachers_of_lessons
from training_app.classes.queries.scope import may_see_class
from training_app.classes.queries.timetable import changes_of
from training_app.classes.services import timetable as services
from training_app.classes.timetable_rules import HALF_DAY_TIMES, outside
from training_app.classes.values import ClassInfo, LessonInfo, NewLesson
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, InvalidInput, NotFound
from training_app.core.text import N_
from training_app.courses.api import CourseInfo, get_course, list_courses, list_sites, teacher_ids_of
from training_app.teachers.api import TeacherInfo, list_teachers
from training_app.web.access import requires
from training_app.web.display import comma, listing


@bp.route("/classes/<int:class_id>/lessons/new", methods=["GET", "POST"])
@requires(CLASSES["run"])
def new_lesson(class_id: int) -> ResponseReturnValue:
    """Add a lesson."""
    klass = visible_class(class_id, CLASSES["run"])
    form = LessonForm()
    if request.method == "GET":
        _prefill(form, klass)
    return _edit(klass, form, None)


@bp.get("/classes/<int:class_id>/lessons/<int:lesson_id>")
@requires(CLASSES["view"])
def lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    """One lesson, and what it was before."""
    klass = visible_class(class_id, CLASSES["view"])
    found = _lesson_of(klass, lesson_id)
    actor = current_actor()
    return class_page(
        "classes/lesson.html",
        klass,
        lesson=found,
        changes=changes_of([lesson_id]).get(lesson_id, []),
        note=ports.lesson_notes(class_id).get(lesson_id),
        may_run=CLASSES["run"].held_by(actor) and may_see_class(actor, class_id, CLASSES["run"]),
        over=found.ends_at <= clock.now(),
        form=ReasonForm(formdata=None),
        course=_course(found.course_id),
    )


@bp.route("/classes/<int:class_id>/lessons/<int:lesson_id>/edit", methods=["GET", "POST"])
@requires(CLASSES["run"])
def edit_lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    """Change a planned lesson; the old time stays visible with the reason."""
    klass = visible_class(class_id, CLASSES["run"])
    found = _lesson_of(klass, lesson_id)
    form = LessonForm()
    if request.method == "GET":
        _fill(form, found)
    return _edit(klass, form, found)


@bp.post("/classes/<int:class_id>/lessons/<int:lesson_id>/cancel")
@requires(CLASSES["run"])
def cancel_lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    """Call a planned lesson off."""
    klass = visible_class(class_id, CLASSES["run"])
    found = _lesson_of(klass, lesson_id)
    try:
        services.cancel_lesson(lesson_id, reason=request.form.get("reason", "").strip())
    except DomainError as error:
        flash(_(error.fields.get("reason", error.message)), "warning")
        return redirect(url_for("classes.lesson", class_id=class_id, lesson_id=lesson_id))
    flash(_("%(title)s is cancelled; room and teacher are free again.", title=found.title), "success")
    return redirect(url_for("classes.timetable", class_id=class_id))


@bp.post("/classes/<int:class_id>/lessons/<int:lesson_id>/held")
@requires(CLASSES["run"])
def mark_held(class_id: int, lesson_id: int) -> ResponseReturnValue:
    """Say that a lesson without check-in has taken place."""
    klass = visible_class(class_id, CLASSES["run"])
    found = _lesson_of(klass, lesson_id)
    services.mark_held(lesson_id)
    flash(_("%(title)s is marked as held.", title=found.title), "success")
    return redirect(url_for("classes.timetable", class_id=class_id))


@bp.get("/classes/<int:class_id>/lessons/check")
@requires(CLASSES["run"])
def check_lesson(class_id: int) -> ResponseReturnValue:
    """The part of the form that says who and what is free at the time chosen, and what clashes (htmx)."""
    klass = visible_class(class_id, CLASSES["run"])
    form = LessonForm(formdata=request.args)
    skip = number(request.args["lesson_id"]) if "lesson_id" in request.args else None
    if skip is not None:
        _lesson_of(klass, skip)
    return render_template("classes/_lesson_check.html", klass=klass, form=form, **_choices(klass, form, skip))


@dataclass(frozen=True)
class Choice:
    """A teacher or room to choose, and why it would not do."""

    id: int
    name: str
    note: str
    suggested: bool
    free: bool


def _edit(klass: ClassInfo, form: LessonForm, found: LessonInfo | None) -> ResponseReturnValue:
    skip = found.id if found else None
    choices = _choices(klass, form, skip)
    if request.method == "POST" and form.validate():
        try:
            new = _new(form)
            if found is None:
                outcome = services.schedule_lesson(klass.id, new)
            else:
                outcome = services.change_lesson(found.id, new, reason=form.reason.data)
        except DomainError as error:
            form.take(error)
        else:
            if outcome.lesson_id is not None:
                return _saved(klass, new, found)
            choices.update(_clash_context(klass, form, outcome.conflicts, skip), refused=True)
    refused = request.method == "POST"
    page = class_page("classes/lesson_form.html", klass, form=form, lesson=found, **choices)
    return page, 422 if refused else 200


def _saved(klass: ClassInfo, new: NewLesson, found: LessonInfo | None) -> ResponseReturnValue:
    day = clock.local(new.starts_at).date()
    flash(
        _("%(title)s is in the timetable.", title=new.title)
        if found is None
        else _("%(title)s is changed; what it was before stays visible.", title=new.title),
        "success",
    )
    if outside(day, klass.starts_on, klass.ends_on):
        flash(_("This lesson lies outside the days of the class."), "warning")
    if new.site_id is not None:
        other = site_is_taken(new.site_id, new.starts_at, new.ends_at, skip_lesson_id=found.id if found else None)
        if other and other != klass.name:
            flash(_("%(other)s is at this teaching site at the same time.", other=other), "warning")
    return redirect(url_for("classes.timetable", class_id=klass.id))


def _prefill(form: LessonForm, klass: ClassInfo) -> None:
    """A half day of the grid was chosen, or the first day of the class."""
    half = request.args.get("half_day", "morning")
    start, end = HALF_DAY_TIMES.get(half, HALF_DAY_TIMES["morning"])
    try:
        form.day.data = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        form.day.data = max(klass.starts_on, min(clock.today(), klass.ends_on))
    form.starts.data, form.ends.data = start, end
    form.kind.data = "teaching"
    room = next((each for each in rooms_at(*_times(form)) if each.name == klass.venue), None)
    form.room_id.data = room.id if room else None


def _fill(form: LessonForm, found: LessonInfo) -> None:
    start, end = clock.local(found.starts_at), clock.local(found.ends_at)
    form.day.data, form.starts.data, form.ends.data = found.day, start.time(), end.time()
    form.course_id.data, form.title.data, form.kind.data = found.course_id, found.title, found.kind
    form.teacher_ids.data = list(teachers_of_lessons([found.id]).get(found.id, ()))
    form.room_id.data, form.site_id.data = found.room_id, found.site_id
    form.credit_hours.data = found.credit_hours


def _times(form: LessonForm) -> tuple[datetime, datetime]:
    """From when to when; only asked where day and times are there."""
    day: date = form.day.data or clock.today()

    def at(clock_time: time) -> datetime:
        return clock.at_local(day, clock_time.hour, clock_time.minute)

    return at(form.starts.data), at(form.ends.data)


def _choices(klass: ClassInfo, form: LessonForm, skip: int | None) -> dict[str, Any]:
    """Courses, teachers and rooms to choose from: who can give the course and is free comes first."""
    courses = list_courses()
    form.course_id.choices = [
        ("", _("No course of the catalogue")),
        *((each.id, _course_label(each)) for each in courses),
    ]
    timed = bool(form.day.data and form.starts.data and form.ends.data) and form.starts.data < form.ends.data
    rooms = rooms_at(*_times(form), skip_lesson_id=skip) if timed else rooms_at(clock.now(), clock.now())
    busy = busy_teacher_ids(*_times(form), skip_lesson_id=skip) if timed else frozenset()
    teachers = _teacher_choices(form.course_id.data, busy)
    form.teacher_ids.choices = [(each.id, each.name) for each in teachers]
    form.room_id.choices = [("", _("No room")), *((each.id, _room_label(each)) for each in rooms)]
    form.site_id.choices = [("", _("No teaching site")), *((each.id, each.name) for each in list_sites())]
    found: dict[str, Any] = {
        "teachers": teachers,
        "rooms": rooms,
        "conflicts": (),
        "refused": False,
        "free": None,
        "outside": form.day.data is not None and outside(form.day.data, klass.starts_on, klass.ends_on),
    }
    if timed and request.method == "GET":
        conflicts = find_conflicts(_wanted(klass, form), skip_lesson_id=skip)
        if conflicts:
            found.update(_clash_context(klass, form, tuple(conflicts), skip))
    return found


def _wanted(klass: ClassInfo, form: LessonForm) -> Wanted:
    start, end = _times(form)
    known = {value for value, _name in form.teacher_ids.choices}
    return Wanted(
        klass.id, start, end, form.room_id.data, tuple(each for each in form.teacher_ids.data or () if each in known)
    )


def _clash_context(
    klass: ClassInfo, form: LessonForm, conflicts: tuple[Conflict, ...], skip: int | None
) -> dict[str, Any]:
    people = count_enrollments([klass.id]).get(klass.id, 0)
    free: Alternatives = alternatives(_wanted(klass, form), people=people, last_day=klass.ends_on, skip_lesson_id=skip)
    return {"conflicts": conflicts, "free": free}


def _teacher_choices(course_id: int | None, busy: frozenset[int]) -> list[Choice]:
    can = set(teacher_ids_of(course_id)) if course_id else set()

    def choice(each: TeacherInfo) -> Choice:
        notes = []
        if each.id in can:
            notes.append(_("gives this course"))
        if each.id in busy:
            notes.append(_("teaches at this time"))
        where = f"（{each.unit_name}）" if each.unit_name else ""
        return Choice(each.id, f"{each.name}{where}", listing(notes), each.id in can, each.id not in busy)

    found = [choice(each) for each in list_teachers()]
    return sorted(found, key=lambda each: (not each.suggested, not each.free, each.name))


def _course_label(course: CourseInfo) -> str:
    return str(_("%(name)s (%(hours)s h)", name=course.name, hours=f"{course.credit_hours.normalize():f}"))


def _room_label(room: RoomInfo) -> str:
    parts = [room.name]
    if room.capacity:
        parts.append(ngettext("%(num)d seat", "%(num)d seats", room.capacity))
    if not room.free:
        parts.append(_("taken"))
    return comma().join(parts)


def _new(form: LessonForm) -> NewLesson:
    start, end = _times(form)
    course = _course(form.course_id.data)
    title = form.title.data or (course.name if course else "")
    if not title:
        raise InvalidInput(fields={"title": N_("Choose a course or type a title.")})
    hours = form.credit_hours.data
    if hours is None:
        hours = course.credit_hours if course else Decimal(0)
    return NewLesson(
        starts_at=start,
        ends_at=end,
        title=title,
        credit_hours=Decimal(hours).quantize(Decimal("0.01")),
        kind=form.kind.data,
        course_id=form.course_id.data,
        method=course.method if course else "",
        room_id=form.room_id.data,
        site_id=form.site_id.data,
        teacher_ids=tuple(form.teacher_ids.data or ()),
    )


def _course(course_id: int | None) -> CourseInfo | None:
    return get_course(course_id) if course_id is not None else None


def _lesson_of(klass: ClassInfo, lesson_id: int) -> LessonInfo:
    """The lesson, if it belongs to this class."""
    found = get_lesson(lesson_id)
    if found.class_id != klass.id:
        raise NotFound
    return found
