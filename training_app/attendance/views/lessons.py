"""Staff's pages of a lesson: the day's list, who is missing, opening, closing, the projector."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import labels, rules
from training_app.attendance.forms import HeadsForm, HeadsNoteForm, ReasonForm
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import latest_answers, list_calls, running_call
from training_app.attendance.queries.finding import fitting
from training_app.attendance.queries.groups import chosen_group, grouped
from training_app.attendance.queries.heads import heads_of_lesson
from training_app.attendance.queries.leaving import leaving_early
from training_app.attendance.queries.order import chosen_order, in_order, orders
from training_app.attendance.queries.people import lesson_people, open_flags_for
from training_app.attendance.queries.records import lesson_counts, lesson_notes_of
from training_app.attendance.queries.undo import undoable
from training_app.attendance.queries.windows import find_window, latest_names
from training_app.attendance.rest import code_url, lesson_of
from training_app.attendance.services import windows
from training_app.attendance.services.heads import close_explained
from training_app.attendance.views import bp, lists
from training_app.classes.api import class_ids_visible_to, get_class, seats_of
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import Conflict, DomainError
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import wants_export


@bp.get("/attendance")
@requires(ATTENDANCE["view"])
def today() -> ResponseReturnValue:
    """List a day's lessons with the state of their attendance; today's unless another day is asked for."""
    day = _day(request.args.get("day", ""))
    visible = class_ids_visible_to(current_actor(), ATTENDANCE["view"])
    flags = open_flags_for(current_actor(), ATTENDANCE["view"])
    if wants_export():
        return lists.doubts(flags) if request.args.get("list") == "doubts" else lists.lessons(day, visible)
    return render_template(
        "attendance/today.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        page=lists.lessons_page(day, visible),
        flags=flags,
        labels=labels,
        may_scan=ATTENDANCE["scan"].held_by(current_actor()),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


@bp.get("/lessons/<int:lesson_id>/attendance")
@requires(ATTENDANCE["view"])
def lesson(lesson_id: int) -> ResponseReturnValue:
    """Show who is here, who is missing, and what can be done about it."""
    found = lesson_of(lesson_id, ATTENDANCE["view"])
    actor = current_actor()
    seats = seats_of(found.class_id)
    order = chosen_order(request.args.get("by", ""), seats)
    people = in_order(lesson_people(lesson_id, actor, ATTENDANCE["view"], later=True), order, seats)
    calls = list_calls(lesson_id)
    call = next((each for each in calls if each.running), None)
    groups = grouped(people, call)
    shown = chosen_group(request.args.get("show", ""), groups, call)
    if wants_export():
        return lists.people(found, groups[shown if request.args.get("show") else "all"], shown)
    reason, typed = request.args.get("reason", ""), request.args.get("q", "").strip()[:80]
    window, counts, just = find_window(lesson_id), lesson_counts([lesson_id])[lesson_id], request.args.get("marked", "")
    return render_template(
        "attendance/lesson.html",
        lesson=found,
        klass=get_class(found.class_id),
        window=window,
        notes=lesson_notes_of(lesson_id),
        calls=calls,
        call=call,
        counts=counts,
        head_info=heads_of_lesson(lesson_id, counts),
        heads_note=HeadsNoteForm(formdata=None),
        undoable=undoable(lesson_id, closed=counts.state == "closed") if ATTENDANCE["scan"].held_by(actor) else (),
        marked=next((each for each in people if str(each.enrollment_id) == just), None),
        answered=next((each for each in people if str(each.enrollment_id) == request.args.get("answered", "")), None),
        groups=groups,
        shown=shown,
        people=fitting(groups[shown], typed),
        typed=typed,
        reason=reason if reason in rules.STAFF_REASONS else rules.STAFF_REASONS[0],
        reasons=rules.STAFF_REASONS,
        order=order,
        orders=orders(seats),
        seats=seats,
        labels=labels,
        signs=rules.SIGNS,
        heads=HeadsForm(),
        may_scan=ATTENDANCE["scan"].held_by(actor),
        may_correct=ATTENDANCE["correct"].held_by(actor),
        is_today=found.day == clock.today(),
        is_past=found.day < clock.today(),
    )


@bp.get("/lessons/<int:lesson_id>/live")
@requires(ATTENDANCE["view"])
def live(lesson_id: int) -> ResponseReturnValue:
    """Answer with the live panel alone, for pages that keep it up to date."""
    lesson_of(lesson_id, ATTENDANCE["view"])
    return live_panel(lesson_id)


def live_panel(lesson_id: int) -> str:
    """Draw the one live number of a lesson with its parts and the first people who are missing."""
    actor = current_actor()
    found = lesson_of(lesson_id, ATTENDANCE["view"])
    people = lesson_people(lesson_id, actor, ATTENDANCE["view"])
    return render_template(
        "attendance/_live.html",
        lesson=found,
        counts=lesson_counts([lesson_id])[lesson_id],
        missing=[each for each in people if each.status == ""],
        absent=[each for each in people if each.status == "absent"],
        doubts=sum(1 for each in people if each.open_flags),
        labels=labels,
        may_scan=ATTENDANCE["scan"].held_by(actor),
    )


@bp.post("/lessons/<int:lesson_id>/check-in/open")
@requires(ATTENDANCE["scan"])
def open_check_in(lesson_id: int) -> ResponseReturnValue:
    """Open check-in and go to the projector page."""
    found = lesson_of(lesson_id, ATTENDANCE["scan"])
    windows.open_check_in(found.id)
    target = "attendance.projector" if request.form.get("then") != "list" else "attendance.lesson"
    return redirect(url_for(target, lesson_id=lesson_id), 303)


@bp.route("/lessons/<int:lesson_id>/check-in/close", methods=["GET", "POST"])
@requires(ATTENDANCE["correct"])
def close_check_in(lesson_id: int) -> ResponseReturnValue:
    """Show in numbers what closing will do; done by the button.

    Heads that differ from the records are explained on the way, or the lesson stays to be checked.
    """
    found = lesson_of(lesson_id, ATTENDANCE["correct"])
    counts, note, status = lesson_counts([lesson_id])[lesson_id], HeadsNoteForm(), 200
    heads = heads_of_lesson(lesson_id, counts)
    explain = heads.differs and not request.form.get("later")
    if request.method == "POST" and (not explain or note.validate()):
        closing = close_explained(lesson_id, note.note.data) if explain else windows.close_check_in(lesson_id)
        flash(
            ngettext(
                "Attendance closed: %(num)d person marked absent.",
                "Attendance closed: %(num)d people marked absent.",
                closing.marked_absent,
            ),
            "success",
        )
        return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)
    if counts.state == "closed":
        raise Conflict(code="closed")
    if request.method == "POST":
        status = 422
    people = lesson_people(lesson_id, current_actor(), ATTENDANCE["correct"])
    leaving = leaving_early(found)
    page = render_template(
        "attendance/close.html",
        lesson=found,
        klass=get_class(found.class_id),
        counts=counts,
        missing=[each for each in people if each.status == ""],
        leaving=leaving,
        out_late=sum(1 for each in people if each.status == "late" and each.enrollment_id in leaving.everybody),
        names={each.enrollment_id: f"{each.name}（{each.unit_name}）" for each in people},
        early=found.ends_at > clock.now(),
        labels=labels,
        doubts=sum(1 for each in people if each.open_flags),
        heads=heads,
        form=note,
    )
    return page, status


@bp.route("/lessons/<int:lesson_id>/check-in/reopen", methods=["GET", "POST"])
@requires(ATTENDANCE["correct"])
def reopen_check_in(lesson_id: int) -> ResponseReturnValue:
    """Take a closing back, with a reason."""
    found = lesson_of(lesson_id, ATTENDANCE["correct"])
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        try:
            windows.reopen_check_in(lesson_id, reason=form.reason.data or "")
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("Check-in runs again."), "success")
            return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "attendance/reopen.html",
        lesson=found,
        klass=get_class(found.class_id),
        form=form,
        counts=lesson_counts([lesson_id])[lesson_id],
    )
    return page, status


@bp.post("/lessons/<int:lesson_id>/heads")
@requires(ATTENDANCE["scan"])
def count_heads(lesson_id: int) -> ResponseReturnValue:
    """Keep the number of people staff see in the room."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    form = HeadsForm()
    if not form.validate():
        flash(_("Please enter the number of people in the room."), "danger")
        return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)
    try:
        counts = windows.count_heads(lesson_id, form.seen.data or 0)
    except DomainError as error:
        flash(translated(error), "danger")
        return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)
    difference = (form.seen.data or 0) - counts.attended
    if difference:
        flash(
            _(
                "Counted %(seen)s, recorded %(recorded)s: please look at who is missing or should not be here.",
                seen=form.seen.data,
                recorded=counts.attended,
            ),
            "warning",
        )
    else:
        flash(_("Counted %(seen)s, as many as recorded.", seen=form.seen.data), "success")
    return redirect(url_for("attendance.lesson", lesson_id=lesson_id), 303)


@bp.get("/lessons/<int:lesson_id>/projector")
@requires(ATTENDANCE["scan"])
def projector(lesson_id: int) -> ResponseReturnValue:
    """Fill the big screen: the code, the count, the latest names. The page itself holds no code."""
    found = lesson_of(lesson_id, ATTENDANCE["scan"])
    window, call = find_window(lesson_id), running_call(lesson_id)
    return render_template(
        "attendance/projector.html",
        lesson=found,
        klass=get_class(found.class_id),
        window=window,
        counts=lesson_counts([lesson_id])[lesson_id],
        names=latest_answers(call) if call is not None else [each.name for each in latest_names(lesson_id)],
        call=call,
        labels=labels,
        host=urlsplit(code_url("")).netloc.lower(),  # SECURITY.md, T13: a code pasted over ours leads elsewhere
    )
