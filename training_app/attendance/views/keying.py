"""The grid in which a list signed on paper is keyed in."""

from __future__ import annotations

import re
from datetime import time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import evidence_rules, labels, rules
from training_app.attendance.forms import KeyInForm
from training_app.attendance.lesson_times import last_day_of, moment_of
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.people import lesson_people
from training_app.attendance.queries.roster import is_closed
from training_app.attendance.queries.windows import find_window
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import keying
from training_app.attendance.services.keying import PaperLine
from training_app.attendance.views import bp
from training_app.classes.api import LessonInfo, get_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.web.access import requires
from training_app.web.errors import status_of

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：.]?([0-5][0-9])", re.ASCII)


@bp.route("/lessons/<int:lesson_id>/key-in", methods=["GET", "POST"])
@requires(ATTENDANCE["scan"])
def key_in(lesson_id: int) -> ResponseReturnValue:
    """Key in a paper list: everybody not recorded yet is here unless the typist says otherwise."""
    lesson = lesson_of(lesson_id, ATTENDANCE["scan"])
    if is_closed(lesson_id):
        return _closed(lesson)
    people = lesson_people(lesson_id, current_actor(), ATTENDANCE["scan"])
    left = [each for each in people if not each.status]
    form, status = KeyInForm(), 200
    faults: dict[int, str] = {}
    if request.method == "POST":
        lines = []
        for each in left:
            line = _line(lesson, each.enrollment_id, faults)
            if line is not None:
                lines.append(line)
        status = 422
        if form.validate() and not faults:
            try:
                done = keying.key_in(lesson_id, lines, reason=form.said)
            except DomainError as error:
                if error.code == "closed":  # somebody closed it while the list was being typed
                    return _closed(lesson)
                form.take(error)
                status = status_of(error)
            else:
                words = ngettext("%(num)d person recorded from paper.", "%(num)d people recorded from paper.", done)
                flash(words, "success")
                return redirect(url_for("attendance.lesson", lesson_id=lesson_id, show="all"), 303)
    page = render_template(
        "attendance/key_in.html",
        lesson=lesson,
        klass=get_class(lesson.class_id),
        form=form,
        faults=faults,
        people=left,
        recorded=len(people) - len(left),
        statuses=[("", _("Not on the paper"))]
        + [(c, f"{rules.SIGNS[c]} {_(labels.STATUS[c])}") for c in rules.STATUSES],
        typed=request.form,
    )
    return page, status


def _closed(lesson: LessonInfo) -> ResponseReturnValue:
    """Say why a closed lesson takes no list, and lead to what puts single records right; what was typed is kept."""
    people = lesson_people(lesson.id, current_actor(), ATTENDANCE["scan"])
    typed = {each.enrollment_id: request.form.get(f"mark-{each.enrollment_id}", "") for each in people}
    rows = [each for each in people if not typed[each.enrollment_id] or typed[each.enrollment_id] != each.status]
    window = find_window(lesson.id)
    page = render_template(
        "attendance/key_in_closed.html",
        lesson=lesson,
        klass=get_class(lesson.class_id),
        closed_at=window.closed_at if window is not None else None,
        way=evidence_rules.way_after_closing(
            same_day=last_day_of(lesson) >= clock.today(), ends_at=lesson.ends_at, now=clock.now()
        ),
        alone_until=lesson.ends_at + evidence_rules.ALONE_AFTER_END,
        people=rows if request.method == "POST" else people,
        typed=typed,
        was_typed=request.method == "POST",
        labels=labels,
        signs=rules.SIGNS,
        may_correct=ATTENDANCE["correct"].held_by(current_actor()),
    )
    return page, 409


def _line(lesson: LessonInfo, enrollment_id: int, faults: dict[int, str]) -> PaperLine | None:
    """What was typed of one person; None when the paper says nothing. A time that is none becomes a fault."""
    mark = request.form.get(f"mark-{enrollment_id}", "present")
    text = request.form.get(f"time-{enrollment_id}", "").strip()
    if not mark:
        return None
    if mark not in rules.STATUSES:
        faults[enrollment_id] = _("Please choose one of the marks.")
        return None
    if not text:
        return PaperLine(enrollment_id, mark)
    found = _TIME.fullmatch(text)
    if found is None:
        faults[enrollment_id] = _("Please give the time as 08:35 or 835.")
        return None
    at = moment_of(lesson, time(int(found[1]), int(found[2])))
    if at > clock.now():
        faults[enrollment_id] = _("This time has not come yet.")
        return None
    return PaperLine(enrollment_id, mark, at)
