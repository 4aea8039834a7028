"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from training_app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public(identify=False)
def healthz() -> ResponseReturnValue:
    """The process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public(identify=False)
def readyz() -> ResponseReturnValue:
    """Each dependency, and whether it works; 503 when one that matters does not. No details to strangers.

    A clock that is off is no reason to send people away: the answer is 200 with the status ``degraded``.
    """
    checks: dict[str, Callable[[], bool]] = current_app.extensions["readiness"]
    found = {name: "ok" if _works(check) else "failed" for name, check in checks.items()}
    good = all(state == "ok" for state in found.values())
    offset = current_app.extensions["clock_offset"](ask_database=found.get("database") == "ok")
    status = "failed" if not good else "degraded" if offset.state == "degraded" else "ok"
    said = {"state": offset.state, "system_ms": offset.system_ms, "database_ms": offset.database_ms}
    return jsonify(status=status, checks=found, clock_offset=said), 200 if good else 503


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever it is, the dependency does not work
        return False
