"""Static files packed at build time: a browser that reads gzip gets the ``.gz`` beside a file."""

from __future__ import annotations

import mimetypes
from pathlib import Path

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
