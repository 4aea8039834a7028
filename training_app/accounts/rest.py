"""Signing in and out for programs; who am I."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from training_app.accounts.services import sessions
from training_app.accounts.services.browsers import API_DEVICE
from training_app.accounts.services.devices import hash_of
from training_app.web import cookies, csrf
from training_app.web.access import public, signed_in
from training_app.web.errors import json_error
from training_app.web.json import Body, api, json_body

bp = Blueprint("accounts_rest", __name__)


class SignInBody(Body):
    """User name and password; ``otp`` is taken and, until a second factor is set up, not needed."""

    username: str = Field(max_length=60)
    password: str = Field(max_length=200)
    otp: str | None = None


class Me(BaseModel):
    """The signed-in person."""

    account_id: int
    name: str
    roles: list[str]
    must_change_password: bool
    csrf_token: str


@bp.post("/api/v1/session")
@public(identify=False, csrf=False)
@api("Sign in; the answer sets the session cookie", body=SignInBody, answer=Me, statuses=(200, 400, 401, 415, 422))
def sign_in() -> ResponseReturnValue:
    """Open a session. The JSON body keeps other sites from posting here by a form."""
    body = json_body(SignInBody)
    device = hash_of(cookies.read(cookies.DEVICE)) or API_DEVICE
    opened = sessions.sign_in(body.username, body.password, browser="API", device=device)
    if opened is None:
        return json_error(
            401, "wrong_credentials", _("User name or password is wrong, or the account is locked for 15 minutes.")
        )
    found = sessions.find_session(opened.cookie)
    assert found is not None  # noqa: S101 - it was opened a moment ago
    response: Response = jsonify(
        _me(
            found.actor.account_id,
            found.actor.name,
            sorted(found.actor.roles),
            found.must_change_password,
            found.session_hash,
        )
    )
    cookies.write(response, cookies.SESSION, opened.cookie)
    return response


@bp.delete("/api/v1/session")
@signed_in(before_password=True)
@api("Sign out", statuses=(204, 401))
def sign_out() -> ResponseReturnValue:
    """End this session."""
    sessions.sign_out(g.identity.session_hash)
    response = Response(status=204)
    cookies.clear(response, cookies.SESSION)
    return response


@bp.get("/api/v1/me")
@signed_in(before_password=True)
@api("The signed-in person, roles and the token for posts", answer=Me, statuses=(200, 401))
def me() -> ResponseReturnValue:
    """Who am I."""
    actor = g.identity.actor
    return jsonify(
        _me(actor.account_id, actor.name, sorted(actor.roles), g.identity.must_change_password, g.identity.session_hash)
    )


def _me(account_id: int | None, name: str, roles: list[str], must_change: bool, session_hash: str) -> dict[str, object]:  # noqa: FBT001 - one call each
    return {
        "account_id": account_id,
        "name": name,
        "roles": roles,
        "must_change_password": must_change,
        "csrf_token": csrf.token_for(session_hash),
    }
