"""One table from expected errors to answers: a page for people, JSON for programs."""

from __future__ import annotations

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, SecurityError

from training_app.core.away import is_away
from training_app.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, Refused
from training_app.core.text import N_
from training_app.web.access import wants_json
from training_app.web.csrf import CsrfError

log = structlog.get_logger()

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Refused, 422),
    (InvalidInput, 422),
    (DomainError, 400),
)
# Message and title of each status a person can meet.
TITLES = {
    400: (N_("The request was not understood"), N_("Something in it does not fit. Please go back and try again.")),
    401: (N_("Please sign in"), N_("You have to sign in to see this.")),
    403: (N_("You may not do this"), N_("Your role does not include it. Ask the administrator if it should.")),
    404: (N_("Not found"), N_("This does not exist, or you may not see it.")),
    405: (N_("The request was not understood"), N_("This address does not take such a request.")),
    409: (N_("It has changed meanwhile"), N_("This does not fit the present state.")),
    413: (N_("The file is too large"), N_("Please send a smaller one.")),
    415: (N_("The request was not understood"), N_("The content type does not fit.")),
    422: (N_("A rule forbids this"), N_("Please check what you entered.")),
    429: (N_("Too many attempts"), N_("Please wait a little and try again.")),
    500: (N_("Something went wrong here"), N_("It has been recorded. Nothing you entered before has been lost.")),
    503: (N_("Not available at the moment"), N_("Please try again in a minute.")),
}
CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_attempts",
    500: "internal",
    503: "unavailable",
}


def status_of(error: DomainError) -> int:
    """The HTTP status of an expected error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def translated(error: DomainError) -> str:
    """The error's message in the reader's language."""
    return str(_(error.message, **error.params))


def json_error(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> ResponseReturnValue:
    """The JSON interface's way to say no."""
    body: dict[str, object] = {"code": code, "message": message}
    if fields:
        body["fields"] = fields
    return jsonify(error=body), status


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CsrfError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _domain(error: DomainError) -> ResponseReturnValue:
    status = status_of(error)
    if wants_json():
        return json_error(status, error.code, translated(error), {k: _(v) for k, v in error.fields.items()})
    return _page(status, translated(error))


def _csrf(error: CsrfError) -> ResponseReturnValue:
    if wants_json():
        return json_error(400, "csrf", _(error.description))
    return _page(400, _(error.description))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, SecurityError):  # another host than ours: no page of ours is made for it, nor could it be
        return Response("Bad Request\n", 400, mimetype="text/plain")
    if error.response is not None or status < 400:
        return error.get_response()
    message = TITLES.get(status, TITLES[400])[1]
    if wants_json():
        return json_error(status, CODES.get(status, "error"), _(message))
    return _page(status, _(message))


def _unexpected(error: Exception) -> ResponseReturnValue:
    if is_away(error):
        return _away(error)
    log.error("unexpected error", request_id=g.get("request_id", ""), exc_info=error)
    if wants_json():
        return json_error(500, "internal", _(TITLES[500][1]))
    return _page(500, _(TITLES[500][1]))


def _away(error: Exception) -> ResponseReturnValue:
    """Nothing is wrong with the request: a program tries again by itself, a person in a minute."""
    log.error("database away", request_id=g.get("request_id", ""), exc_info=error)
    message = _(TITLES[503][1])
    response = current_app.make_response(json_error(503, CODES[503], message) if wants_json() else _page(503, message))
    response.headers["Retry-After"] = "1"
    return response


def _page(status: int, message: str) -> ResponseReturnValue:
    title, _message = TITLES.get(status, TITLES[400])
    page = render_template(
        "errors/error.html", status=status, title=_(title), message=message, request_id=g.get("request_id", "")
    )
    return page, status
