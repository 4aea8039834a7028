"""Pages: the Excel files to fill in, and what their columns mean."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from flask import abort, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.spreadsheets.columns import Field
from training_app.core.spreadsheets.text import label_key
from training_app.core.tables import Column
from training_app.core.text import N_
from training_app.imports import labels
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS
from training_app.imports.services.templates import template_of, template_of_class
from training_app.imports.views import bp
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offered(choices: Iterable[Sequence[object]]) -> list[tuple[str, str]]:
    """The templates beside a form's kinds: each kind with the columns that must be filled in."""
    kinds = [str(choice[0]) for choice in choices if choice[0] in IMPORTERS]
    return [
        (kind, "、".join(each.title for each in IMPORTERS[kind].columns.fields.values() if each.required))
        for kind in kinds
    ]


@bp.get("/kinds/<kind>")
@requires(IMPORTS["run"])
def kind_help(kind: str) -> ResponseReturnValue:
    """What each column of a kind means, whether it must be there, and by which other headers it is known."""
    if kind not in IMPORTERS:
        abort(404)
    columns = IMPORTERS[kind].columns
    query = list_query(sortable=(), default="", per_page=200)
    found = [_explained(each) for each in columns.fields.values()]
    page = page_of(found, query, words=lambda row: " ".join(map(str, row.values())), keys={})
    if wants_export():
        shown = [Column(key, _(title)) for key, title in _EXPLAINED.items()]
        return export(shown, page.items, _(labels.KINDS[kind]), query=query)
    return render_template("imports/kind.html", kind=kind, columns=columns, page=page, labels=labels)


_EXPLAINED = {
    "title": N_("Column"),
    "needed": N_("Needed"),
    "meaning": N_("What to type"),
    "example": N_("Example"),
    "names": N_("Also known as"),
}


def _explained(each: Field) -> dict[str, str]:
    names = sorted(each.keys - {label_key(each.title)}, key=lambda key: (len(key), key))
    return {
        "title": each.title,
        "needed": _("Needed") if each.required else "",
        "meaning": each.help.text,
        "example": str(each.help.example),
        "names": "、".join(names),
    }


@bp.get("/templates/<kind>.xlsx")
@requires(IMPORTS["run"])
def template(kind: str) -> ResponseReturnValue:
    """The empty Excel file of one kind, with its help."""
    if kind not in IMPORTERS:
        abort(404)
    titles = IMPORTERS[kind].columns.titles
    name = f"{titles[0] if titles else kind}（模板）.xlsx"
    return send_file(io.BytesIO(template_of(kind)), mimetype=_XLSX, as_attachment=True, download_name=name)


@bp.get("/templates/classes/<int:class_id>/<kind>.xlsx")
@requires(IMPORTS["run"])
def class_template(class_id: int, kind: str) -> ResponseReturnValue:
    """The sheet of a class to fill in, with its people and days in it."""
    if kind not in IMPORTERS or not IMPORTERS[kind].of_class:
        abort(404)
    klass = classes.get_class_visible_to(current_actor(), class_id, IMPORTS["run"])
    titles = IMPORTERS[kind].columns.titles
    name = f"{klass.name}{titles[0] if titles else kind}.xlsx"
    data = template_of_class(kind, class_id)
    return send_file(io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=name)


def class_sheets(class_id: int) -> list[classes.ClassPaper]:
    """Answer ``class.papers``: the sheets of a class to fill in and bring in again."""
    if not classes.may_see_class(current_actor(), class_id, IMPORTS["run"]):
        return []
    return [
        classes.ClassPaper(
            _("%(sheet)s, to fill in", sheet=_(labels.KINDS[kind])),
            tab=tab,
            excel=url_for("imports.class_template", class_id=class_id, kind=kind),
        )
        for kind, tab in _TABS.items()
    ]


_TABS = {"roster": "enrollments", "timetable": "timetable", "attendance": "attendance", "scores": "exams"}
