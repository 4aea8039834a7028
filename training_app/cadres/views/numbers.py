"""A list of people with citizen numbers or phones in full, for a reason that is kept."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.cadres.forms import NumbersForm
from training_app.cadres.permissions import CADRES
from training_app.cadres.queries import people
from training_app.cadres.services import numbers
from training_app.cadres.views import bp
from training_app.cadres.views.lists import file_of, filters_for
from training_app.core.actor import current_actor
from training_app.core.errors import InvalidInput
from training_app.core.pages import ListQuery
from training_app.web.access import requires
from training_app.web.lists import conditions, list_query

_REVEAL = CADRES["reveal"]


@bp.get("/export/numbers")
@requires(_REVEAL)
def ask_numbers() -> ResponseReturnValue:
    """Ask what for, before a list with numbers in full is made."""
    return _page(NumbersForm(formdata=None), *_chosen())


@bp.post("/export/numbers")
@requires(_REVEAL)
def take_numbers() -> ResponseReturnValue:
    """The list with numbers in full, as Excel: a CSV opened in Excel would lose the last digits."""
    ids, query = _chosen()
    if "reason" not in request.form:  # the people ticked in the list: what for is asked now
        return _page(NumbersForm(formdata=None), ids, query)
    form = NumbersForm()
    if not form.validate_on_submit():
        return _page(form, ids, query), 422
    rows = _rows(ids, query)
    try:
        found = numbers.take_numbers([row.id for row in rows], what=form.wanted(), reason=form.reason.data)
    except InvalidInput as error:
        form.take(error)
        return _page(form, ids, query), 422
    notes = [(_("What it is needed for"), form.reason.data.strip())]
    if ids:
        notes.append(
            (_("Filter"), ngettext("%(num)d person ticked in the list", "%(num)d people ticked in the list", len(rows)))
        )
    answer = make_response(file_of(rows, query=None if ids else query, notes=notes, numbers=found))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _chosen() -> tuple[list[int], ListQuery]:
    """The people ticked (none: everybody of the list), and the list as it was asked for."""
    ticked = request.form.getlist("id")
    ids = [int(value) for value in ticked if value.isascii() and value.isdigit() and len(value) < 10]
    return ids, list_query(sortable=people.SORTABLE, default="unit", filters=people.FILTERS)


def _rows(ids: list[int], query: ListQuery) -> list[people.CadreInfo]:
    actor = current_actor()
    if ids:
        return people.list_visible_to(actor, ids, _REVEAL)
    return list(people.page_of_cadres(query, actor, everything=True, permission=_REVEAL).items)


def _page(form: NumbersForm, ids: list[int], query: ListQuery) -> str:
    actor = current_actor()
    asked = [] if ids else conditions(query, filters_for(actor))
    if query.q and not ids:
        asked.insert(0, (_("Search"), query.q))
    return render_template(
        "cadres/numbers.html",
        form=form,
        ids=ids,
        asked=asked,
        total=len(_rows(ids, query)),
        here=request.full_path.rstrip("?"),
        back=request.full_path.rstrip("?").replace("/export/numbers", "", 1),
    )
