"""Passkeys of one's own: made, listed, taken away; and what the browser is asked to sign."""

from __future__ import annotations

from flask import flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from training_app.accounts.forms import ConfirmPasswordForm, PasskeyForm
from training_app.accounts.services import passkeys
from training_app.accounts.views import bp
from training_app.accounts.views.credentials import credential_sent, door_holder, proved, site
from training_app.accounts.views.entry import browser_name
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotAllowed, NotFound
from training_app.web.access import is_fresh, public, signed_in
from training_app.web.json import Body, json_body


class AskAtTheDoor(Body):
    """The name typed so far, perhaps none."""

    username: str = Field("", max_length=200)


class Ask(Body):
    """What the signature is for: ``register`` a new passkey, or ``prove`` anew who one is."""

    purpose: str = Field(pattern="^(register|prove)$")


@bp.post("/sign-in/passkey")
@public()
def ask_at_the_door() -> ResponseReturnValue:
    """What the browser is to sign, for signing in."""
    wanted, place = json_body(AskAtTheDoor), site()
    if place is None:
        raise NotFound
    return jsonify(passkeys.ask_to_sign_in(place, holder=door_holder(), username=wanted.username))


@bp.post("/settings/passkeys/ask")
@signed_in()
def ask_for_passkey() -> ResponseReturnValue:
    """What the browser is to make or to sign, in a session; making wants the password given lately."""
    wanted, place, account_id = json_body(Ask), site(), current_actor().account_id or 0
    if place is None:
        raise NotFound
    if wanted.purpose == "prove":
        return jsonify(passkeys.ask_to_prove(account_id, place, holder=g.identity.session_hash))
    if not is_fresh(g.identity):
        raise NotAllowed(code="password_needed")
    return jsonify(passkeys.ask_to_register(account_id, place, holder=g.identity.session_hash))


@bp.get("/settings/passkeys")
@signed_in()
def own_passkeys() -> ResponseReturnValue:
    """One's passkeys, and how to make one where the browser can."""
    return _page(PasskeyForm(name=browser_name()))


@bp.post("/settings/passkeys")
@signed_in()
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey the browser has just made."""
    if not is_fresh(g.identity):
        return redirect(url_for("accounts.confirm_password", next=url_for("accounts.own_passkeys")), 303)
    form, place = PasskeyForm(), site()
    if not form.validate_on_submit() or place is None:
        return _page(form), 422
    try:
        passkeys.register(
            current_actor().account_id or 0,
            credential_sent() or {},
            place,
            holder=g.identity.session_hash,
            name=form.name.data or "",
        )
    except DomainError as error:
        form.take(error)
        return _page(form), 422
    flash(_("The passkey is made: from now on you can sign in with it."), "success")
    return redirect(url_for("accounts.own_passkeys"), 303)


@bp.get("/settings/passkeys/<int:passkey_id>/remove")
@signed_in()
def ask_remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Ask for the password before a passkey goes."""
    return _remove_page(passkey_id, ConfirmPasswordForm())


@bp.post("/settings/passkeys/<int:passkey_id>/remove")
@signed_in()
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away, by the password or by a passkey."""
    form, account_id = ConfirmPasswordForm(), current_actor().account_id or 0
    if not proved(form):
        return _remove_page(passkey_id, form), 422
    passkeys.remove(account_id, passkey_id)
    flash(_("The passkey is removed; it no longer signs you in."), "success")
    return redirect(url_for("accounts.own_passkeys"), 303)


def _page(form: PasskeyForm) -> str:
    return render_template(
        "accounts/passkeys.html",
        form=form,
        passkeys=passkeys.list_passkeys(current_actor().account_id or 0),
        site=site(),
        fresh=is_fresh(g.identity),
    )


def _remove_page(passkey_id: int, form: ConfirmPasswordForm) -> str:
    found = next((p for p in passkeys.list_passkeys(current_actor().account_id or 0) if p.id == passkey_id), None)
    if found is None:
        raise NotFound
    return render_template("accounts/passkey_remove.html", passkey=found, form=form, site=site())
