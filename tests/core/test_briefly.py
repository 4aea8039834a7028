"""A value that many ask for at once is worked out once, and again when its time is over."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import time_machine

from training_app.core import clock
from training_app.core.briefly import Briefly


def test_sixteen_who_ask_at_once_share_one_working_out() -> None:
    kept: Briefly[int, object] = Briefly(60)
    made: list[object] = []

    def make() -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get(1, make))) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(made) == 1
    assert found == made * 16
    assert kept.get(2, make) is not made[0]


@pytest.mark.parametrize(("later", "again"), [(0.5, False), (1.0, True), (-3600, True)])
def test_only_time_makes_it_fresh_and_a_clock_set_back_keeps_nothing(later: float, again: bool) -> None:
    kept: Briefly[str, int] = Briefly(1.0)
    now = clock.now()
    with time_machine.travel(now, tick=False):
        assert kept.get("a", lambda: 1) == 1
    with time_machine.travel(now + timedelta(seconds=later), tick=False):
        assert kept.get("a", lambda: 2) == (2 if again else 1)


def test_a_value_may_be_kept_and_looked_at() -> None:
    kept: Briefly[str, int | None] = Briefly(10)
    now = clock.now()
    with time_machine.travel(now, tick=False):
        assert kept.peek("a") is None
        kept.keep("a", None)
        assert kept.peek("a") == (None,)
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        assert kept.peek("a") is None


def test_what_fails_is_not_kept_and_the_oldest_makes_room() -> None:
    kept: Briefly[int, int] = Briefly(60, most=2)

    def fail() -> int:
        raise LookupError("not now")

    with pytest.raises(LookupError, match="not now"):
        kept.get(0, fail)
    assert [kept.get(key, lambda key=key: key * 10) for key in (0, 1, 2)] == [0, 10, 20]
    assert kept.get(0, lambda: 7) == 7
    assert kept.get(2, lambda: 7) == 20
