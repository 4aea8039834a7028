"""What accounts contribute to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.accounts.commands import user
from training_app.accounts.jobs import JOBS
from training_app.accounts.permissions import ACCOUNTS, ROLES, UNITS
from training_app.accounts.services import sessions
from training_app.accounts.views import blueprint
from training_app.core.module import MenuItem, Module
from training_app.web.access import Identity


def identify(cookie: str) -> Identity | None:
    """The person behind a session cookie, for the web ground."""
    found = sessions.find_session(cookie)
    if found is None:
        return None
    if found.stale:
        sessions.touch(found.session_hash)
    return Identity(
        found.actor,
        found.session_hash,
        found.confirmed_at,
        found.must_change_password,
        found.locale,
        found.theme,
        found.large_type,
    )


def _rest() -> Any:
    from training_app.accounts.rest import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


MODULE = Module(
    name="accounts",
    blueprints=(blueprint, _rest),
    permissions=(UNITS, ACCOUNTS, ROLES),
    menu=(
        MenuItem(
            "accounts.own_settings", _l("My account"), "user", 95, section="admin", phone=True, audience="trainee"
        ),
    ),
    jobs=JOBS,
    commands=(user,),
)
