"""Settings of a class, and who runs it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import get_account
from training_app.classes import labels
from training_app.classes.forms import ClassSettingsForm, StaffForm
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.staff import StaffInfo, possible_staff, staff_of
from training_app.classes.services.classes import ClassSettings, add_staff, change_settings, remove_staff
from training_app.classes.values import DUTIES, ClassInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core.errors import DomainError, InvalidInput
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.core.text import N_
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export


@bp.route("/classes/<int:class_id>/settings", methods=["GET", "POST"])
@requires(CLASSES["run"])
def settings(class_id: int) -> ResponseReturnValue:
    """Name, days, place, and the rules of check-in."""
    klass = visible_class(class_id, CLASSES["run"])
    form = ClassSettingsForm(obj=klass)
    if form.validate_on_submit():
        try:
            change_settings(class_id, ClassSettings(**form.data))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The settings of the class are saved."), "success")
            return redirect(url_for("classes.show", class_id=class_id))
    return class_page("classes/settings.html", klass, form=form), 422 if form.is_submitted() else 200


@bp.get("/classes/<int:class_id>/staff")
@requires(CLASSES["view"])
def staff(class_id: int) -> ResponseReturnValue:
    """Who runs and teaches the class."""
    klass = visible_class(class_id, CLASSES["view"])
    if wants_export():
        columns = [Column("name", _("Name")), Column("position", _("Post")), Column("duty", _("Duty"))]
        page = _staff_page(klass)
        rows = [
            {"name": each.name, "position": each.position, "duty": _(labels.DUTY[each.duty])} for each in page.items
        ]
        return export(columns, rows, f"{klass.name} {_('Who runs this class')}", query=page.query)
    return _page(klass, _forms(None))


@bp.post("/classes/<int:class_id>/staff")
@requires(CLASSES["approve"])
def add(class_id: int) -> ResponseReturnValue:
    """Give somebody a duty."""
    klass = visible_class(class_id, CLASSES["approve"])
    duty = request.form.get("duty", "")
    if duty not in DUTIES:
        raise InvalidInput(N_("Choose one."))
    forms = _forms(duty)
    form = forms[duty]
    if not form.validate_on_submit():
        return _page(klass, forms), 422
    add_staff(class_id, form.account_id.data, duty)
    flash(
        _(
            "%(name)s is now %(duty)s of this class.",
            name=get_account(form.account_id.data).display_name,
            duty=_(labels.DUTY[duty]),
        ),
        "success",
    )
    return redirect(url_for("classes.staff", class_id=class_id))


@bp.post("/classes/<int:class_id>/staff/<int:account_id>/remove")
@requires(CLASSES["approve"])
def remove(class_id: int, account_id: int) -> ResponseReturnValue:
    """Take a duty away."""
    visible_class(class_id, CLASSES["approve"])
    remove_staff(class_id, account_id, request.form.get("duty", ""))
    flash(_("The duty was taken away."), "success")
    return redirect(url_for("classes.staff", class_id=class_id))


def _forms(submitted: str | None) -> dict[str, StaffForm]:
    """One small form per duty, each with the accounts that hold the role."""
    forms = {}
    for duty in DUTIES:
        form = StaffForm(formdata=request.form if duty == submitted else None, duty=duty)
        form.account_id.choices = possible_staff(duty)
        forms[duty] = form
    return forms


def _staff_page(klass: ClassInfo) -> Page[StaffInfo]:
    return page_of(
        staff_of(klass.id),
        list_query(sortable=("name", "position", "duty"), default="duty"),
        words=lambda each: f"{each.name} {each.position} {_(labels.DUTY[each.duty])}",
        keys={
            "name": lambda each: each.name,
            "position": lambda each: each.position,
            "duty": lambda each: DUTIES.index(each.duty),
        },
    )


def _page(klass: ClassInfo, forms: dict[str, StaffForm]) -> str:
    return class_page("classes/staff.html", klass, page=_staff_page(klass), forms=forms)
