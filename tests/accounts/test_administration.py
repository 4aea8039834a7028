"""Units, accounts and roles on their screens; the three administrators kept apart."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.people_world import NUMBERS, make_units, values
from training_app.accounts.models import Account
from training_app.accounts.services import people, sessions
from training_app.accounts.services.units import store_unit
from training_app.audit.models import AuditEntry
from training_app.cadres.api import store_cadres
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import Conflict, Refused


def test_an_account_is_made_without_rights_and_with_a_password_told_once(app):
    account_id, password = people.open_account(username="zhang", display_name="张三", family="business")

    account = db.session.get(Account, account_id)
    assert account is not None
    assert account.must_change_password
    opened = sessions.sign_in("zhang", password)
    assert opened is not None
    assert opened.must_change_password
    found = sessions.find_session(opened.cookie)
    assert found is not None
    assert found.actor.levels == {}


@pytest.mark.parametrize(
    ("family", "role", "fits"),
    [
        ("security", "secadmin", True),
        ("security", "planner", False),
        ("business", "auditor", False),
        ("audit", "sysadmin", False),
    ],
)
def test_a_role_goes_only_to_an_account_of_its_kind(app, family, role, fits):
    account_id, _password = people.open_account(username="somebody", display_name="某人", family=family)

    if fits:
        people.grant_role(account_id, role)
    else:
        with pytest.raises(Refused):
            people.grant_role(account_id, role)


def test_a_unit_entered_as_new_never_overwrites_another(app):
    make_units()

    with pytest.raises(Conflict):
        store_unit(code="001.031", name="另一单位", is_new=True)


def test_a_change_of_names_alone_is_recorded(app):
    make_units()

    store_unit(code="001.031", name="县财政局", parent_code="001", aliases=["财政局", "县财局"])

    body = list(db.session.scalars(select(AuditEntry.body).where(AuditEntry.kind == "accounts.UnitStored")))[-1]
    assert body["after"]["aliases"] == sorted(["财政局", "县财局"])


def test_the_system_administrator_makes_accounts_and_the_security_administrator_grants(sqlite_app, sign_in):
    sysadmin, secadmin = sign_in(sqlite_app, "sysadmin"), sign_in(sqlite_app, "secadmin")
    form = {"username": "zhang.san", "display_name": "张三", "family": "business", "unit_id": ""}

    made = sysadmin.post("/accounts/new", form)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    password = re.search(r'data-copy="([^"]+)"', made.text)
    assert password
    assert sysadmin.post("/accounts/new", form).status_code == 422
    account = f"/accounts/{account_named('zhang.san')}"
    assert secadmin.post("/accounts/new", form).status_code == 403
    assert sysadmin.post(f"{account}/roles", {"role": "planner"}).status_code == 403
    assert secadmin.post(f"{account}/roles", {"role": "planner"}).status_code == 302
    assert secadmin.post(f"{account}/roles", {"role": "auditor"}).status_code == 422
    assert secadmin.post(f"{account}/roles/take", {"role": "planner"}).status_code == 302
    assert sysadmin.post(f"{account}/disable", {"reason": ""}).status_code == 422
    assert sysadmin.post(f"{account}/disable", {"reason": "调离"}).status_code == 302
    assert "张三" in sysadmin.get("/accounts?state=disabled").text
    assert sysadmin.post(f"{account}/enable").status_code == 302
    assert sysadmin.post(f"{account}/password").status_code == 200
    for more in (
        "",
        "?q=zhang",
        "?role=secadmin",
        "?family=system",
        "?state=first",
        "?sort=last_sign_in&dir=desc",
        "?format=csv",
    ):
        assert secadmin.get(f"/accounts{more}").status_code == 200
    assert sign_in(sqlite_app, "planner").get("/accounts").status_code == 403


def test_nobody_grants_to_themselves_and_the_page_says_so(sqlite_app, sign_in):
    secadmin = sign_in(sqlite_app, "secadmin")
    own = f"/accounts/{secadmin.account_id}"

    refused = secadmin.post(f"{own}/roles", {"role": "secadmin"})

    assert refused.status_code == 422
    assert "任何人不得给自己" in secadmin.get(own).text


def test_granting_wants_the_password_again_after_ten_minutes(sqlite_app, sign_in, time_machine):
    secadmin = sign_in(sqlite_app, "secadmin")
    account_id, _password = people.open_account(username="later", display_name="某人", family="business")

    time_machine.move_to(clock.now() + timedelta(minutes=11))
    answer = secadmin.post(f"/accounts/{account_id}/roles", {"role": "planner"})

    assert answer.status_code == 302
    assert "confirm" in answer.location


def test_units_show_posts_over_the_approved_number_to_those_who_may_see_them(sqlite_app, sign_in):
    units = make_units()
    rows = [values(number, units["001.031"], name=f"副{i}", phone="") for i, number in enumerate(NUMBERS[:2])]
    store_cadres(rows, source="x")
    planner = sign_in(sqlite_app, "planner")

    page = planner.get("/units").text

    assert "超1名" in page
    officer = sign_in(sqlite_app, "unit_officer", unit_id=units["001.031"])
    listed = officer.get("/units").text
    assert "县财政局预算股" in listed
    assert "县水务局" not in listed
    assert officer.get(f"/units/{units['001.031.001']}").status_code == 200
    assert officer.get(f"/units/{units['001.032']}").status_code == 404
    assert officer.post("/units/new", {"name": "x", "code": "y"}).status_code == 403


def test_a_unit_is_entered_and_changed_by_the_form(sqlite_app, sign_in):
    units = make_units()
    planner = sign_in(sqlite_app, "planner")
    form = {
        "name": "县水务局办公室",
        "code": "001.032.001",
        "parent_code": "001.032",
        "aliases": "水务局办\n水务办公室",
    }

    made = planner.post("/units/new", form)
    assert made.status_code == 302
    assert "水务办公室" in planner.get(made.location).text
    assert planner.post("/units/new", form).status_code == 422
    assert planner.post(f"{made.location}/edit", {**form, "deputies_approved": "２"}).status_code == 302
    moved_below_itself = {**form, "code": "001.032", "name": "县水务局", "parent_code": "001.032.001"}
    assert planner.post(f"/units/{units['001.032']}/edit", moved_below_itself).status_code == 422
    assert "县水务局办公室" in planner.get("/units?q=水务办公室").text
    assert planner.get("/units?format=csv").status_code == 200


def account_named(username):
    db.session.rollback()
    return db.session.scalar(select(Account.id).where(Account.username == username))
