"""Calls within a lesson: started and ended by staff, who answered, answers noted by hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import labels, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import Answer, CallInfo, get_call
from training_app.attendance.queries.people import PersonRow, lesson_people
from training_app.attendance.queries.records import lesson_counts
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import answer_undo, calls
from training_app.attendance.views import bp
from training_app.attendance.views.people import person_of
from training_app.classes.api import LessonInfo, get_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.errors import translated
from training_app.web.lists import export, list_query, page_of, wants_export

_Row = tuple[PersonRow, Answer | None]


@bp.post("/lessons/<int:lesson_id>/calls")
@requires(ATTENDANCE["scan"])
def start_call(lesson_id: int) -> ResponseReturnValue:
    """Let the code ask for a sign of life or for leaving, and go to the projector page."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    try:
        calls.start_call(lesson_id, request.form.get("slot", ""))
    except DomainError as error:
        flash(translated(error), "danger")
        return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)
    return redirect(url_for("attendance.projector", lesson_id=lesson_id), 303)


@bp.post("/lessons/<int:lesson_id>/calls/end")
@requires(ATTENDANCE["scan"])
def end_call(lesson_id: int) -> ResponseReturnValue:
    """End the call that runs; the projector page, if it asks, stays on the screen."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    missed = calls.end_calls(lesson_id)
    if request.form.get("then") == "projector":
        return redirect(url_for("attendance.projector", lesson_id=lesson_id), 303)
    flash(
        ngettext(
            "The call is over: %(num)d person did not answer.",
            "The call is over: %(num)d people did not answer.",
            missed,
        )
        if missed
        else _("The call is over."),
        "warning" if missed else "success",
    )
    return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)


@bp.get("/lessons/<int:lesson_id>/calls/<int:roll_call_id>")
@requires(ATTENDANCE["view"])
def roll_call(lesson_id: int, roll_call_id: int) -> ResponseReturnValue:
    """List who was expected to answer a call, and who did."""
    found = lesson_of(lesson_id, ATTENDANCE["view"])
    info = get_call(lesson_id, roll_call_id)
    shown = request.args.get("show", "")
    if shown not in ("missed", "answered", "all"):
        shown = "missed" if info.missed else "all"
    page = _page(lesson_id, info, shown)
    if wants_export():
        return _export(found, info, page)
    reason = request.args.get("reason", "")
    may_scan = ATTENDANCE["scan"].held_by(current_actor())
    return render_template(
        "attendance/roll_call.html",
        lesson=found,
        klass=get_class(found.class_id),
        info=info,
        page=page,
        shown=shown,
        labels=labels,
        reasons=rules.STAFF_REASONS,
        reason=reason if reason in rules.STAFF_REASONS else rules.STAFF_REASONS[0],
        may_scan=may_scan,
        may_note=may_scan and lesson_counts([lesson_id])[lesson_id].state == "open",
    )


def _page(lesson_id: int, info: CallInfo, shown: str) -> Page[_Row]:
    people = {each.enrollment_id: each for each in lesson_people(lesson_id, current_actor(), ATTENDANCE["view"])}
    chosen = {"missed": info.missed, "answered": tuple(info.answers), "all": (*info.missed, *info.answers)}[shown]
    rows: list[_Row] = [(people[person], info.answers.get(person)) for person in chosen if person in people]
    return page_of(
        rows,
        list_query(sortable=("name", "unit", "group", "at"), default="unit", filters=("show",)),
        words=lambda row: f"{row[0].name} {row[0].unit_name} {row[0].group_name}",
        keys={
            "name": lambda row: row[0].name,
            "unit": lambda row: (row[0].unit_name, row[0].name),
            "group": lambda row: (row[0].group_name, row[0].name),
            "at": lambda row: row[1].at if row[1] is not None else None,
        },
    )


def _export(lesson: LessonInfo, info: CallInfo, page: Page[_Row]) -> ResponseReturnValue:
    columns = [
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("post_title", _("Post")),
        Column("group_name", _("Group")),
        Column("at", _("Answered") if info.call.slot == "mid" else _("Checked out"), "date"),
        Column("by", _("Recorded by")),
        Column("reason", _("Reason")),
    ]
    lines = [
        {
            **{key: getattr(person, key) for key in ("name", "unit_name", "post_title", "group_name")},
            "at": answer.at if answer else None,
            "by": answer.by if answer else "",
            "reason": (_(labels.REASON[answer.reason]) if answer.reason in labels.REASON else answer.reason)
            if answer
            else "",
        }
        for person, answer in page.items
    ]
    title = _("%(call)s, %(lesson)s", call=_(labels.CALL[info.call.slot]), lesson=lesson.title)
    notes = [(_("Began at"), f"{clock.local(info.call.started_at):%Y-%m-%d %H:%M}")]
    return export(columns, lines, title, query=page.query, notes=notes)


@bp.post("/lessons/<int:lesson_id>/calls/<int:roll_call_id>/people/<int:enrollment_id>")
@requires(ATTENDANCE["scan"])
def note_answer(lesson_id: int, roll_call_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Answer for a person who is seen in the room, or note that they leave."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    reason, on_list, noted = request.form.get("reason", ""), request.form.get("then") == "list", False
    try:
        noted = calls.note_answer(lesson_id, roll_call_id, enrollment_id, reason=reason)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        if not noted:
            flash(_("%(name)s was noted already.", name=row.name), "info")
        elif not on_list:  # there it is said on the page itself, with the button that takes it back
            flash(_("%(name)s is noted.", name=row.name), "success")
    return _back(lesson_id, roll_call_id, answered=enrollment_id if noted and on_list else None)


@bp.post("/lessons/<int:lesson_id>/calls/<int:roll_call_id>/people/<int:enrollment_id>/take-back")
@requires(ATTENDANCE["scan"])
def take_answer_back(lesson_id: int, roll_call_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Take back what was noted of a person in a call, back on the list it was taken from."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    try:
        answer_undo.take_answer_back(lesson_id, roll_call_id, enrollment_id)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        flash(_("Taken back: %(name)s is asked again.", name=row.name), "success")
    return _back(lesson_id, roll_call_id)


def _back(lesson_id: int, roll_call_id: int, answered: int | None = None) -> ResponseReturnValue:
    """To the list the button was on: the lesson's, or the call's own."""
    form = request.form
    show, reason = form.get("show") or None, form.get("reason") or None
    if form.get("then") == "list":
        by = form.get("by") or None
        target = url_for("attendance.lesson", lesson_id=lesson_id, show=show, reason=reason, by=by, answered=answered)
    else:
        target = url_for(
            "attendance.roll_call", lesson_id=lesson_id, roll_call_id=roll_call_id, show=show, reason=reason
        )
    return redirect(target, 303)
