"""Pages of the teacher pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import find_account_by_username, get_account, list_units
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, InvalidInput, NotFound
from training_app.core.tables import Column
from training_app.core.text import N_
from training_app.teachers import labels, queries, rules, services
from training_app.teachers.forms import AccountForm, RevealForm, StatusForm, TeacherForm
from training_app.teachers.permissions import TEACHERS
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export
from training_app.web.slots import render_slot

bp = Blueprint("teachers", "training_app.teachers", template_folder="templates", url_prefix="/teachers")


@bp.get("")
@requires(TEACHERS["view"])
def index() -> ResponseReturnValue:
    """The pool; a teacher who may see only the own file is taken there."""
    actor = current_actor()
    if TEACHERS["view"].reach_of(actor) == {"own"}:
        return redirect(url_for("teachers.own"))
    query = list_query(sortable=queries.SORTABLE, default="kind", filters=queries.FILTERS)
    if wants_export():
        rows = [_line(row) for row in queries.page_of_teachers(query, actor, everything=True).items]
        return export(_columns(), rows, _("Teacher pool"), query=query, filters=_filters())
    return render_template(
        "teachers/list.html",
        page=queries.page_of_teachers(query, actor),
        counts=queries.counts_of_pool(),
        filters=_filters(),
        labels=labels,
    )


@bp.get("/me")
@requires(TEACHERS["view"])
def own() -> ResponseReturnValue:
    """The reader's own file as a teacher."""
    actor = current_actor()
    teacher = queries.find_teacher_by_account(actor.account_id) if actor.account_id is not None else None
    if teacher is None:
        raise NotFound(_("Your account is not linked to a teacher of the pool yet. The education section can link it."))
    return _file_page(teacher.id, is_own=True)


@bp.get("/<int:teacher_id>")
@requires(TEACHERS["view"])
def show(teacher_id: int) -> ResponseReturnValue:
    """A teacher's file: courses and lessons from the rooms above, particulars."""
    return _file_page(teacher_id, is_own=False)


@bp.get("/new")
@requires(TEACHERS["edit"])
def new() -> ResponseReturnValue:
    """The empty form."""
    form = _form()
    return render_template("teachers/form.html", form=form, teacher=None)


@bp.post("/new")
@requires(TEACHERS["edit"])
def add() -> ResponseReturnValue:
    """Enter a candidate into the pool."""
    form = _form()
    if form.validate_on_submit():
        try:
            teacher_id = services.add_teacher(_values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("%(name)s has been entered as a candidate.", name=form.name.data), "success")
            return redirect(url_for("teachers.show", teacher_id=teacher_id))
    return render_template("teachers/form.html", form=form, teacher=None), 422


