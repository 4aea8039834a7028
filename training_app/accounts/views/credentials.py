"""Who proves what by which means: the password, or in its place a passkey, as forms bring them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from training_app.accounts.forms import ConfirmPasswordForm
from training_app.accounts.services import passkeys
from training_app.accounts.services.ceremony import Credential, Site
from training_app.accounts.services.proving import prove_by_password
from training_app.core import crypto
from training_app.core.actor import current_actor
from training_app.web import cookies
from training_app.web.json import parse

_LONGEST = 20_000  # characters of what a browser answers; a real answer has about 1,500


def site() -> Site | None:
    """Whom passkeys are made for: the host of the address people use; None where browsers would refuse them."""
    address = urlsplit(current_app.config["BASE_URL"] or request.host_url)
    host = address.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{address.scheme}://{address.netloc}", _("Zhixing")) if host else None
    return None  # passkeys belong to names; browsers refuse addresses


def credential_sent() -> Credential | None:
    """What the browser's authenticator answered, when a form brings it; {} for what is no such answer."""
    raw = request.form.get("credential", "")
    if not raw:
        return None
    try:
        found = parse(raw.encode()) if len(raw) <= _LONGEST else {}
    except BadRequest:
        return {}
    return found if isinstance(found, dict) else {}


def door_holder() -> str:
    """Whose challenge it is before anybody has signed in: this browser's, by its visitor's cookie."""
    return crypto.digest("visitor:" + cookies.read(cookies.VISITOR))


def proved_by_passkey() -> bool:
    """Whether the form now sent brings a genuine passkey of the signed-in person."""
    credential, place = credential_sent(), site()
    if not credential or place is None:
        return False
    return passkeys.prove(current_actor().account_id or 0, credential, place, holder=g.identity.session_hash)


def offers_passkey() -> bool:
    """Whether a passkey may be used here in place of the password."""
    return site() is not None and bool(passkeys.list_passkeys(current_actor().account_id or 0))


def proved(form: ConfirmPasswordForm) -> bool:
    """Whether the form brings the password, or in its place a passkey; what was wrong stands in the form."""
    if credential_sent() is not None:
        if proved_by_passkey():
            return True
        form.password.errors = [_("The passkey could not be checked. Please try once more, or give your password.")]
        return False
    if not form.validate_on_submit():
        return False
    if prove_by_password(current_actor().account_id or 0, form.password.data):
        return True
    form.password.errors = [_("This is not your present password.")]
    return False
