"""Signing in and out, the first password, the language."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training_app.accounts.forms import ChangePasswordForm, ConfirmPasswordForm, SignInForm
from training_app.accounts.services import passkeys, sessions
from training_app.accounts.services.devices import DEVICE_LIFE, hash_of, new_key
from training_app.accounts.views import bp
from training_app.accounts.views.credentials import credential_sent, door_holder, offers_passkey, proved, site
from training_app.core.errors import DomainError
from training_app.web import cookies
from training_app.web.access import public, signed_in

_SAFE_TARGET = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*")


def safe_target(target: str | None) -> str:
    """Where to go after signing in: a path of this server, or the start page (open redirects, SECURITY.md 5.6)."""
    if not target or not _SAFE_TARGET.fullmatch(target):
        return "/"
    return target if urlsplit(urljoin(request.host_url, target)).netloc == request.host else "/"


def browser_name() -> str:
    """Family and system of the browser, never its full description."""
    agent = request.user_agent.string
    families = (
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("OpenHarmony", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    family = next((name for mark, name in families if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return " ".join(part for part in (family, system) if part)


@bp.route("/sign-in", methods=["GET", "POST"])
@public()
def sign_in() -> ResponseReturnValue:
    """The door."""
    target = safe_target(request.args.get("next"))
    if g.identity is not None and request.method == "GET":
        return redirect(target)
    form, place, credential = SignInForm(), site(), credential_sent()
    opened = None
    key = cookies.read(cookies.DEVICE) or new_key()
    if credential is not None and place is not None:
        typed = request.form.get("typed", "")[:200]
        opened = passkeys.sign_in(
            credential, place, holder=door_holder(), username=typed, browser=browser_name(), device=hash_of(key)
        )
        if opened is None:
            flash(_("This passkey does not sign you in here. Please try once more, or use your password."), "danger")
            form = SignInForm(formdata=None, username=typed)
    elif form.validate_on_submit():
        opened = sessions.sign_in(form.username.data, form.password.data, browser=browser_name(), device=hash_of(key))
        if opened is None:
            flash(_("User name or password is wrong, or the account is locked for 15 minutes."), "danger")
    elif request.method == "GET":
        return _door(form), 200
    else:
        return _door(form), 422
    if opened is None:
        return _door(form), 401
    response: Response = redirect(url_for("accounts.change_password") if opened.must_change_password else target)
    cookies.write(response, cookies.SESSION, opened.cookie)
    if opened.keeps_browser:
        cookies.write(response, cookies.DEVICE, key, lasts=DEVICE_LIFE)
    cookies.clear(response, cookies.VISITOR)
    return response


def _door(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, site=site())


@bp.post("/sign-out")
@signed_in(before_password=True)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    sessions.sign_out(g.identity.session_hash)
    response: Response = redirect(url_for("accounts.sign_in"))
    cookies.clear(response, cookies.SESSION)
    return response


@bp.route("/password", methods=["GET", "POST"])
@signed_in(before_password=True)
def change_password() -> ResponseReturnValue:
    """Change one's own password; asked of everyone at the first sign-in."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            sessions.change_password(
                g.identity.actor.account_id, form.old.data, form.new.data, session_hash=g.identity.session_hash
            )
        except DomainError as error:
            form.take(error)
        else:
            flash(_("Your password has been changed. Other browsers have been signed out."), "success")
            return redirect("/")
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/change_password.html", form=form, first=g.identity.must_change_password), status


@bp.route("/password/confirm", methods=["GET", "POST"])
@signed_in()
def confirm_password() -> ResponseReturnValue:
    """Ask for the password, or a passkey, again before an act that wants it fresh."""
    form = ConfirmPasswordForm()
    target = safe_target(request.args.get("next"))
    if request.method == "POST" and proved(form):
        sessions.mark_confirmed(g.identity.session_hash)
        return redirect(target)
    page = render_template("accounts/confirm_password.html", form=form, site=site() if offers_passkey() else None)
    return page, 422 if form.is_submitted() else 200


@bp.post("/locale")
@public()
def set_locale() -> ResponseReturnValue:
    """Switch the language; remembered with the account, for visitors in a cookie."""
    locale = request.form.get("locale", "")
    response: Response = redirect(safe_target(request.form.get("next")))
    if locale in ("zh_CN", "en"):
        if g.identity is not None:
            sessions.set_preferences(g.identity.actor.account_id, locale=locale)
        else:
            response.set_cookie("locale", locale, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
