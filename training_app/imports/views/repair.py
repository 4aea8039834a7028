"""Pages: what was found in a worksheet, row by row; repairing it before it is imported."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from training_app.classes import api as classes
from training_app.core.actor import current_actor
from training_app.core.pages import ListQuery
from training_app.imports import labels, queries
from training_app.imports.permissions import IMPORTS
from training_app.imports.views import bp
from training_app.web.access import requires
from training_app.web.lists import list_query


@bp.get("/<int:import_id>")
@requires(IMPORTS["run"])
def show(import_id: int) -> ResponseReturnValue:
    """What was found in a worksheet, row by row; before it is imported and afterwards."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    show_rows = request.args.get("show", "")
    if show_rows not in queries.SHOWN:
        show_rows = "refused" if info.refused_count else "flagged" if info.flagged_count else "ready"
    base = list_query(sortable=("row",), default="row", per_page=20)
    query = ListQuery(sort="row", page=base.page, per_page=base.per_page, filters={"show": show_rows})
    sheet = queries.file_of(info, show=show_rows, query=query)
    return render_template(
        "imports/show.html",
        info=info,
        sheet=sheet,
        show=show_rows,
        siblings=queries.siblings_of(info),
        labels=labels,
        klass=_class_of(info),
    )


def _class_of(info: queries.BatchInfo) -> classes.ClassInfo | None:
    found = classes.list_classes([info.class_id]) if info.class_id is not None else []
    return found[0] if found else None
