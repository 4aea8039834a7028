"""What attendance puts into other features' pages: the class page, the timetable, the start page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import labels
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.queries.sheets import DayLesson, lessons_of_day
from training_app.attendance.queries.windows import find_window
from training_app.attendance.views.lessons import live_panel
from training_app.attendance.views.review import items_for
from training_app.classes.api import ClassAction, LessonNote, NextStep, TabNote, class_ids_visible_to, list_lessons
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import Task
from training_app.web.display import clock_time, comma, moment


def class_overview(*, class_id: int, **_context: object) -> str:
    """Draw the live panel of the lesson that is on, or the next one today."""
    actor = current_actor()
    if not ATTENDANCE["view"].held_by(actor):
        return ""
    visible = class_ids_visible_to(actor, ATTENDANCE["view"])
    if visible is not None and class_id not in visible:
        return ""
    current = _current(class_id)
    return live_panel(current.lesson.id) if current else ""


def leaving(*, account_id: int | None) -> str:
    """What must leave the browser with the person who signs out: the tablet's lists (place ``layout.leaving``)."""
    if account_id is not None and not ATTENDANCE["scan"].held_by(current_actor()):
        return ""
    return render_template("attendance/_leaving.html", account_id=account_id)


def _current(class_id: int) -> DayLesson | None:
    """The lesson whose check-in runs, else the first of today not over, else today's last."""
    rows = lessons_of_day(clock.today(), [class_id])
    running = next((row for row in rows if row.counts.state == "open"), None)
    coming = next((row for row in rows if row.lesson.ends_at > clock.now() and row.counts.state != "closed"), None)
    return running or coming or (rows[-1] if rows else None)


def tab_notes(*, class_id: int) -> dict[str, TabNote]:
    """How many lessons are closed, of all that are taught."""
    taught = [each.id for each in list_lessons(class_id) if each.state != "cancelled"]
    if not taught:
        return {}
    counts = lesson_counts(taught)
    closed = sum(1 for each in counts.values() if each.state == "closed")
    return {"attendance": TabNote(f"{closed}/{len(taught)}")}


def lesson_notes(*, class_id: int) -> dict[int, LessonNote]:
    """What each cell of the timetable says of its attendance."""
    lessons = {each.id: each for each in list_lessons(class_id) if each.state != "cancelled"}
    found = {}
    for lesson_id, counts in lesson_counts(lessons).items():
        if counts.state == "none":
            continue
        parts = [
            (counts.late, _("late %(n)s", n=counts.late)),
            (counts.on_leave, _("leave %(n)s", n=counts.on_leave)),
            (counts.absent, _("absent %(n)s", n=counts.absent)),
        ]
        found[lesson_id] = LessonNote(
            _(labels.WINDOW[counts.state]),
            labels.WINDOW_TONE[counts.state],
            icon="check" if counts.state == "closed" else "",
            count=f"{counts.attended}/{counts.expected}",
            note=comma().join(text for number, text in parts if number) if counts.state == "closed" else "",
            url=url_for("attendance.lesson", lesson_id=lesson_id),
        )
    return found


def next_steps(*, class_id: int) -> list[NextStep]:
    """What the class teacher has to do about attendance now."""
    if not ATTENDANCE["scan"].held_by(current_actor()):
        return []
    steps = []
    for row in lessons_of_day(clock.today(), [class_id]):
        url = url_for("attendance.lesson", lesson_id=row.lesson.id)
        at = clock_time(row.lesson.starts_at)
        if row.wants_call:
            said = {
                "mid": _("%(at)s lesson: its call in mid-lesson is still to come.", at=at),
                "out": _("%(at)s lesson: show the code for leaving.", at=at),
            }
            steps.append(NextStep(said[row.wants_call], 0, url, _(labels.CALL[row.wants_call])))
        if row.wants == "open":
            steps.append(NextStep(_("%(at)s lesson: open check-in.", at=at), 1, url, _("Open check-in")))
        elif row.wants == "watch" and row.counts.missing:
            text = ngettext(
                "%(at)s lesson: %(num)d person is still missing. Call, or record by hand.",
                "%(at)s lesson: %(num)d people are still missing. Call, or record by hand.",
                row.counts.missing,
                at=at,
            )
            steps.append(NextStep(text, 0, url, _("See who is missing")))
        elif row.wants == "close":
            steps.append(NextStep(_("%(at)s lesson: close its attendance.", at=at), 5, url, _("Close attendance")))
    left = _left_open(class_id)
    if left:
        text = ngettext("%(num)d earlier lesson is not closed.", "%(num)d earlier lessons are not closed.", left)
        steps.append(NextStep(text, 30, url_for("attendance.of_class", class_id=class_id), _("Close attendance")))
    return steps


