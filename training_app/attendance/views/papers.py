"""签到表 and 考勤汇总表, to print, sign and stamp."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import papers, papers_pack
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.records import RecordInfo, lesson_counts, records_of_class, records_of_lesson
from training_app.attendance.queries.roster import members_of
from training_app.attendance.queries.sheets import class_sheet
from training_app.attendance.rest import lesson_of
from training_app.attendance.roster_rules import counts_in
from training_app.attendance.services.badges import make_badge
from training_app.attendance.views import bp
from training_app.classes.api import (
    ACTIVE,
    ClassPaper,
    EnrollmentInfo,
    LessonInfo,
    get_class,
    get_class_visible_to,
    list_enrollments_visible_to,
    list_lessons,
)
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web.access import requires
from training_app.web.papers import Form, answer


@bp.get("/lessons/<int:lesson_id>/sign-in.pdf", defaults={"form": "pdf"})
@bp.get("/lessons/<int:lesson_id>/sign-in.docx", defaults={"form": "docx"})
@requires(ATTENDANCE["view"])
def sign_in_of_lesson(lesson_id: int, form: Form) -> ResponseReturnValue:
    """The sign-in sheet of one lesson."""
    lesson = lesson_of(lesson_id, ATTENDANCE["view"])
    everybody = list_enrollments_visible_to(current_actor(), lesson.class_id, ATTENDANCE["view"], statuses=None)
    records = {each.enrollment_id: each for each in records_of_lesson(lesson_id)}
    state = lesson_counts([lesson_id])[lesson_id].state
    people = _of_lesson(lesson, everybody, records, state)
    klass = get_class(lesson.class_id)
    name = f"{klass.name}{lesson.day.month}月{lesson.day.day}日签到表-{lesson.title}"
    paper = papers.sign_in(klass, people, [(lesson, state, records)], name)
    return answer(paper, form, class_id=klass.id, people=len(people))


def _of_lesson(
    lesson: LessonInfo, everybody: Sequence[EnrollmentInfo], recorded: Collection[int], state: str
) -> list[EnrollmentInfo]:
    """Who was of the lesson: the sheet says as many as its page."""
    found = members_of(lesson, everybody, recorded, closed=state == "closed")
    return [each.person for each in found if counts_in(each.standing)]


@bp.get("/classes/<int:class_id>/sign-in.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/sign-in.docx", defaults={"form": "docx"})
@requires(ATTENDANCE["view"])
def sign_in_of_class(class_id: int, form: Form) -> ResponseReturnValue:
    """The sign-in sheets of all lessons of a class, or of one day (``?day=2026-05-11``)."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, ATTENDANCE["view"])
    day = _day(request.args.get("day", ""))
    lessons = [each for each in list_lessons(class_id, day) if each.state != "cancelled"]
    if not lessons:
        raise NotFound
    everybody = list_enrollments_visible_to(actor, class_id, ATTENDANCE["view"], statuses=None)
    people = [each for each in everybody if each.status in ACTIVE]
    records: dict[int, dict[int, RecordInfo]] = {}
    for record in records_of_class(class_id):
        records.setdefault(record.lesson_id, {})[record.enrollment_id] = record
    counts = lesson_counts([each.id for each in lessons])
    sheets = [(each, counts[each.id].state, records.get(each.id, {})) for each in lessons]
    when = f"{day.month}月{day.day}日" if day else ""
    of = {each.id: _of_lesson(each, everybody, recorded, state) for each, state, recorded in sheets}
    paper = papers.sign_in(klass, people, sheets, f"{klass.name}{when}签到表", of=of)
    return answer(paper, form, class_id=class_id, people=len(people))


@bp.get("/classes/<int:class_id>/pack.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/pack.docx", defaults={"form": "docx"})
@requires(ATTENDANCE["scan"])
def pack_of_class(class_id: int, form: Form) -> ResponseReturnValue:
    """Everything for a hall without a network on one day: the day asked for, else the next with lessons."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, ATTENDANCE["scan"])
    planned = [each for each in list_lessons(class_id) if each.state != "cancelled"]
    coming = [each.day for each in planned if each.day > clock.today()] or [each.day for each in planned][-1:]
    day = _day(request.args.get("day", "")) or (min(coming) if coming else clock.today())
    lessons = [each for each in planned if each.day == day]
    if not lessons:
        raise NotFound
    people = list_enrollments_visible_to(actor, class_id, ATTENDANCE["scan"])
    counts = lesson_counts([each.id for each in lessons])
    sheets = [
        (each, counts[each.id].state, {r.enrollment_id: r for r in records_of_lesson(each.id)}) for each in lessons
    ]
    paper = papers_pack.pack(klass, day, people, sheets, make_badge)
    return answer(paper, form, class_id=class_id, people=len(people))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.get("/classes/<int:class_id>/attendance.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/attendance.docx", defaults={"form": "docx"})
@requires(ATTENDANCE["view"])
def summary_paper(class_id: int, form: Form) -> ResponseReturnValue:
    """The attendance of a class with its signs and sums."""
    actor = current_actor()
    get_class_visible_to(actor, class_id, ATTENDANCE["view"])
    sheet = class_sheet(class_id, actor, ATTENDANCE["view"])
    return answer(papers.summary(sheet), form, class_id=class_id, people=len(sheet.rows))


@bp.app_template_global("lesson_papers")
def lesson_papers(lesson: LessonInfo) -> list[dict[str, str]]:
    """Entries for the sign-in sheets of a lesson and of its day, and for a hall that is cut off."""
    one: dict[str, Any] = {"lesson_id": lesson.id}
    day: dict[str, Any] = {"class_id": lesson.class_id, "day": lesson.day.isoformat()}
    found = [
        (_("Sign-in sheet of this lesson (签到表)"), "attendance.sign_in_of_lesson", one),
        (_("Sign-in sheets of the day (签到表)"), "attendance.sign_in_of_class", day),
    ]
    if ATTENDANCE["scan"].held_by(current_actor()):
        found.append((_("Pack for a hall without a network (断网签到册)"), "attendance.pack_of_class", day))
    return [
        {"label": words, "url": url_for(endpoint, form=form, **values), "icon": icon}
        for title, endpoint, values in found
        for words, form, icon in (
            (_("%(title)s, PDF", title=title), "pdf", "file-text"),
            (_("%(title)s, Word", title=title), "docx", "download"),
        )
    ]


def class_papers(class_id: int) -> list[ClassPaper]:
    """Answer ``class.papers``: what attendance has to print."""
    if not ATTENDANCE["view"].held_by(current_actor()):
        return []
    pack = [
        ClassPaper(
            _("Pack for a hall without a network (断网签到册)"),
            url_for("attendance.pack_of_class", class_id=class_id, form="pdf"),
            url_for("attendance.pack_of_class", class_id=class_id, form="docx"),
            "attendance",
        )
    ]
    return [
        *(pack if ATTENDANCE["scan"].held_by(current_actor()) and list_lessons(class_id) else []),
        ClassPaper(
            _("Sign-in sheets (签到表)"),
            url_for("attendance.sign_in_of_class", class_id=class_id, form="pdf"),
            url_for("attendance.sign_in_of_class", class_id=class_id, form="docx"),
            "attendance",
        ),
        ClassPaper(
            _("Attendance (考勤汇总表)"),
            url_for("attendance.summary_paper", class_id=class_id, form="pdf"),
            url_for("attendance.summary_paper", class_id=class_id, form="docx"),
            "attendance",
        ),
    ]
