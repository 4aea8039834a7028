"""One's own account: how the interface looks, and where one is signed in."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.device_words import device_words
from training_app.accounts.phone_story import phone_story
from training_app.accounts.services import browsers, passkeys, sessions
from training_app.accounts.services.devices import hash_of
from training_app.accounts.views import bp
from training_app.accounts.views.credentials import site
from training_app.accounts.views.entry import safe_target
from training_app.web import cookies
from training_app.web.access import signed_in


@bp.get("/settings")
@signed_in()
def own_settings() -> ResponseReturnValue:
    """Look of the interface, password, own sessions."""
    account_id = g.identity.actor.account_id
    found = sessions.list_own_sessions(account_id, current_hash=g.identity.session_hash)
    return render_template(
        "accounts/settings.html",
        sessions=found,
        phone=phone_story(account_id),
        passkeys=passkeys.list_passkeys(account_id),
        site=site(),
        notices=browsers.notices_for(account_id, hash_of(cookies.read(cookies.DEVICE))),
        words=device_words,
    )


@bp.post("/settings/look")
@signed_in()
def set_look() -> ResponseReturnValue:
    """Theme and type size."""
    large = request.form.get("large_type")
    sessions.set_preferences(
        g.identity.actor.account_id,
        theme=request.form.get("theme") or None,
        large_type=None if large is None else large == "1",
    )
    return redirect(safe_target(request.form.get("next")))


@bp.post("/settings/sessions/<prefix>/end")
@signed_in()
def end_session(prefix: str) -> ResponseReturnValue:
    """Sign another browser out."""
    sessions.end_own_session(g.identity.actor.account_id, prefix)
    flash(_("That browser has been signed out."), "success")
    return redirect(url_for("accounts.own_settings"))
