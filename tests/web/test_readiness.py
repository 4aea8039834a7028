"""/readyz names what does not work; /healthz only says that the process lives."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from training_app.accounts.services import people
from training_app.audit.services import number_all_entries
from training_app.core import clock


def test_everything_works(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json()["checks"] == {"database": "ok", "storage": "ok", "scheduler": "ok", "clock": "ok"}


def test_no_timers_are_noticed(client):
    people.create_account(username="planner", display_name="x", roles=["planner"])

    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["checks"]["scheduler"] == "failed"
    assert client.get("/healthz").status_code == 200


def test_a_clock_set_back_is_noticed(client):
    people.create_account(username="planner", display_name="x", roles=["planner"])
    number_all_entries()

    with time_machine.travel(clock.now() - timedelta(minutes=1)):
        assert client.get("/readyz").get_json()["checks"]["clock"] == "failed"
