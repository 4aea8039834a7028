"""Signing in, locking out, ending sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from training_app.accounts.api import get_account
from training_app.accounts.services import people, sessions
from training_app.core import clock, crypto
from training_app.core.errors import Conflict, InvalidInput, Refused

PASSWORD = "correct horse battery"


@pytest.fixture
def account_id(app):
    return people.create_account(username="planner", display_name="罗文静", roles=["planner"], password=PASSWORD)


def test_the_right_password_opens_a_session(app, account_id):
    opened = sessions.sign_in("Planner ", PASSWORD)

    found = sessions.find_session(opened.cookie)

    assert found.actor.account_id == account_id
    assert found.actor.roles == {"planner"}


def test_wrong_name_and_wrong_password_look_the_same(app, account_id):
    assert sessions.sign_in("planner", "wrong") is None
    assert sessions.sign_in("nobody", "wrong") is None


def test_five_failures_lock_the_account_even_for_the_right_password(app, account_id):
    for _ in range(5):
        sessions.sign_in("planner", "wrong")

    assert sessions.sign_in("planner", PASSWORD) is None


def test_the_lock_ends_after_a_quarter_of_an_hour(app, account_id):
    for _ in range(5):
        sessions.sign_in("planner", "wrong")

    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1)):
        assert sessions.sign_in("planner", PASSWORD) is not None


def test_signing_out_ends_the_session_at_once(app, account_id):
    opened = sessions.sign_in("planner", PASSWORD)

    sessions.sign_out(crypto.digest(opened.cookie))

    assert sessions.find_session(opened.cookie) is None


def test_a_disabled_account_is_out_on_the_next_request(app, account_id):
    opened = sessions.sign_in("planner", PASSWORD)

    people.disable_account(account_id, reason="left")

    assert sessions.find_session(opened.cookie) is None


def test_a_new_role_counts_on_the_next_request(app, account_id):
    opened = sessions.sign_in("planner", PASSWORD)

    people.grant_role(account_id, "leader")

    assert sessions.find_session(opened.cookie).actor.roles == {"planner", "leader"}


def test_changing_the_password_ends_the_other_sessions(app, account_id):
    first, second = sessions.sign_in("planner", PASSWORD), sessions.sign_in("planner", PASSWORD)

    sessions.change_password(account_id, PASSWORD, "another long one", session_hash=crypto.digest(second.cookie))

    assert sessions.find_session(first.cookie) is None
    assert sessions.find_session(second.cookie) is not None


def test_a_session_ends_when_it_is_idle(app, account_id):
    opened = sessions.sign_in("planner", PASSWORD)

    with time_machine.travel(clock.now() + timedelta(minutes=121)):
        assert sessions.find_session(opened.cookie) is None


def test_the_three_administrators_are_kept_apart(app):
    with pytest.raises(Refused):
        people.create_account(username="both", display_name="x", roles=["sysadmin", "auditor"], password=PASSWORD)
    administrator = people.create_account(username="sys", display_name="x", roles=["sysadmin"], password=PASSWORD)
    with pytest.raises(Refused):
        people.grant_role(administrator, "org_dept")
    assert get_account(administrator).roles == ("sysadmin",)


def test_the_last_security_administrator_stays(app):
    last = people.create_account(username="sec", display_name="x", roles=["secadmin"], password=PASSWORD)

    with pytest.raises(Refused):
        people.take_role(last, "secadmin")
    with pytest.raises(Refused):
        people.disable_account(last, reason="")


def test_a_user_name_is_given_once(app, account_id):
    with pytest.raises(Conflict):
        people.create_account(username="PLANNER", display_name="x", roles=["planner"], password=PASSWORD)


@pytest.mark.parametrize("weak", ["short", "1234567890", "aaaaaaaaaaaa", "planner-planner"])
def test_weak_passwords_are_refused_with_the_reason_at_the_field(app, account_id, weak):
    with pytest.raises(InvalidInput) as refused:
        sessions.change_password(account_id, PASSWORD, weak, session_hash="")
    assert "new" in refused.value.fields
