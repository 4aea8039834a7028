"""Sign-ins from browsers not known before, as their owner is told of them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.device_words import device_words
from training_app.accounts.services import browsers
from training_app.accounts.services.devices import hash_of
from training_app.accounts.views import bp
from training_app.accounts.views.entry import safe_target
from training_app.core.actor import current_actor
from training_app.web import cookies
from training_app.web.access import signed_in


def sign_in_notices(*, account_id: int) -> str:
    """Tell the owner, in a browser that was known before, until they say whose sign-in it was."""
    found = browsers.notices_for(account_id, hash_of(cookies.read(cookies.DEVICE)))
    return render_template("accounts/_sign_in_panel.html", notices=found, words=device_words) if found else ""


@bp.post("/settings/sign-ins/<int:notice_id>/own")
@signed_in()
def own_sign_in(notice_id: int) -> ResponseReturnValue:
    """It was the owner: not told any more."""
    browsers.settle_notice(
        current_actor().account_id or 0, notice_id, own=True, device=hash_of(cookies.read(cookies.DEVICE))
    )
    return redirect(safe_target(request.form.get("next")), 303)


@bp.post("/settings/sign-ins/<int:notice_id>/foreign")
@signed_in()
def foreign_sign_in(notice_id: int) -> ResponseReturnValue:
    """It was somebody else: that session ends, and the password is changed next, since somebody knows it."""
    browsers.settle_notice(
        current_actor().account_id or 0, notice_id, own=False, device=hash_of(cookies.read(cookies.DEVICE))
    )
    flash(
        _("That browser is signed out. Somebody knows your password: change it now, and tell your class teacher."),
        "info",
    )
    return redirect(url_for("accounts.change_password"), 303)
