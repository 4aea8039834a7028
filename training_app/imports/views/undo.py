"""Pages: what undoing an import would take away and put back, or what stands in its way."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.core.actor import current_actor
from training_app.core.errors import Conflict
from training_app.core.ports import ask
from training_app.imports import labels, queries
from training_app.imports.entities import word_of
from training_app.imports.obstacle_words import advice_on, title_of
from training_app.imports.permissions import IMPORTS
from training_app.imports.services.obstacles import Obstacle
from training_app.imports.services.undoing import StandsInTheWayError, plan_of, undo_import
from training_app.imports.views import bp
from training_app.web.access import requires


@bp.get("/<int:import_id>/undo")
@requires(IMPORTS["run"])
def undo(import_id: int) -> ResponseReturnValue:
    """What would be taken away and put back, in numbers; or what stands in the way, with where to settle it."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    try:
        plan = plan_of(import_id)
    except Conflict as error:
        flash(_(error.message), "warning")
        return redirect(url_for("imports.show", import_id=import_id))
    return render_template(
        "imports/undo.html",
        info=info,
        plan=plan,
        amounts=[(_(word_of(each.entity)), each) for each in plan.amounts],
        obstacles=[_shown(each) for each in plan.obstacles],
        siblings=[each for each in queries.siblings_of(info) if each.id in plan.import_ids],
        labels=labels,
    )


@bp.get("/<int:import_id>/undo/state")
@requires(IMPORTS["run"])
def undo_state(import_id: int) -> ResponseReturnValue:
    """Whether the import can be taken back, for its own page."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    try:
        plan = plan_of(import_id)
    except Conflict:  # undone in another window
        return render_template("imports/_undo_state.html", info=info, plan=None, obstacles=[], nothing=True)
    titles = [{"title": title_of(each), "count": each.count} for each in plan.obstacles]
    nothing = not plan.amounts
    return render_template("imports/_undo_state.html", info=info, plan=plan, obstacles=titles, nothing=nothing)


@bp.post("/<int:import_id>/undo")
@requires(IMPORTS["run"])
def undo_now(import_id: int) -> ResponseReturnValue:
    """Undo the import with all worksheets of its upload."""
    info = queries.get_batch_visible_to(current_actor(), import_id)
    try:
        plan = undo_import(import_id)
    except StandsInTheWayError as error:
        flash(_(error.message), "danger")
        return redirect(url_for("imports.undo", import_id=import_id))
    except Conflict as error:
        flash(_(error.message), "warning")
    else:
        flash(
            ngettext(
                "The import of %(file)s has been undone: %(gone)s record taken away, %(back)s put back.",
                "The import of %(file)s has been undone: %(gone)s records taken away, %(back)s put back.",
                plan.taken_away,
                file=info.file_name,
                gone=f"{plan.taken_away:,}",
                back=f"{plan.changed_back:,}",
            ),
            "success",
        )
    return redirect(url_for("imports.show", import_id=import_id))


def _shown(obstacle: Obstacle) -> dict[str, Any]:
    fields: dict[str, str] = {}
    for names in ask("audit.labels"):
        fields |= names
    return {
        "it": obstacle,
        "title": title_of(obstacle),
        "advice": advice_on(obstacle),
        "fields": "、".join(_(fields[name]) if name in fields else name for name in obstacle.fields),
        "url": url_for("imports.show", import_id=obstacle.import_id) if obstacle.import_id else "",
        "examples": [
            (each.text, url_for(each.page[0], **each.page[1]) if each.page else "") for each in obstacle.examples
        ],
    }
