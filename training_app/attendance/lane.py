"""A short lane for the one request that a whole hall sends in the same minute: ``POST /api/v1/check-ins``.

It stands in front of Flask and answers only a press that is plainly in order: well-formed, with its session's token,
from somebody whom the route's own declaration lets in, and accepted by the same rules. Those that arrive together are
read and stored together (``services/together.py``). Every other request, and every press whose answer would be anything
but 201, goes on to the ordinary route as if the lane were not there: the lane makes an answer faster, never another.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from flask import Flask
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.http import parse_cookie
from werkzeug.sansio.utils import host_is_trusted

from training_app.accounts.api import hash_of
from training_app.attendance import code_rules
from training_app.attendance.queries.presses import Press
from training_app.attendance.rest import CheckIn, browser_family, outcome_said
from training_app.attendance.services.judging import Outcome
from training_app.attendance.services.together import check_in_together
from training_app.core import crypto
from training_app.core.group_commit import Group
from training_app.web import cookies, csrf, headers
from training_app.web.access import access_of
from training_app.web.arrival import arrived_at
from training_app.web.json import parse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/api/v1/check-ins"
_ENDPOINT = "attendance_rest.check_in"
_LONGEST = 1000  # bytes; a press has about 120
_MOST_TOGETHER = 64

log = structlog.get_logger()
_browser = lru_cache(maxsize=512)(browser_family)


class Lane:
    """Answers presses that are plainly in order; hands everything else on."""

    def __init__(self, app: Flask, onward: WSGIApplication) -> None:
        """Stand in front of ``onward``, the ordinary way."""
        access = access_of(app, _ENDPOINT)
        if access is None or access.permission is None or not access.csrf or access.fresh:
            raise RuntimeError("the lane knows only a permission and the token")
        self._app, self._onward, self._permission = app, onward, access.permission
        is_https = app.config["IS_HTTPS"]
        self._session, self._device, self._ticket = (
            cookies.name_of(name, is_https=is_https) for name in (cookies.SESSION, cookies.DEVICE, cookies.TICKET)
        )
        self._headers = [
            ("Content-Type", "application/json"),
            ("Vary", "Cookie"),
            *headers.always(is_https=is_https).items(),
            *headers.DEFAULTS.items(),
        ]
        self._without_ticket = ("Set-Cookie", cookies.cleared(cookies.TICKET, is_https=is_https))
        self._group: Group[Press, Outcome | None] = Group(self._together, most=_MOST_TOGETHER)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on."""
        press = self._press(environ) if environ["PATH_INFO"] == PATH else None
        outcome = self._outcome(press) if press is not None else None
        if press is None or outcome is None:
            return self._onward(environ, start_response)
        said = json.dumps(outcome_said(outcome), ensure_ascii=False, separators=(",", ":"))
        body = said.encode() + b"\n"
        answer = [("Content-Length", str(len(body))), *self._headers]
        if press.ticket:
            answer.append(self._without_ticket)
        start_response("201 CREATED", answer)
        return [body]

    def _outcome(self, press: Press) -> Outcome | None:
        try:
            return self._group.do(press)
        except Exception as error:  # noqa: BLE001 - whatever it is, the ordinary way decides and answers
            log.warning("check-in lane", error=type(error).__name__)  # no text: it may name a session
            return None

    def _together(self, presses: Sequence[Press]) -> list[Outcome | None]:
        with self._app.app_context():
            return check_in_together(presses, self._permission)

    def _press(self, environ: WSGIEnvironment) -> Press | None:
        """The press a request is, if it is well-formed and carries the token of its session."""
        length = environ.get("CONTENT_LENGTH", "")
        if (
            environ["REQUEST_METHOD"] != "POST"
            or environ.get("CONTENT_TYPE") != "application/json"
            or not (length.isascii() and length.isdigit() and 0 < int(length) <= _LONGEST)
            or not host_is_trusted(environ.get("HTTP_HOST"), self._app.config["TRUSTED_HOSTS"])
        ):
            return None
        jar = parse_cookie(environ.get("HTTP_COOKIE", ""))
        session = jar.get(self._session, "")
        session_hash = crypto.digest(session)
        if not session or not csrf.fits(environ.get("HTTP_X_CSRFTOKEN", ""), session_hash):
            return None
        raw = environ["wsgi.input"].read(int(length))
        arrived = arrived_at(environ)
        environ["wsgi.input"] = io.BytesIO(raw)  # for the ordinary way, should it come to that
        try:
            body = CheckIn.model_validate(parse(raw))
        except (BadRequest, ValidationError):
            return None
        code = code_rules.parse_code(body.code) if body.code else None
        ticket = jar.get(self._ticket, "") if not body.code else ""
        if body.kind != "in" or body.position is not None or (code is None and not ticket):
            return None
        return Press(
            session_hash,
            hash_of(jar.get(self._device, "")),
            _browser(environ.get("HTTP_USER_AGENT", "")),
            body.nonce,
            code,
            crypto.digest(ticket) if ticket else "",
            arrived,
        )
