"""Timetables as iCalendar files (RFC 5545), for the calendar of a phone or of Outlook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Response
from flask_babel import gettext as _

from training_app.classes.permissions import CLASSES
from training_app.classes.queries.classes import list_classes
from training_app.classes.queries.enrollments import enrollments_of_account
from training_app.classes.queries.lessons import lessons_of_teacher, list_lessons
from training_app.classes.queries.timetable import class_names, timetable_of_classes
from training_app.classes.values import LessonInfo
from training_app.classes.views import bp
from training_app.classes.views.common import visible_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.teachers.api import find_teacher_by_account
from training_app.web.access import requires
from training_app.web.lists import download

_FOLD = 73  # octets of a line, RFC 5545 3.1


@bp.get("/classes/<int:class_id>/timetable.ics")
@requires(CLASSES["view"])
def class_calendar(class_id: int) -> Response:
    """The lessons of a class."""
    klass = visible_class(class_id, CLASSES["view"])
    return _file(calendar(klass.name, list_lessons(class_id), {class_id: klass.name}, clock.now()), klass.name)


@bp.get("/my/lessons.ics")
@requires(CLASSES["view"])
def lessons_calendar() -> Response:
    """The lessons one gives."""
    account_id = current_actor().account_id
    teacher = find_teacher_by_account(account_id) if account_id is not None else None
    lessons = lessons_of_teacher(teacher.id, clock.today()) if teacher else []
    names = class_names({each.class_id for each in lessons}) if lessons else {}
    return _file(calendar(_("My lessons"), lessons, names, clock.now()), _("My lessons"))


@bp.get("/me/timetable.ics")
@requires(CLASSES["own"])
def own_calendar() -> Response:
    """The lessons one attends."""
    account_id = current_actor().account_id
    ids = [each.class_id for each in enrollments_of_account(account_id)] if account_id is not None else []
    classes = {each.id: each.name for each in list_classes(ids) if each.state in ("enrolling", "running")}
    lessons = timetable_of_classes(list(classes), clock.today()) if classes else []
    return _file(calendar(_("My timetable"), lessons, classes, clock.now()), _("My timetable"))


def calendar(name: str, lessons: Iterable[LessonInfo], names: dict[int, str], made_at: datetime) -> str:
    """The text of an iCalendar file; a cancelled lesson says so, so that calendars take it out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zhixing//Timetable//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for each in lessons:
        teachers = f"{each.teacher_text}\n" if each.teacher_text else ""
        lines += [
            "BEGIN:VEVENT",
            f"UID:lesson-{each.id}@zhixing",
            f"DTSTAMP:{_utc(made_at)}",
            f"DTSTART:{_utc(each.starts_at)}",
            f"DTEND:{_utc(each.ends_at)}",
            f"SUMMARY:{_text(each.title)}",
            f"LOCATION:{_text(each.place)}",
            f"DESCRIPTION:{_text(teachers + names.get(each.class_id, ''))}",
            f"STATUS:{'CANCELLED' if each.state == 'cancelled' else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _file(text: str, name: str) -> Response:
    return download(text.encode(), f"{name}.ics", "text/calendar; charset=utf-8")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> list[str]:
    """Lines of at most 75 octets, never cut inside a character."""
    parts, current, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > _FOLD:
            parts.append(current)
            current, size = " ", 1
        current += sign
        size += length
    return [*parts, current]