def _left_open(class_id: int) -> int:
    today = clock.today()
    past = [each.id for each in list_lessons(class_id) if each.state == "planned" and each.day < today]
    return sum(1 for each in lesson_counts(past).values() if each.state != "closed")


def class_actions(*, class_id: int) -> list[ClassAction]:
    """The button that follows the hour: project the code of the lesson that is on."""
    if not ATTENDANCE["scan"].held_by(current_actor()):
        return []
    current = _current(class_id)
    if current is None or not current.wants:
        return []
    if current.wants == "watch":
        url = url_for("attendance.projector", lesson_id=current.lesson.id)
        return [ClassAction(_("Project the check-in code"), url, "qrcode", 1)]
    words = {"open": _("Open check-in"), "close": _("Close attendance")}
    url = url_for("attendance.lesson", lesson_id=current.lesson.id)
    return [ClassAction(words[current.wants], url, "qrcode" if current.wants == "open" else "lock", 2)]


def check_in_states(*, lesson_ids: Collection[int]) -> dict[int, str]:
    """Whether check-in of lessons is, or was, open."""
    return {i: counts.state for i, counts in lesson_counts(lesson_ids).items() if counts.state != "none"}


def lesson_fixed(*, lesson_id: int) -> bool:
    """Whether people have checked in, so that the lesson can no longer be moved."""
    return find_window(lesson_id) is not None and lesson_counts([lesson_id])[lesson_id].attended > 0


def start_tasks(*, actor: Actor) -> list[Task]:
    """Lessons to open or close today, and how much about attendance waits for this person."""
    waiting = items_for(actor)
    tasks: list[Task] = []
    if ATTENDANCE["scan"].held_by(actor):
        visible = class_ids_visible_to(actor, ATTENDANCE["scan"])
        tasks += [_task(row) for row in lessons_of_day(clock.today(), visible) if row.wants]
    if waiting:
        oldest, kinds = waiting[0], Counter(each.kind for each in waiting)
        parts = [f"{_(labels.REVIEW[kind])} {number}" for kind, number in kinds.most_common()]
        tasks.append(
            Task(
                ngettext(
                    "%(num)d matter of attendance to settle", "%(num)d matters of attendance to settle", len(waiting)
                ),
                comma().join([*parts, _("the oldest: %(lesson)s", lesson=oldest.lesson_title)]),
                url_for("attendance.review"),
                _("Look into it"),
                icon="list-search",
            )
        )
    return tasks


def _task(row: DayLesson) -> Task:
    url = url_for("attendance.lesson", lesson_id=row.lesson.id)
    note = f"{row.klass.name}{comma()}{moment(row.lesson.starts_at)}"
    match row.wants:
        case "open":
            return Task(
                _("Open check-in: %(title)s", title=row.lesson.title),
                note,
                url,
                _("Open check-in"),
                icon="qrcode",
                due=row.lesson.starts_at,
                urgent=True,
            )
        case "watch":
            missing = ngettext("%(num)d person missing", "%(num)d people missing", row.counts.missing)
            return Task(
                _("Check-in runs: %(title)s", title=row.lesson.title),
                f"{note}{comma()}{missing}",
                url,
                _("See who is missing"),
                icon="qrcode",
                due=row.lesson.starts_at,
                urgent=True,
            )
        case _:
            return Task(
                _("Close attendance: %(title)s", title=row.lesson.title),
                note,
                url,
                _("Close attendance"),
                icon="lock",
                due=row.lesson.ends_at,
            )
