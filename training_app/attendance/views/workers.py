"""Scripts that keep a page usable without a network.

A browser lets them serve only what lies below their own address, so they are answered there and not as static files.
"""

from __future__ import annotations

from flask import Response, current_app, send_from_directory
from flask.typing import ResponseReturnValue

from training_app.attendance.views import bp
from training_app.web.access import public


@bp.get("/me/badge-worker.js")
@public(identify=False)
def badge_worker() -> ResponseReturnValue:
    """The script that keeps the badge; the page asks it to serve the badge only."""
    return _script("badge-worker.js")


@bp.get("/scan/worker.js")
@public(identify=False)
def scan_worker() -> ResponseReturnValue:
    """The script that keeps the page for scanning badges: it serves /scan/ only."""
    return _script("scan-worker.js")


def _script(name: str) -> Response:
    response = send_from_directory(
        str(current_app.blueprints["attendance"].static_folder), name, mimetype="text/javascript"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
