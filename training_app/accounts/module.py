"""What accounts contribute to the whole."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from training_app.accounts.api import get_unit, list_root_units
from training_app.accounts.commands import user
from training_app.accounts.jobs import JOBS
from training_app.accounts.labels import audit_codes, audit_labels, audit_pages
from training_app.accounts.permissions import ACCOUNTS, ROLES, UNITS
from training_app.accounts.services import sessions
from training_app.accounts.views import blueprint
from training_app.accounts.views.browsers import sign_in_notices
from training_app.accounts.views.phone import checked_in_notice, home_notice
from training_app.core.module import MenuItem, Module, Slot
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


def county_name() -> str:
    """The county as pages and documents name it, when the settings do not: the root of the units."""
    units = list_root_units()
    return units[0].name if len(units) == 1 else ""


def unit_name(unit_id: int | None) -> str:
    """The name of a person's unit at the top of the page."""
    if unit_id is None:
        return ""
    unit = get_unit(unit_id)
    return unit.short_name or unit.name


def _rest() -> Any:
    from training_app.accounts.rest import bp  # noqa: PLC0415 - routes are registered when the application is made

    return bp


MODULE = Module(
    name="accounts",
    blueprints=(blueprint, _rest),
    permissions=(UNITS, ACCOUNTS, ROLES),
    menu=(
        MenuItem("accounts.unit_list", _l("Units"), "building", 88, section="admin", tables=("accounts.unit_",)),
        MenuItem(
            "accounts.account_list", _l("Accounts"), "user-cog", 90, section="admin", tables=("accounts.account_",)
        ),
        MenuItem(
            "accounts.own_settings",
            _l("My account"),
            "user",
            95,
            section="admin",
            phone=True,
            short=_l("Account"),
            audience="trainee",
        ),
        MenuItem("accounts.own_phone", _l("My phone"), "device-mobile", 96, section="admin", audience="trainee"),
    ),
    slots=(
        Slot("me.home", "", 0, sign_in_notices, key="sign-ins"),
        Slot("me.home", "", 1, home_notice, key="phone"),
        Slot("check_in.done", "", 1, checked_in_notice, key="phone"),
    ),
    jobs=JOBS,
    providers={"audit.codes": audit_codes, "audit.labels": audit_labels, "audit.pages": audit_pages},
    commands=(user,),
)
