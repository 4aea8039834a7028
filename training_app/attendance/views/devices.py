"""The phone a trainee is known by, as the class teacher sees and releases it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import phone_story, release_phone
from training_app.attendance.forms import ReasonForm
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.people import PersonRow
from training_app.attendance.rest import lesson_of
from training_app.attendance.views import bp
from training_app.attendance.views.people import person_of
from training_app.classes.api import get_class, get_enrollment
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.web.access import requires
from training_app.web.errors import status_of


@bp.get("/lessons/<int:lesson_id>/people/<int:enrollment_id>/device")
@requires(ATTENDANCE["correct"])
def ask_release(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Ask why, before somebody's phone is released."""
    return _page(lesson_id, enrollment_id, ReasonForm(formdata=None))


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>/device")
@requires(ATTENDANCE["correct"])
def release(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Release the phone of somebody of one's own class: the next one they check in with becomes theirs."""
    account_id = _account_of(_person(lesson_id, enrollment_id))
    form = ReasonForm()
    if not form.validate():
        return _page(lesson_id, enrollment_id, form, 422)
    try:
        release_phone(account_id, reason=form.reason.data or "")
    except DomainError as error:
        form.take(error)
        return _page(lesson_id, enrollment_id, form, status_of(error))
    flash(_("The phone is released: the next one used for checking in becomes this person's."), "success")
    return redirect(url_for("attendance.person", lesson_id=lesson_id, enrollment_id=enrollment_id), 303)


def phone_panel(*, lesson_id: int, enrollment_id: int) -> str:
    """Show which phone the person is known by, and every change, beside what is recorded of them."""
    account_id = get_enrollment(enrollment_id).account_id
    if account_id is None or not ATTENDANCE["scan"].held_by(current_actor()):
        return ""
    story = phone_story(account_id)
    if story.bound is None and not story.changes:
        return ""
    return render_template(
        "attendance/_device.html",
        story=story,
        lesson_id=lesson_id,
        enrollment_id=enrollment_id,
        may_release=ATTENDANCE["correct"].held_by(current_actor()) and account_id != current_actor().account_id,
    )


def _person(lesson_id: int, enrollment_id: int) -> PersonRow:
    lesson_of(lesson_id, ATTENDANCE["correct"])
    return person_of(lesson_id, enrollment_id, ATTENDANCE["correct"])


def _account_of(person: PersonRow) -> int:
    account_id = get_enrollment(person.enrollment_id).account_id
    if account_id is None:
        raise NotFound
    return account_id


def _page(lesson_id: int, enrollment_id: int, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    person = _person(lesson_id, enrollment_id)
    lesson = lesson_of(lesson_id, ATTENDANCE["correct"])
    page = render_template(
        "attendance/device.html",
        lesson=lesson,
        klass=get_class(lesson.class_id),
        person=person,
        story=phone_story(_account_of(person)),
        form=form,
    )
    return page, status
