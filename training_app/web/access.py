"""Who may use a route: declared on the route itself, denied when nothing is declared.

The order below the route decorator matters: ``@bp.get(…)`` first, then ``@requires(…)``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as BaseResponse

from training_app.core import clock
from training_app.core.actor import ANONYMOUS, Actor, set_actor
from training_app.core.errors import NotAllowed
from training_app.core.permissions import Permission
from training_app.web import cookies, csrf

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__access__"


@dataclass(frozen=True)
class Access:
    """What a route declares: ``public``, ``signed_in``, or a permission."""

    kind: str
    permission: Permission | None = None
    identify: bool = True
    csrf: bool = True
    fresh: bool = False  # wants the password given within the last ten minutes
    before_password: bool = False  # may be used before the first password has been changed


@dataclass(frozen=True)
class Identity:
    """What the accounts feature found behind a session cookie."""

    actor: Actor
    session_hash: str
    confirmed_at: datetime
    must_change_password: bool
    locale: str
    theme: str
    large_type: bool


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login wants to see one."""

    def __init__(self, identity: Identity) -> None:
        """Wrap what was found."""
        self.identity = identity
        self.id = identity.actor.account_id


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """A visitor who has not signed in."""

    identity: Identity | None = None


def requires(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """Demand a permission; ``fresh``: and the password given within the last ten minutes."""
    return _declare(Access("permission", permission, fresh=fresh))


def signed_in(*, before_password: bool = False) -> Callable[[View], View]:
    """Demand only that somebody has signed in; the view itself shows no more than their own."""
    return _declare(Access("signed_in", before_password=before_password))


def public(*, identify: bool = True, csrf: bool = True) -> Callable[[View], View]:
    """Let anybody use the route. ``csrf`` off only where a JSON body and no cookie is what counts."""
    return _declare(Access("public", identify=identify, csrf=csrf, before_password=True))


def serve_publicly(view: Callable[..., Any]) -> Callable[..., Any]:
    """A blueprint's static files, declared public; Flask gives them as a bound method, which takes no mark."""

    def serve(**values: Any) -> Any:
        return view(**values)

    serve.__access__ = Access("public", identify=False)  # type: ignore[attr-defined]
    return serve


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


def declare(app: Flask, endpoint: str, access: Access) -> None:
    """Declare what a route that no view of ours stands behind demands (static files)."""
    app.extensions.setdefault("declared_access", {})[endpoint] = access


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What a route has declared; None is a defect that answers 500."""
    declared: dict[str, Access] = app.extensions.get("declared_access", {})
    return declared.get(endpoint) or getattr(app.view_functions[endpoint], _MARK, None)


def may_open(app: Flask, endpoint: str, actor: Actor) -> bool:
    """Whether the route's own declaration passes for this person (the menu asks)."""
    access = access_of(app, endpoint)
    if access is None:
        return False
    if access.permission is not None:
        return access.permission.held_by(actor)
    return access.kind == "public" or not actor.is_anonymous


def wants_json() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def init_app(app: Flask, identify: Callable[[str], Identity | None]) -> None:
    """Guard every request; ``identify`` turns a session cookie into a person, or None."""
    login = LoginManager()
    login.session_protection = None  # the session is a row of ours, not Flask's cookie
    login.anonymous_user = Nobody

    @login.request_loader  # type: ignore[untyped-decorator]
    def _load(_request: object) -> SignedIn | None:
        cookie = cookies.read(cookies.SESSION)
        identity = identify(cookie) if cookie else None
        return SignedIn(identity) if identity else None

    login.init_app(app)

    declare(app, "static", Access("public", identify=False))

    @app.before_request
    def _guard() -> BaseResponse | None:
        g.request_id = uuid.uuid4().hex
        g.identity = None
        set_actor(ANONYMOUS)
        if request.endpoint is None or request.routing_exception is not None:
            _identify()  # the error page shows the navigation of whoever is signed in
            return None
        access = access_of(app, request.endpoint)
        if access is None:
            raise RuntimeError(f"route {request.endpoint} declares no access")
        if access.identify:
            _identify()
        identity: Identity | None = g.identity
        if access.kind != "public" and identity is None:
            return _ask_to_sign_in()
        if identity is not None and identity.must_change_password and not access.before_password:
            if wants_json():
                raise NotAllowed(code="password_change_needed")
            return redirect(url_for("accounts.change_password"))
        if access.csrf and request.method not in ("GET", "HEAD", "OPTIONS"):
            csrf.check()
        if access.permission is not None and identity is not None:
            if not access.permission.held_by(identity.actor):
                raise NotAllowed
            if access.fresh and not is_fresh(identity):
                return _ask_for_password()
        return None

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        set_actor(ANONYMOUS)


def is_fresh(identity: Identity) -> bool:
    """Whether the password was given within the last ten minutes."""
    return (clock.now() - identity.confirmed_at).total_seconds() <= 600


def _identify() -> None:
    g.pop("_login_user", None)  # Flask-Login's; within one application context (tests) it would outlive the request
    user = current_user._get_current_object()  # noqa: SLF001 - Flask-Login's documented way to the real object
    g.identity = user.identity
    if user.identity is not None:
        actor: Actor = user.identity.actor
        set_actor(actor)


def _ask_to_sign_in() -> BaseResponse:
    if wants_json():
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    response: Response = redirect(url_for("accounts.sign_in", next=target))  # type: ignore[assignment]
    return response


def _ask_for_password() -> BaseResponse:
    if wants_json():
        raise NotAllowed(code="password_needed")
    target = request.full_path.rstrip("?") if request.method == "GET" else request.headers.get("Referer", "/")
    return redirect(url_for("accounts.confirm_password", next=target))
