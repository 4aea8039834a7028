"""Screens of accounts, by topic; ``bp`` is the one blueprint they share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "accounts",
    "training_app.accounts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/accounts",
)


def blueprint() -> Blueprint:
    """The blueprint with every screen registered on it."""
    # They register their routes on import.
    from training_app.accounts.views import accounts_admin, browsers, entry, own, passkeys, phone, units  # noqa: F401, PLC0415

    return bp
