"""Entering people, correcting particulars, taking up another post."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import find_account_by_username, get_account, list_units
from training_app.cadres.forms import AccountForm, CadreForm, PostForm
from training_app.cadres.permissions import CADRES
from training_app.cadres.queries import files, people
from training_app.cadres.services import records
from training_app.cadres.services.values import CadreValues
from training_app.cadres.views import bp
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, InvalidInput
from training_app.core.text import N_
from training_app.web.access import requires


@bp.get("/new")
@requires(CADRES["edit"])
def new() -> ResponseReturnValue:
    """The empty form."""
    form = CadreForm()
    form.offer(list_units())
    return render_template("cadres/form.html", form=form, cadre=None, file=None)


@bp.post("/new")
@requires(CADRES["edit"])
def add() -> ResponseReturnValue:
    """Enter a person."""
    form = CadreForm()
    form.offer(list_units())
    if form.validate_on_submit():
        try:
            cadre_id = records.add_cadre(_values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("%(name)s has been entered.", name=form.name.data), "success")
            return redirect(url_for("cadres.show", cadre_id=cadre_id))
    return render_template("cadres/form.html", form=form, cadre=None, file=None), 422


@bp.get("/<int:cadre_id>/edit")
@requires(CADRES["edit"])
def edit(cadre_id: int) -> ResponseReturnValue:
    """The form with what is on record; number and phone stay hidden."""
    cadre = _visible(cadre_id)
    file = files.get_file(cadre_id)
    form = CadreForm(data=asdict(file))
    form.offer(list_units())
    return render_template("cadres/form.html", form=form, cadre=cadre, file=file)


@bp.post("/<int:cadre_id>/edit")
@requires(CADRES["edit"])
def change(cadre_id: int) -> ResponseReturnValue:
    """Correct a person's particulars."""
    cadre = _visible(cadre_id)
    file = files.get_file(cadre_id)
    form = CadreForm()
    form.offer(list_units())
    if form.validate_on_submit():
        try:
            changes = records.change_cadre(cadre_id, _values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The particulars have been corrected.") if changes else _("Nothing was changed."), "success")
            return redirect(url_for("cadres.show", cadre_id=cadre_id, tab="particulars"))
    return render_template("cadres/form.html", form=form, cadre=cadre, file=file), 422


@bp.get("/<int:cadre_id>/post")
@requires(CADRES["edit"])
def new_post(cadre_id: int) -> ResponseReturnValue:
    """The form for another post, filled with the present one."""
    cadre = _visible(cadre_id)
    form = PostForm(data=asdict(files.get_file(cadre_id)))
    form.offer(list_units())
    return render_template("cadres/post.html", form=form, cadre=cadre)


@bp.post("/<int:cadre_id>/post")
@requires(CADRES["edit"])
def change_post(cadre_id: int) -> ResponseReturnValue:
    """Record that the person took up another post."""
    cadre = _visible(cadre_id)
    form = PostForm()
    form.offer(list_units())
    if form.validate_on_submit() and form.since.data is not None:
        try:
            records.change_post(
                cadre_id,
                unit_id=form.unit_id.data,
                post_title=form.post_title.data,
                post_level=form.post_level.data or "",
                rank=form.rank.data or "",
                since=form.since.data,
            )
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The new post of %(name)s has been recorded.", name=cadre.name), "success")
            return redirect(url_for("cadres.show", cadre_id=cadre_id, tab="posts"))
    return render_template("cadres/post.html", form=form, cadre=cadre), 422


@bp.get("/<int:cadre_id>/account")
@requires(CADRES["edit"])
def account(cadre_id: int) -> ResponseReturnValue:
    """Under which account the person signs in."""
    cadre = _visible(cadre_id)
    known = get_account(cadre.account_id).username if cadre.account_id is not None else ""
    return render_template("cadres/account.html", form=AccountForm(data={"username": known}), cadre=cadre)


@bp.post("/<int:cadre_id>/account")
@requires(CADRES["edit"])
def set_account(cadre_id: int) -> ResponseReturnValue:
    """Link the person to an account, or take the link away."""
    cadre = _visible(cadre_id)
    form = AccountForm()
    username = (form.username.data or "").strip()
    found = find_account_by_username(username) if username else None
    if username and found is None:
        form.validate_on_submit()
        form.take(InvalidInput(fields={"username": N_("There is no account of this name.")}))
    elif form.validate_on_submit():
        try:
            if found is None:
                records.unlink_account(cadre_id)
            else:
                records.link_account(cadre_id, found.id)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The account has been linked.") if found else _("The account has been unlinked."), "success")
            return redirect(url_for("cadres.show", cadre_id=cadre_id, tab="particulars"))
    return render_template("cadres/account.html", form=form, cadre=cadre), 422


def _values(form: CadreForm) -> CadreValues:
    fields: dict[str, Any] = {
        name: value if value is not None or name == "unit_id" else ""
        for name, value in form.data.items()
        if name in CadreValues.__dataclass_fields__
    }
    return CadreValues(**fields)


def _visible(cadre_id: int) -> people.CadreInfo:
    return people.get_cadre_visible_to(current_actor(), cadre_id, CADRES["edit"])
