"""Names and flags of our cookies.

Behind https they carry the ``__Host-`` prefix (SECURITY.md 2.3); a county that serves plain http on its intranet
would lose every Secure cookie, so there the same cookies go by their bare names.
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, request
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

SESSION = "sid"
DEVICE = "dk"
TICKET = "ticket"
VISITOR = "visitor"


def _name(name: str) -> str:
    return name_of(name, is_https=current_app.config["IS_HTTPS"])


def name_of(name: str, *, is_https: bool) -> str:
    """The name under which the browser keeps it."""
    return f"__Host-{name}" if is_https else name


def read(name: str) -> str:
    """The value the browser sent, or ''."""
    return request.cookies.get(_name(name), "")


def write(response: Response, name: str, value: str, *, lasts: timedelta | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites do not send along with posts."""
    response.set_cookie(
        _name(name),
        value,
        max_age=lasts,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["IS_HTTPS"],
    )


def clear(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(_name(name), path="/", httponly=True, samesite="Lax", secure=current_app.config["IS_HTTPS"])


def cleared(name: str, *, is_https: bool) -> str:
    """The header that takes a cookie away, for answers made without Flask."""
    name = name_of(name, is_https=is_https)
    return dump_cookie(name, "", max_age=0, expires=0, path="/", secure=is_https, httponly=True, samesite="Lax")


def header(name: str, value: str, *, is_https: bool) -> str:
    """The pair as a client sends it in its Cookie header (load tests)."""
    return f"{name_of(name, is_https=is_https)}={value}"
