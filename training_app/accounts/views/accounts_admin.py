"""Accounts and roles: made by the system administrator, given rights by the security administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts import labels, queries, rules
from training_app.accounts.api import list_units
from training_app.accounts.forms import AccountForm, ReasonForm
from training_app.accounts.permissions import ACCOUNTS, ROLES
from training_app.accounts.phone_story import phone_story
from training_app.accounts.services import people
from training_app.accounts.views import bp
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.permissions import ROLES as ROLE_CODES
from training_app.core.permissions import Group
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.errors import translated
from training_app.web.lists import export, list_query, wants_export


@bp.get("/accounts")
@requires(ACCOUNTS["view"])
def account_list() -> ResponseReturnValue:
    """All accounts: searched, filtered, sorted, in pages, or as a file."""
    query = list_query(sortable=queries.ACCOUNT_SORTABLE, default="username", filters=queries.ACCOUNT_FILTERS)
    page = queries.page_of_accounts(query, everything=bool(wants_export()))
    if wants_export():
        rows = [_line(row) for row in page.items]
        return export(_columns(), rows, _("Accounts"), query=query, filters=_filters())
    return render_template(
        "accounts/accounts.html",
        page=page,
        counts=queries.counts_of_accounts(),
        labels=labels,
        filters=_filters(),
    )


def _filters() -> list[dict[str, Any]]:
    return [
        {"name": "role", "label": _("Role"), "options": [(k, _(t)) for k, t in labels.ROLES.items()]},
        {"name": "family", "label": _("Kind of account"), "options": [(k, _(t)) for k, t in labels.FAMILIES.items()]},
        {"name": "state", "label": _("State"), "options": [(k, _(t)) for k, t in labels.STATES.items()]},
    ]


@bp.get("/accounts/<int:account_id>")
@requires(ACCOUNTS["view"])
def account_show(account_id: int) -> ResponseReturnValue:
    """An account: its state, its roles and how far they go."""
    return _account_page(account_id)


@bp.get("/accounts/new")
@requires(ACCOUNTS["create"])
def account_new() -> ResponseReturnValue:
    """The empty form."""
    form = AccountForm()
    form.offer(list_units())
    return render_template("accounts/account_form.html", form=form)


@bp.post("/accounts/new")
@requires(ACCOUNTS["create"])
def account_add() -> ResponseReturnValue:
    """Make an account; its first password is shown once."""
    form = AccountForm()
    form.offer(list_units())
    if form.validate_on_submit():
        try:
            account_id, password = people.open_account(
                username=form.username.data or "",
                display_name=form.display_name.data or "",
                family=form.family.data,
                unit_id=form.unit_id.data,
                position=(form.position.data or "").strip(),
            )
        except DomainError as error:
            form.take(error)
        else:
            return _password_page(account_id, password)
    return render_template("accounts/account_form.html", form=form), 422


@bp.post("/accounts/<int:account_id>/password")
@requires(ACCOUNTS["create"])
def account_reset(account_id: int) -> ResponseReturnValue:
    """Set a random password, shown once; all sessions of the account end."""
    return _password_page(account_id, people.reset_password(account_id))


@bp.get("/accounts/<int:account_id>/disable")
@requires(ACCOUNTS["create"])
def account_ask_disable(account_id: int) -> ResponseReturnValue:
    """Ask why, before somebody is kept from signing in."""
    return _disable_page(account_id, ReasonForm())


@bp.post("/accounts/<int:account_id>/disable")
@requires(ACCOUNTS["create"])
def account_disable(account_id: int) -> ResponseReturnValue:
    """Keep somebody from signing in, from the next request on."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            people.disable_account(account_id, reason=(form.reason.data or "").strip())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The account can no longer sign in; its sessions have ended."), "success")
            return redirect(url_for("accounts.account_show", account_id=account_id))
    return _disable_page(account_id, form), 422


@bp.post("/accounts/<int:account_id>/enable")
@requires(ACCOUNTS["create"])
def account_enable(account_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    people.enable_account(account_id)
    flash(_("The account can sign in again."), "success")
    return redirect(url_for("accounts.account_show", account_id=account_id))


@bp.post("/accounts/<int:account_id>/roles")
@requires(ROLES["grant"], fresh=True)
def account_grant(account_id: int) -> ResponseReturnValue:
    """Grant a role."""
    return _change_role(account_id, people.grant_role, _("The role has been granted; it counts from the next request."))


@bp.post("/accounts/<int:account_id>/roles/take")
@requires(ROLES["grant"], fresh=True)
def account_take(account_id: int) -> ResponseReturnValue:
    """Take a role away."""
    return _change_role(account_id, people.take_role, _("The role has been taken away, from the next request on."))


def _change_role(account_id: int, change: Any, done: str) -> ResponseReturnValue:
    queries.get_account_row(account_id)
    try:
        change(account_id, request.form.get("role", ""))
    except DomainError as error:
        flash(translated(error), "danger")
        return _account_page(account_id), 422
    flash(done, "success")
    return redirect(url_for("accounts.account_show", account_id=account_id))


def _account_page(account_id: int) -> str:
    account = queries.get_account_row(account_id)
    held = queries.grants_of(account_id)
    offered = [
        role for role in ROLE_CODES if rules.family_of(role) == account.family and role not in {g.role for g in held}
    ]
    return render_template(
        "accounts/account.html",
        account=account,
        is_self=account_id == current_actor().account_id,
        grants=held,
        offered=offered,
        rights={role: _rights_of(role) for role in [*(g.role for g in held), *offered]},
        sessions=queries.count_sessions(account_id),
        phone=phone_story(account_id),
        labels=labels,
    )


def _rights_of(role: str) -> list[tuple[str, str, str]]:
    """What a role may do, for people: (room, what, how far)."""
    groups: list[Group] = current_app.extensions["permission_groups"]
    found = []
    for group in groups:
        if role in group.grants:
            level, reach = group.grants[role]
            found.append((_(group.title), _(group[level].title), _(labels.REACHES[reach])))
    return found


def _password_page(account_id: int, password: str) -> ResponseReturnValue:
    account = queries.get_account_row(account_id)
    page = make_response(render_template("accounts/account_password.html", account=account, password=password))
    page.headers["Cache-Control"] = "no-store"
    return page


def _disable_page(account_id: int, form: ReasonForm) -> str:
    account = queries.get_account_row(account_id)
    sessions = queries.count_sessions(account_id)
    return render_template("accounts/account_disable.html", account=account, form=form, sessions=sessions)


def _columns() -> list[Column]:
    return [
        Column("username", _("User name")),
        Column("display_name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("position", _("Position")),
        Column("family_word", _("Kind of account")),
        Column("role_words", _("Roles")),
        Column("state_word", _("State")),
        Column("created_at", _("Created"), "date"),
        Column("last_sign_in_at", _("Last sign-in"), "date"),
    ]


def _line(row: queries.AccountRow) -> Mapping[str, Any]:
    return {
        **asdict(row),
        "family_word": _(labels.FAMILIES[row.family]),
        "role_words": "、".join(_(labels.ROLES[role]) for role in row.roles),
        "state_word": _(labels.STATES[row.state]),
    }
