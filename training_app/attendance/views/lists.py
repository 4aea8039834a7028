"""Lists of attendance as files: the lessons of a day, the people of a lesson, the doubts that wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import labels
from training_app.attendance.queries.people import OpenFlag, PersonRow
from training_app.attendance.queries.sheets import DayLesson, lessons_of_day
from training_app.classes.api import LessonInfo
from training_app.core import clock
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.web.lists import export, list_query, page_of

GROUP_WORDS = {
    "missing": "Not here yet",
    "here": "Already here",
    "leave": "On leave",
    "absent": "Absent without leave",
    "exempt": "Exempt",
    "doubt": "Doubts",
    "asked": "Asked, no answer yet",
    "later": "Came into the class later",
}


def lessons(day: date, visible: Collection[int] | None) -> ResponseReturnValue:
    """The lessons of a day with the state of their attendance."""
    columns = [
        Column("starts", _("Begins at")),
        Column("ends", _("Ends at")),
        Column("title", _("Lesson")),
        Column("class_name", _("Class")),
        Column("place", _("Place")),
        Column("expected", _("Expected"), "number"),
        Column("attended", _("Already here"), "number"),
        Column("late", _("Late"), "number"),
        Column("on_leave", _("On leave"), "number"),
        Column("absent", _("Absent without leave"), "number"),
        Column("state", _("State")),
        Column("heads", _("Heads in the room")),
    ]
    page = lessons_page(day, visible)
    rows = [
        {
            "starts": f"{clock.local(each.lesson.starts_at):%H:%M}",
            "ends": f"{clock.local(each.lesson.ends_at):%H:%M}",
            "title": each.lesson.title,
            "class_name": each.klass.name,
            "place": each.lesson.place,
            "expected": each.counts.expected,
            "attended": each.counts.attended,
            "late": each.counts.late,
            "on_leave": each.counts.on_leave,
            "absent": each.counts.absent,
            "state": _(labels.WINDOW[each.counts.state]),
            "heads": _(labels.HEADS[each.heads]) if each.heads else "",
        }
        for each in page.items
    ]
    return export(columns, rows, _("Lessons of %(day)s", day=day.isoformat()), query=page.query)


def lessons_page(day: date, visible: Collection[int] | None) -> Page[DayLesson]:
    """The lessons of a day as they are asked for: searched, ordered, in pages."""
    return page_of(
        lessons_of_day(day, visible),
        list_query(sortable=("time", "title", "class", "place"), default="time", filters=("day",)),
        words=lambda each: f"{each.lesson.title} {each.klass.name} {each.lesson.place} {each.lesson.teacher_text}",
        keys={
            "time": lambda each: (each.lesson.starts_at, each.klass.id),
            "title": lambda each: each.lesson.title,
            "class": lambda each: each.klass.name,
            "place": lambda each: each.lesson.place,
        },
    )


def people(lesson: LessonInfo, rows: Sequence[PersonRow], group: str) -> ResponseReturnValue:
    """The people of a lesson and what is recorded of them."""
    columns = [
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("post_title", _("Post")),
        Column("group_name", _("Group")),
        Column("status", _("Status")),
        Column("check_in_at", _("Checked in at"), "date"),
        Column("method", _("How")),
        Column("reason", _("Reason")),
        Column("operator", _("Recorded by")),
    ]
    lines = [
        {
            **{column.key: getattr(each, column.key) for column in columns},
            "status": _(labels.STATUS[each.status]) if each.status else "",
            "method": _(labels.METHOD[each.method]) if each.method in labels.METHOD else each.method,
            "reason": _(labels.REASON[each.reason]) if each.reason in labels.REASON else each.reason,
        }
        for each in rows
    ]
    said = [(_("Lesson"), lesson.title), (_("Day"), lesson.day.isoformat())]
    if group in GROUP_WORDS and len(rows):
        said.append((_("Filter"), _(GROUP_WORDS[group])))
    return export(columns, lines, _("Attendance of %(name)s", name=lesson.title), notes=said)


def doubts(waiting: Sequence[OpenFlag]) -> ResponseReturnValue:
    """The doubts that wait for somebody."""
    columns = [
        Column("raised_at", _("Noted at"), "date"),
        Column("code", _("Doubt")),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("class_name", _("Class")),
        Column("lesson_title", _("Lesson")),
        Column("starts_at", _("Begins at"), "date"),
        Column("record_status", _("Status")),
    ]
    rows = [
        {
            **{column.key: getattr(each, column.key) for column in columns},
            "code": _(labels.FLAG[each.code]),
            "record_status": _(labels.STATUS[each.record_status]),
        }
        for each in waiting
    ]
    return export(columns, rows, _("Doubts of attendance"))
