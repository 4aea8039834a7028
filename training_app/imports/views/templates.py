"""Pages: the empty Excel files to fill in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS
from training_app.imports.services.templates import template_of
from training_app.imports.views import bp
from training_app.web.access import requires

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offered(choices: Iterable[Sequence[object]]) -> list[tuple[str, str]]:
    """The templates beside a form's kinds: each kind with the columns that must be filled in."""
    kinds = [str(choice[0]) for choice in choices if choice[0] in IMPORTERS]
    return [
        (kind, "、".join(each.title for each in IMPORTERS[kind].columns.fields.values() if each.required))
        for kind in kinds
    ]


@bp.get("/templates/<kind>.xlsx")
@requires(IMPORTS["run"])
def template(kind: str) -> ResponseReturnValue:
    """The empty Excel file of one kind, with its help."""
    if kind not in IMPORTERS:
        abort(404)
    titles = IMPORTERS[kind].columns.titles
    name = f"{titles[0] if titles else kind}（模板）.xlsx"
    return send_file(io.BytesIO(template_of(kind)), mimetype=_XLSX, as_attachment=True, download_name=name)
