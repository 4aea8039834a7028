"""Static files packed: a browser that reads gzip gets the ``.gz`` built beside a file, or one made on first use."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    """Let the application's own static route look for the packed neighbour first."""
    folder = Path(str(app.static_folder))
    packed = frozenset(str(path.relative_to(folder))[:-3] for path in folder.rglob("*.gz"))

    def static(filename: str) -> Response:
        if filename not in packed or not request.accept_encodings.quality("gzip"):
            return app.send_static_file(filename)
        response = app.send_static_file(f"{filename}.gz")
        response.mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Disposition"] = "inline"
        response.vary.add("Accept-Encoding")
        return response

    app.view_functions["static"] = static


def pack(app: Flask, endpoint: str) -> None:
    """Let a feature's own static route pack its scripts and styles, each once per process."""
    plain = app.view_functions[endpoint]

    def static(**values: str) -> Response:
        response = cast("Response", plain(**values))
        text = response.mimetype in _TEXT and response.status_code == 200
        if not text or not request.accept_encodings.quality("gzip"):
            return response
        response.direct_passthrough = False
        response.set_data(_packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response

    app.view_functions[endpoint] = static


_TEXT = frozenset({"text/javascript", "application/javascript", "text/css"})


@lru_cache(maxsize=128)
def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)
