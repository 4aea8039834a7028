"""How far the clock is off: what the kernel says, what the database says, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from training_app.accounts.services import people
from training_app.core import clock, clock_offset
from training_app.core.clock_offset import ClockOffset
from training_app.maintenance import doctor

UNSYNCHRONISED, NANO = 0x40, 0x2000


@pytest.mark.parametrize(
    ("returned", "offset", "status", "found"),
    [
        (0, 1_500_000, 1, 1500),
        (0, -1_500_000, NANO | 1, -2),
        (0, 2_000_000_000, NANO | 1, 2000),
        (0, 0, 0, 0),
        (5, 0, UNSYNCHRONISED, None),
        (0, 0, UNSYNCHRONISED, None),
        (-1, 0, 0, None),
    ],
)
def test_the_kernel_s_answer_in_milliseconds(returned, offset, status, found):
    assert clock_offset.kernel_ms(returned, offset, status) == found


known = st.integers(-100_000, 100_000)


@given(st.none() | known, st.none() | known)
def test_more_than_a_second_is_degraded_and_no_time_service_is_unknown(system, database):
    offset = ClockOffset(system, database)
    off = [each for each in (system, database) if each is not None and abs(each) > 1000]
    assert (offset.state == "degraded") == bool(off)
    if not off:
        assert offset.state == ("unknown" if system is None else "ok")


@given(st.floats(-5000, 5000), st.floats(0, 5000))
def test_a_slow_answer_of_the_database_is_not_taken_for_a_wrong_clock(ahead, trip):
    found = clock_offset.database_ms(timedelta(milliseconds=ahead), timedelta(milliseconds=trip))
    assert abs(found) <= max(abs(ahead) - trip / 2, 0) + 1
    assert found == 0 or (found > 0) == (ahead > 0)


def test_readyz_says_how_far_and_goes_on_answering(app):
    client, is_postgresql = app.test_client(), "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"]
    said = client.get("/readyz").get_json()["clock_offset"]
    assert set(said) == {"state", "system_ms", "database_ms"}
    assert (said["database_ms"] is not None) == is_postgresql
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        answer = client.get("/readyz")
        checks = {name: in_order for name, in_order, _figure in doctor(app)}
    assert answer.status_code == 200
    off = answer.get_json()
    if is_postgresql:
        assert (off["status"], off["clock_offset"]["state"]) == ("degraded", "degraded")
        assert -6000 < off["clock_offset"]["database_ms"] < -4000
    assert checks["clock offset"] is not is_postgresql


def test_administrators_are_told_on_their_start_page(app, sign_in):
    made = people.create_account(username="sys", display_name="系统管理员", roles=["sysadmin"])
    desk = sign_in(app, account_id=made)
    assert "服务器时钟" not in desk.get("/").text
    if "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"]:
        with time_machine.travel(clock.now() + timedelta(seconds=5)):
            assert "服务器时钟偏差" in desk.get("/").text
