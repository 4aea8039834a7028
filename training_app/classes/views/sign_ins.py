"""The system administrator's page: sign-ins for the people of a class."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.permissions import ACCOUNTS
from training_app.classes.queries.classes import get_class
from training_app.classes.services.sign_ins import list_classes_without_sign_ins, open_sign_ins
from training_app.classes.views import bp
from training_app.core.errors import Refused
from training_app.core.tables import Column, to_xlsx
from training_app.web.access import requires
from training_app.web.errors import translated
from training_app.web.lists import download, export, list_query, page_of, wants_export

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/accounts/trainees")
@requires(ACCOUNTS["create"])
def sign_ins() -> ResponseReturnValue:
    """Which classes have people who cannot sign in yet."""
    query = list_query(sortable=("name", "code", "people", "without"), default="")
    page = page_of(
        list_classes_without_sign_ins(),
        query,
        words=lambda each: f"{each.name} {each.code}",
        keys={
            "name": lambda each: each.name,
            "code": lambda each: each.code,
            "people": lambda each: each.people,
            "without": lambda each: each.without,
        },
    )
    if wants_export():
        columns = [
            Column("name", _("Class")),
            Column("code", _("Class code")),
            Column("people", _("People"), "number"),
            Column("without", _("Without a sign-in"), "number"),
        ]
        return export(columns, page.items, _("Sign-ins for trainees"), query=query)
    return render_template("classes/sign_ins.html", page=page)


@bp.post("/accounts/trainees/<int:class_id>")
@requires(ACCOUNTS["create"])
def open_class_sign_ins(class_id: int) -> ResponseReturnValue:
    """Make the accounts; the answer is the list with the first passwords, which are told nowhere else."""
    klass = get_class(class_id)
    try:
        made = open_sign_ins(class_id)
    except Refused as error:
        flash(translated(error), "warning")
        return redirect(url_for("classes.sign_ins"))
    columns = [
        Column("group_name", _("Group")),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("username", _("User name")),
        Column("password", _("First password")),
    ]
    notes = [(_("Class"), klass.name), (_("Note"), _("Each first password must be changed at the first sign-in."))]
    title = _("Sign-ins of %(name)s", name=klass.name)
    return download(to_xlsx(title, columns, made, notes), f"{title}.xlsx", _EXCEL)
