"""Protection of posts: a token bound to the session, or for visitors to a cookie of their own.

Checked for every unsafe method of every route in one place, so that no form can forget it. A token is written down
differently on every page (a random pad, and the token under that pad), so that the length of a packed page beside words
of a stranger's choosing tells nothing about it (BREACH).
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

_LENGTH = 24  # bytes
_MADE = "zhixing.csrf_tokens"


class CsrfError(BadRequest):
    """The token is missing or belongs to another session."""

    description = EXPIRED


def token_for(session_hash: str) -> str:
    """The token of a signed-in session, under a new pad each time."""
    pad = secrets.token_bytes(_LENGTH)
    return base64.urlsafe_b64encode(pad + _under(pad, _secret(session_hash))).decode()


def fits(sent: str, session_hash: str) -> bool:
    """Whether this is a token of the session, whatever its pad."""
    try:
        both = base64.urlsafe_b64decode(sent)
    except ValueError:
        return False
    return len(both) == 2 * _LENGTH and hmac.compare_digest(
        _under(both[:_LENGTH], both[_LENGTH:]), _secret(session_hash)
    )


def token() -> str:
    """The token for the page being made; the same one wherever the page writes it."""
    session = _session()
    made: dict[str, str] = request.environ.setdefault(_MADE, {})
    if session not in made:
        made[session] = token_for(session)
    return made[session]


def _session() -> str:
    if g.get("identity") is not None:
        return str(g.identity.session_hash)
    visitor = cookies.read(cookies.VISITOR) or g.get("new_visitor")
    if not visitor:
        visitor = g.new_visitor = secrets.token_urlsafe(18)
    return "visitor:" + visitor


def _secret(session_hash: str) -> bytes:
    return crypto.mac("csrf", session_hash)[:_LENGTH]


def _under(pad: bytes, data: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, data, strict=True))


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
    if not fits(sent, _session()):
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
