"""The own phone: the browser one is known by at check-in; changed by oneself, or released by staff."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training_app.accounts import queries
from training_app.accounts.forms import ConfirmPasswordForm, ReasonForm
from training_app.accounts.permissions import ACCOUNTS
from training_app.accounts.phone_story import bound_phone, phone_story, unread_change
from training_app.accounts.services import devices, phones
from training_app.accounts.views import bp
from training_app.accounts.views.credentials import offers_passkey, proved, site
from training_app.accounts.views.entry import browser_name, safe_target
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.web import cookies
from training_app.web.access import requires, signed_in


@bp.get("/settings/phone")
@signed_in()
def own_phone() -> ResponseReturnValue:
    """The bound browser, what may be done about it, and every change so far."""
    return _own_page(ConfirmPasswordForm())


@bp.post("/settings/phone")
@signed_in()
def change_own_phone() -> ResponseReturnValue:
    """Make this browser the own one, by the password or a passkey given now."""
    form = ConfirmPasswordForm()
    if not proved(form):
        return _own_page(form), 422
    key = cookies.read(cookies.DEVICE) or devices.new_key()
    try:
        decision = phones.change_own_phone(
            current_actor().account_id or 0, key_hash=devices.hash_of(key), browser=browser_name()
        )
    except DomainError as error:
        form.take(error)
        return _own_page(form), 409
    if decision.verdict != "yes":
        return _own_page(form), 409
    flash(_("This phone is yours from now on; the next check-in with it raises no doubt."), "success")
    response: Response = redirect(url_for("accounts.own_phone"), 303)
    cookies.write(response, cookies.DEVICE, key, lasts=devices.DEVICE_LIFE)
    return response


@bp.post("/settings/phone/read")
@signed_in()
def read_phone_notice() -> ResponseReturnValue:
    """Take the notice about the last change away."""
    phones.read_notice(current_actor().account_id or 0)
    return redirect(safe_target(request.form.get("next")), 303)


@bp.get("/accounts/<int:account_id>/phone/release")
@requires(ACCOUNTS["create"])
def account_ask_release(account_id: int) -> ResponseReturnValue:
    """Ask why, before somebody's phone is released."""
    return _release_page(account_id, ReasonForm())


@bp.post("/accounts/<int:account_id>/phone/release")
@requires(ACCOUNTS["create"])
def account_release(account_id: int) -> ResponseReturnValue:
    """Release somebody's phone: the next one they check in with becomes theirs."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            phones.release_phone(account_id, reason=form.reason.data or "")
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The phone is released: the next one used for checking in becomes this person's."), "success")
            return redirect(url_for("accounts.account_show", account_id=account_id), 303)
    return _release_page(account_id, form), 422


def home_notice(*, account_id: int) -> str:
    """Tell the owner on the start page that the phone was changed or released, until they say they have read it."""
    change = unread_change(account_id)
    return render_template("accounts/_phone_notice.html", change=change) if change else ""


def checked_in_notice(*, account_id: int) -> str:
    """Say under the ✔ in one sentence that this is another browser than the bound one; it never blocks."""
    bound = bound_phone(account_id)
    if bound is None or bound.key_hash == devices.hash_of(cookies.read(cookies.DEVICE)):
        return ""
    return render_template("accounts/_phone_other.html")


def _own_page(form: ConfirmPasswordForm) -> str:
    account_id = current_actor().account_id or 0
    return render_template(
        "accounts/phone.html",
        form=form,
        story=phone_story(account_id),
        decision=phones.judge_change(account_id, devices.hash_of(cookies.read(cookies.DEVICE))),
        unread=unread_change(account_id),
        this_browser=browser_name(),
        site=site() if offers_passkey() else None,
    )


def _release_page(account_id: int, form: ReasonForm) -> str:
    account = queries.get_account_row(account_id)
    return render_template("accounts/phone_release.html", account=account, form=form, story=phone_story(account_id))
