"""Taking marks back within the lesson, and explaining heads that differ from the records."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import labels
from training_app.attendance.forms import HeadsNoteForm
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import heads, undo
from training_app.attendance.views import bp
from training_app.attendance.views.people import person_of
from training_app.core.errors import DomainError
from training_app.web.access import requires
from training_app.web.errors import translated


@bp.post("/lessons/<int:lesson_id>/people/<int:enrollment_id>/take-back")
@requires(ATTENDANCE["scan"])
def take_back(lesson_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Take staff's last mark of a person back, back on the list it was taken from."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    row = person_of(lesson_id, enrollment_id, ATTENDANCE["scan"])
    try:
        restored = undo.take_back(lesson_id, enrollment_id)
    except DomainError as error:
        flash(translated(error), "danger")
    else:
        if restored:
            flash(
                _("Taken back: %(name)s is %(status)s again.", name=row.name, status=_(labels.STATUS[restored])),
                "success",
            )
        else:
            flash(_("Taken back: nothing is recorded of %(name)s.", name=row.name), "success")
    target = url_for(
        "attendance.lesson",
        lesson_id=lesson_id,
        show=request.form.get("show") or None,
        reason=request.form.get("reason") or None,
        by=request.form.get("by") or None,
    )
    return redirect(target, 303)


@bp.post("/lessons/<int:lesson_id>/heads/explain")
@requires(ATTENDANCE["scan"])
def explain_heads(lesson_id: int) -> ResponseReturnValue:
    """Note why the heads in the room differ from the records."""
    lesson_of(lesson_id, ATTENDANCE["scan"])
    form = HeadsNoteForm()
    if not form.validate():
        flash(str(form.note.errors[0]), "danger")
    else:
        try:
            heads.explain_heads(lesson_id, str(form.note.data))
        except DomainError as error:
            flash(translated(error), "danger")
        else:
            flash(_("The difference is explained."), "success")
    return redirect(url_for("attendance.lesson", lesson_id=lesson_id, _anchor="heads"), 303)