@bp.get("/<int:teacher_id>/edit")
@requires(TEACHERS["edit"])
def edit(teacher_id: int) -> ResponseReturnValue:
    """The form with what is on record; number and phone stay hidden."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    known = asdict(teacher)
    if teacher.unit_id is not None:
        known["unit_name"] = ""
    return render_template("teachers/form.html", form=_form(known), teacher=teacher)


@bp.post("/<int:teacher_id>/edit")
@requires(TEACHERS["edit"])
def change(teacher_id: int) -> ResponseReturnValue:
    """Correct a teacher's particulars."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    form = _form()
    if form.validate_on_submit():
        try:
            changes = services.change_teacher(teacher_id, _values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The particulars have been corrected.") if changes else _("Nothing was changed."), "success")
            return redirect(url_for("teachers.show", teacher_id=teacher_id))
    return render_template("teachers/form.html", form=form, teacher=teacher), 422


@bp.get("/<int:teacher_id>/status")
@requires(TEACHERS["edit"])
def ask_status(teacher_id: int) -> ResponseReturnValue:
    """Ask why, before the status changes."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    status = request.args.get("to", "")
    if not rules.may_follow(teacher.pool_status, status):
        raise NotFound
    form = StatusForm(data={"status": status})
    return render_template("teachers/status.html", form=form, teacher=teacher, status=status, labels=labels)


@bp.post("/<int:teacher_id>/status")
@requires(TEACHERS["edit"])
def change_status(teacher_id: int) -> ResponseReturnValue:
    """Admit, suspend, remove or take back."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    form = StatusForm()
    status = form.status.data or ""
    if status not in rules.POOL_STATUSES:
        raise NotFound
    if form.validate_on_submit():
        try:
            services.change_pool_status(teacher_id, status, reason=form.reason.data)
        except DomainError as error:
            form.take(error)
        else:
            word = _(labels.STATUSES[status])
            flash(_("%(name)s: %(status)s.", name=teacher.name, status=word), "success")
            return redirect(url_for("teachers.show", teacher_id=teacher_id))
    page = render_template("teachers/status.html", form=form, teacher=teacher, status=status, labels=labels)
    return page, 422


@bp.get("/<int:teacher_id>/reveal")
@requires(TEACHERS["edit"])
def ask_reveal(teacher_id: int) -> ResponseReturnValue:
    """Ask what for, before a number is shown."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    form = RevealForm(data={"what": "phone"})
    return render_template("teachers/reveal.html", teacher=teacher, form=form, value="")


@bp.post("/<int:teacher_id>/reveal")
@requires(TEACHERS["edit"])
def reveal(teacher_id: int) -> ResponseReturnValue:
    """A citizen number or phone in full, once, for a reason that is kept."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    form = RevealForm()
    value = ""
    if form.validate_on_submit():
        try:
            value = services.reveal(teacher_id, what=form.what.data, reason=form.reason.data)
        except InvalidInput as error:
            form.take(error)
    page = make_response(
        render_template("teachers/reveal.html", teacher=teacher, form=form, value=value), 200 if value else 422
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.get("/<int:teacher_id>/account")
@requires(TEACHERS["edit"])
def account(teacher_id: int) -> ResponseReturnValue:
    """Under which account the teacher signs in."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    known = get_account(teacher.account_id).username if teacher.account_id is not None else ""
    return render_template("teachers/account.html", form=AccountForm(data={"username": known}), teacher=teacher)


@bp.post("/<int:teacher_id>/account")
@requires(TEACHERS["edit"])
def set_account(teacher_id: int) -> ResponseReturnValue:
    """Link the teacher to an account, or take the link away."""
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    form = AccountForm()
    username = (form.username.data or "").strip()
    found = find_account_by_username(username) if username else None
    if username and found is None:
        form.validate_on_submit()
        form.take(InvalidInput(fields={"username": N_("There is no account of this name.")}))
    elif form.validate_on_submit():
        try:
            if found is None:
                services.unlink_account(teacher_id)
            else:
                services.link_account(teacher_id, found.id)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The account has been linked.") if found else _("The account has been unlinked."), "success")
            return redirect(url_for("teachers.show", teacher_id=teacher_id))
    return render_template("teachers/account.html", form=form, teacher=teacher), 422


def _file_page(teacher_id: int, *, is_own: bool) -> ResponseReturnValue:
    teacher = queries.get_teacher_file(teacher_id, current_actor())
    return render_template(
        "teachers/file.html",
        teacher=teacher,
        is_own=is_own,
        filled=render_slot("teacher.file", teacher_id=teacher_id),
        specialities=rules.split_list(teacher.specialities),
        courses=rules.split_courses(teacher.can_teach),
        following=rules.NEXT_STATUSES[teacher.pool_status],
        labels=labels,
    )


def _form(known: Mapping[str, Any] | None = None) -> TeacherForm:
    form = TeacherForm(data=known) if known is not None else TeacherForm()
    form.offer(list_units())
    return form


def _values(form: TeacherForm) -> services.TeacherValues:
    fields: dict[str, Any] = {
        name: value if value is not None or name == "unit_id" else ""
        for name, value in form.data.items()
        if name in services.TeacherValues.__dataclass_fields__
    }
    return services.TeacherValues(**fields)


def _filters() -> list[Mapping[str, Any]]:
    return [
        {"name": "kind", "label": _("Kind"), "options": [(k, _(t)) for k, t in labels.KINDS.items()]},
        {"name": "employment", "label": _("Employment"), "options": [(k, _(t)) for k, t in labels.EMPLOYMENTS.items()]},
        {"name": "speciality", "label": _("Speciality"), "options": [(s, s) for s in queries.specialities_in_use()]},
        {"name": "at_fields", "label": _("Teaches in the fields"), "options": [("yes", _("yes")), ("no", _("no"))]},
        {
            "name": "status",
            "label": _("Status"),
            "blank": _("All but removed"),
            "options": [(k, _(t)) for k, t in labels.STATUSES.items()],
        },
    ]


def _columns() -> list[Column]:
    return [
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("post_title", _("Post")),
        Column("title", _("Professional title")),
        Column("kind", _("Kind")),
        Column("employment", _("Employment")),
        Column("specialities", _("Specialities")),
        Column("admitted_on", _("In the pool since")),
        Column("status", _("Status")),
        Column("fields", _("Teaches in the fields")),
    ]


def _line(row: queries.TeacherInfo) -> dict[str, Any]:
    return {
        **asdict(row),
        "kind": _(labels.KINDS[row.teacher_kind]),
        "employment": _(labels.EMPLOYMENTS[row.employment]),
        "status": _(labels.STATUSES[row.pool_status]),
        "fields": _("yes") if row.at_fields else "",
    }
