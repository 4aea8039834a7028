"""Marks for reflections and conduct: one grid per class."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.exams import labels, rules
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview
from training_app.exams.services.marks import KINDS, store_marks
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, wants_export


@bp.route("/classes/<int:class_id>/marks", methods=["GET", "POST"])
@requires(EXAMS["enter"])
def marks(class_id: int) -> ResponseReturnValue:
    """The grid of a class's marks."""
    klass = overview.class_within_reach(current_actor(), class_id, "enter")
    rows = grids.mark_rows(class_id)
    if wants_export():
        return export(_columns(), rows, _("Marks of %(name)s", name=klass.name))
    problems: dict[tuple[int, str], tuple[str, str]] = {}
    if request.method == "POST":
        typed = {
            (row.enrollment_id, kind): request.form[f"{kind}-{row.enrollment_id}"][:40]
            for row in rows
            for kind in KINDS
            if f"{kind}-{row.enrollment_id}" in request.form
        }
        outcomes = store_marks(class_id, [(person, kind, text) for (person, kind), text in typed.items()])
        for kind, each in outcomes:
            if each.problem is not None:
                key = each.enrollment_id, kind
                problems[key] = typed[key], _(each.problem.message, **each.problem.params)
        if not problems:
            saved = sum(each.outcome == "saved" for _kind, each in outcomes)
            flash(ngettext("%(num)d mark was saved.", "%(num)d marks were saved.", saved), "success")
            return redirect(url_for("exams.marks", class_id=class_id))
        rows = grids.mark_rows(class_id)
    page = render_template(
        "exams/marks.html",
        klass=klass,
        rows=rows,
        kinds=KINDS,
        problems=problems,
        labels=labels,
        rules=rules,
        words=labels.grid_words(codes=False),
    )
    return page, 422 if problems else 200


def _columns() -> list[Column]:
    return [
        Column("number", _("No."), "number"),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("group_name", _("Study group")),
        Column("reflection", _("Reflection"), "number"),
        Column("conduct", _("Conduct"), "number"),
    ]
