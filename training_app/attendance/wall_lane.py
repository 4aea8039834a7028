"""A short lane for the feed of the live wall, which 500 pages ask for every three seconds.

It stands in front of Flask and only repeats: to a page whose session the ordinary route let in within the last seconds,
it says what the wall says now. Every other request goes on to the ordinary route, which decides who may see what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.sansio.http import parse_cookie
from werkzeug.sansio.utils import host_is_trusted

from training_app.attendance.queries.wall import Said, Shared, shared_here
from training_app.core import crypto
from training_app.web import cookies, headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH = re.compile(r"/api/v1/lessons/([1-9][0-9]{0,8})/wall", re.ASCII)


class WallLane:
    """Repeats the wall to pages that were let in; hands everything else on."""

    def __init__(self, app: Flask, onward: WSGIApplication) -> None:
        """Stand in front of ``onward``, the ordinary way."""
        self._app, self._onward = app, onward
        self._shared: Shared | None = None  # the engine is made with the first request
        is_https = app.config["IS_HTTPS"]
        self._session = cookies.name_of(cookies.SESSION, is_https=is_https)
        self._headers = [("Vary", "Cookie"), *headers.always(is_https=is_https).items(), *headers.DEFAULTS.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on."""
        path = environ["PATH_INFO"]
        said = self._again(environ, path) if path.endswith("/wall") and path.startswith("/api/") else None
        if said is None:
            return self._onward(environ, start_response)
        etag = f'"{said.etag}"'
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            start_response("304 NOT MODIFIED", [("ETag", etag), *self._headers])
            return []
        length = str(len(said.body))
        kind = ("Content-Type", "application/json")
        start_response("200 OK", [kind, ("Content-Length", length), ("ETag", etag), *self._headers])
        return [said.body]

    def _again(self, environ: WSGIEnvironment, path: str) -> Said | None:
        match = _PATH.fullmatch(path)
        if (
            match is None
            or environ["REQUEST_METHOD"] != "GET"
            or environ.get("QUERY_STRING")
            or not host_is_trusted(environ.get("HTTP_HOST"), self._app.config["TRUSTED_HOSTS"])
        ):
            return None
        session = parse_cookie(environ.get("HTTP_COOKIE", "")).get(self._session, "")
        if not session:
            return None
        return self._said(int(match[1]), crypto.digest(session))

    def _said(self, lesson_id: int, session_id: str) -> Said | None:
        shared = self._shared or self._find_shared()
        said = shared.again(lesson_id, session_id)
        if said == "old":
            with self._app.app_context():
                shared.look(lesson_id)
            said = shared.again(lesson_id, session_id)
        return said if isinstance(said, Said) else None

    def _find_shared(self) -> Shared:
        with self._app.app_context():
            self._shared = shared_here()
        return self._shared
