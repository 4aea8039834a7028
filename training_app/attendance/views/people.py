"""One person at one lesson: marks by hand, corrections, telephone, doubts."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import evidence_rules, labels, rules
from training_app.attendance.forms import AnswerForm, MarkForm, SecondForm, SettleForm
from training_app.attendance.permissions import ATTENDANCE, OVERSIGHT
from training_app.attendance.queries.contests import contests_of
from training_app.attendance.queries.corrections import may_be_second, requests_of
from training_app.attendance.queries.people import PersonRow, lesson_of_flag, lesson_people
from training_app.attendance.queries.places import place_of_person
from training_app.attendance.queries.shared_phone import PhoneUser, same_phone
from training_app.attendance.queries.undo import taken_back, undoable
from training_app.attendance.queries.windows import find_window
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import staff
from training_app.attendance.services.corrections import correct_or_ask
from training_app.attendance.views import bp
from training_app.cadres.api import reveal
from training_app.classes.api import class_ids_visible_to, get_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.permissions import Permission
from training_app.web.access import requires
from training_app.web.errors import status_of, translated


def person_of(lesson_id: int, enrollment_id: int, permission: Permission) -> PersonRow:
    """Give the person if the lesson's class and the permission reach them."""
    people = lesson_people(lesson_id, current_actor(), permission, later=True)
    found = next((each for each in people if each.enrollment_id == enrollment_id), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/lessons/<int:lesson_id>/people/<int:enrollment_id>")
@requires(ATTENDANCE["view"])
def person(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Show what is recorded of a person, with every doubt and change."""
    lesson_of(lesson_id, ATTENDANCE["view"])
    return person_page(lesson_id, enrollment_id)


def person_page(
    lesson_id: int,
    enrollment_id: int,
    form: MarkForm | None = None,
    *,
    answer: AnswerForm | None = None,
    second: SecondForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Draw the page of one person at one lesson, perhaps with a form that was sent and not taken."""
    found = lesson_of(lesson_id, ATTENDANCE["view"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["view"])
    if form is None:
        form = MarkForm(formdata=None)
        asked, reason = request.args.get("status", ""), request.args.get("reason", "")
        form.status.data = next((each for each in (asked, row.status) if each in rules.STATUSES), "present")
        form.reason.data = reason if reason in rules.STAFF_REASONS else form.reason.data
    actor, window = current_actor(), find_window(lesson_id)
    requests = requests_of(lesson_id, enrollment_id)
    page = render_template(
        "attendance/person.html",
        lesson=found,
        klass=get_class(found.class_id),
        person=row,
        place=place_of_person(lesson_id, enrollment_id),
        form=form,
        window=window,
        labels=labels,
        signs=rules.SIGNS,
        settle=SettleForm(formdata=None),
        same_phone=_same_phone(lesson_id, row),
        taken_back=taken_back(lesson_id, enrollment_id),
        may_undo=enrollment_id in undoable(lesson_id, closed=window is not None and window.state == "closed"),
        may_scan=ATTENDANCE["scan"].held_by(actor),
        may_correct=ATTENDANCE["correct"].held_by(actor),
        alone=evidence_rules.corrects_alone(ends_at=found.ends_at, now=clock.now()),
        requests=requests,
        second_for={each.id for each in requests if not each.outcome and may_be_second(each, actor.account_id)},
        contests=contests_of(lesson_id, enrollment_id),
        answer=answer or AnswerForm(formdata=None),
        second=second or SecondForm(formdata=None),
        may_approve=class_reached(found.class_id, OVERSIGHT["approve"]),
        account_id=actor.account_id,
    )
    return page, status


def _same_phone(lesson_id: int, row: PersonRow) -> list[PhoneUser]:
    """Who else used this person's phone in the lesson, as far as the acting person may see them."""
    if not any(flag.code == "shared_device" for flag in row.flags):
        return []
    visible = {each.enrollment_id for each in lesson_people(lesson_id, current_actor(), ATTENDANCE["view"])}
    return [each for each in same_phone(lesson_id, row.enrollment_id) if each.enrollment_id in visible]


def class_reached(class_id: int, permission: Permission) -> bool:
    """Whether the acting person holds a permission, and it reaches this class."""
    actor = current_actor()
    if not permission.held_by(actor):
        return False
    visible = class_ids_visible_to(actor, permission)
    return visible is None or class_id in visible


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>/tick")
@requires(ATTENDANCE["scan"])
def tick(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Record with one tap that a person is here, with the reason chosen above the list."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    reason, done = request.form.get("reason", ""), False
    try:
        marked = staff.mark(lesson_id, enrollment_id, status="present", reason=reason)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        if marked.outcome == "repeated":
            flash(_("%(name)s was recorded already.", name=row.name), "info")
        else:
            done = True  # said on the page itself, with the button that takes it back
    target = url_for(
        "attendance.lesson",
        lesson_id=lesson_id,
        show=request.form.get("show") or None,
        reason=reason or None,
        by=request.form.get("by") or None,
        marked=enrollment_id if done else None,
    )
    return redirect(target, 303)


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>")
@requires(ATTENDANCE["scan"])
def mark(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Record presence, leave or absence by hand while the lesson is not closed."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    form = MarkForm()
    if not form.validate():
        return person_page(lesson_id, enrollment_id, form, status=422)
    try:
        staff.mark(lesson_id, enrollment_id, status=form.status.data, reason=form.said)
    except DomainError as error:
        form.take(error)
        return person_page(lesson_id, enrollment_id, form, status=status_of(error))
    return redirect(url_for("attendance.lesson", lesson_id=lesson_id, marked=enrollment_id), 303)


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>/correct")
@requires(ATTENDANCE["correct"])
def correct(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Change what a closed lesson says of a person, or ask for it when that takes a second person by now."""
    lesson_of(lesson_id, ATTENDANCE["correct"])
    person_of(lesson_id, enrollment_id, ATTENDANCE["correct"])
    form = MarkForm()
    if not form.validate():
        return person_page(lesson_id, enrollment_id, form, status=422)
    try:
        waits = correct_or_ask(lesson_id, enrollment_id, status=form.status.data, reason=form.said)
    except DomainError as error:
        form.take(error)
        return person_page(lesson_id, enrollment_id, form, status=status_of(error))
    if waits is None:
        flash(_("Corrected to: %(status)s.", status=_(labels.STATUS[form.status.data])), "success")
    else:
        flash(_("Asked for. It takes effect when a second person has approved."), "success")
    return redirect(url_for("attendance.person", lesson_id=lesson_id, enrollment_id=enrollment_id), 303)


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>/phone")
@requires(ATTENDANCE["scan"])
def telephone(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Give out a missing person's telephone number to call; who asked and why is kept."""
    found = lesson_of(lesson_id, ATTENDANCE["scan"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    number = reveal(row.cadre_id, what="phone", reason=f"到课提醒：{found.title}")
    return render_template(
        "attendance/telephone.html", lesson=found, klass=get_class(found.class_id), person=row, number=number
    )


@bp.post("/attendance/flags/<int:flag_id>/settle")
@requires(ATTENDANCE["correct"])
def settle(flag_id: int) -> ResponseReturnValue:
    """Say how a doubt was resolved."""
    lesson_id = lesson_of_flag(flag_id)
    if lesson_id is None:
        raise NotFound
    lesson_of(lesson_id, ATTENDANCE["correct"])
    form = SettleForm()
    if not form.validate():
        flash(_("Please say how it was settled."), "danger")
    else:
        try:
            staff.settle_flag(flag_id, form.said)
        except DomainError as error:
            flash(translated(error), "danger")
        else:
            flash(_("The doubt is settled."), "success")
    return redirect(url_for("attendance.lesson", lesson_id=lesson_id, show="doubt"), 303)
