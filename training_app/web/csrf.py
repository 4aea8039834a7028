"""Protection of posts: a token bound to the session, or for visitors to a cookie of their own.

Checked for every unsafe method of every route in one place, so that no form can forget it.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from flask import Flask, Response, g, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from training_app.core import crypto
from training_app.core.text import N_
from training_app.web import cookies

EXPIRED = N_("This page has been open too long, or was opened before you signed in. Please send it again.")


class CsrfError(BadRequest):
    """The token is missing or belongs to another session."""

    description = EXPIRED


def token_for(session_hash: str) -> str:
    """The token of a signed-in session."""
    return base64.urlsafe_b64encode(crypto.mac("csrf", session_hash)[:24]).decode()


def token() -> str:
    """The token for the page being made."""
    if g.get("identity") is not None:
        return token_for(g.identity.session_hash)
    visitor = cookies.read(cookies.VISITOR) or g.get("new_visitor")
    if not visitor:
        visitor = g.new_visitor = secrets.token_urlsafe(18)
    return token_for("visitor:" + visitor)


def field() -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token())


def check() -> None:
    """Refuse a post without the right token.

    Raises:
        CsrfError: missing or wrong.
    """
    sent = request.headers.get("X-CSRFToken") or request.form.get("csrf_token", "")
    if g.get("identity") is None and not cookies.read(cookies.VISITOR):
        raise CsrfError
    if not hmac.compare_digest(sent.encode(), token().encode()):
        raise CsrfError


def init_app(app: Flask) -> None:
    """Give visitors their cookie when a page with a form was made for them."""
    app.jinja_env.globals.update(csrf_field=field, csrf_token=token)

    @app.after_request
    def _keep(response: Response) -> Response:
        visitor = g.get("new_visitor")
        if visitor:
            cookies.write(response, cookies.VISITOR, visitor)
        return response
