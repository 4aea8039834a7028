"""The public page on which anybody holding a certificate can see whether it is valid."""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from training_app.core import clock
from training_app.results import labels
from training_app.results.queries.certificates import find_public_certificate
from training_app.results.queries.letterhead import letterhead
from training_app.results.views import bp
from training_app.web.access import public

_PER_MINUTE = 30
_MOST_ADDRESSES = 5000
_asked: OrderedDict[str, tuple[int, int]] = OrderedDict()
_lock = threading.Lock()


@bp.get("/verify")
@public(identify=False)
def verify() -> ResponseReturnValue:
    """Ask for a code or a number; with one given, show its page."""
    typed = request.args.get("code", "").strip()[:60]
    if typed:
        return redirect(url_for("results.verified", code=typed))
    return _answer(render_template("results/verify.html", letterhead=letterhead()))


@bp.get("/V/<code>")
@public(identify=False)
def scanned(code: str) -> ResponseReturnValue:
    """Where the code on the paper leads; upper case makes it a smaller picture."""
    return redirect(url_for("results.verified", code=code[:60]))


@bp.get("/verify/<code>")
@public(identify=False)
def verified(code: str) -> ResponseReturnValue:
    """Name, class, date and validity of a certificate; nothing else."""
    _limit(request.remote_addr or "")
    found = find_public_certificate(code[:60])
    page = render_template("results/verified.html", found=found, code=code[:60], labels=labels, letterhead=letterhead())
    return _answer(page, 200 if found else 404)


def _answer(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _limit(address: str) -> None:
    """Lightly: so many questions a minute from one address, in this process."""
    minute = int(clock.unix() // 60)
    with _lock:
        since, count = _asked.get(address, (minute, 0))
        count = count + 1 if since == minute else 1
        _asked[address] = (minute, count)
        _asked.move_to_end(address)
        while len(_asked) > _MOST_ADDRESSES:
            _asked.popitem(last=False)
    if count > _PER_MINUTE:
        raise TooManyRequests
