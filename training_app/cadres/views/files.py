"""One person's file, one's own file, and the reveal of a number."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import get_unit
from training_app.cadres.forms import RevealForm
from training_app.cadres.permissions import CADRES
from training_app.cadres.queries import files, people
from training_app.cadres.services import records
from training_app.cadres.views import bp
from training_app.core.actor import current_actor
from training_app.core.errors import InvalidInput, NotFound
from training_app.core.permissions import Permission
from training_app.web.access import requires
from training_app.web.slots import render_slot

OWN_TABS = ("posts", "particulars")


@bp.get("/me")
@requires(CADRES["own"])
def own() -> ResponseReturnValue:
    """The reader's own file."""
    actor = current_actor()
    cadre = people.find_cadre_by_account(actor.account_id) if actor.account_id is not None else None
    if cadre is None:
        raise NotFound(_("No person record is linked to your account yet. The education section can link it."))
    return _file_page(cadre, url_for("cadres.own"), is_own=True)


@bp.get("/<int:cadre_id>")
@requires(CADRES["own"])
def show(cadre_id: int) -> ResponseReturnValue:
    """A file: what the rooms above know of the person, posts over time, particulars."""
    actor = current_actor()
    cadre = _visible(cadre_id, CADRES["own"])
    is_own = cadre.account_id is not None and cadre.account_id == actor.account_id
    if not is_own:
        records.record_reading(cadre_id)
    return _file_page(cadre, url_for("cadres.show", cadre_id=cadre_id), is_own=is_own)


@bp.post("/<int:cadre_id>/reveal")
@requires(CADRES["reveal"])
def reveal(cadre_id: int) -> ResponseReturnValue:
    """A citizen number or phone in full, once, for a reason that is kept."""
    cadre = _visible(cadre_id, CADRES["reveal"])
    form = RevealForm()
    value = ""
    if form.validate_on_submit():
        try:
            value = records.reveal(cadre_id, what=form.what.data, reason=form.reason.data)
        except InvalidInput as error:
            form.take(error)
    page = make_response(
        render_template("cadres/reveal.html", cadre=cadre, form=form, value=value, file=files.get_file(cadre_id)),
        200 if value else 422,
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.get("/<int:cadre_id>/reveal")
@requires(CADRES["reveal"])
def ask_reveal(cadre_id: int) -> ResponseReturnValue:
    """Ask what for, before a number is shown."""
    cadre = _visible(cadre_id, CADRES["reveal"])
    what = request.args.get("what", "")
    form = RevealForm(data={"what": what if what in ("id_number", "phone") else "id_number"})
    return render_template("cadres/reveal.html", cadre=cadre, form=form, value="", file=files.get_file(cadre_id))


def _file_page(cadre: people.CadreInfo, here: str, *, is_own: bool) -> ResponseReturnValue:
    filled = render_slot("cadre.file", cadre_id=cadre.id)
    keys = [part.key for part in filled] + list(OWN_TABS)
    wanted = request.args.get("tab", "")
    tab = wanted if wanted in keys else keys[0]
    file = files.get_file(cadre.id)
    return render_template(
        "cadres/file.html",
        cadre=cadre,
        file=file,
        here=here,
        is_own=is_own,
        tab=tab,
        filled=filled,
        top=get_unit(cadre.unit_id) if cadre.unit_id is not None else None,
        posts=files.posts_of(cadre.id),
        membership=files.find_membership(cadre.id),
        doubts=files.doubts_of(file),
    )


def _visible(cadre_id: int, permission: Permission) -> people.CadreInfo:
    return people.get_cadre_visible_to(current_actor(), cadre_id, permission)
