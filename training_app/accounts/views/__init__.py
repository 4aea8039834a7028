"""Screens of accounts, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", "training_app.accounts", template_folder="templates")


def blueprint() -> Blueprint:
    """The blueprint with every screen registered on it."""
    from training_app.accounts.views import entry, own  # noqa: F401, PLC0415 - they register their routes on import

    return bp
