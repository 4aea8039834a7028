"""Those who come while work is going on are worked on together, once each, and answered after it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from training_app.core.group_commit import Group


def test_one_alone_does_not_wait_for_company() -> None:
    group: Group[int, int] = Group(lambda items: [2 * each for each in items])
    taken = []
    for n in range(100):
        started = time.monotonic()
        assert group.do(n) == 2 * n
        taken.append(time.monotonic() - started)
    assert sorted(taken)[50] < 0.002  # the middle one: a machine that is busy with other things holds up a few


def test_everybody_gets_their_own_result_and_each_item_is_worked_on_once() -> None:
    batches: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        time.sleep(0.002)
        return [-each for each in items]

    group: Group[int, int] = Group(work, most=10)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(group.do, range(400)))

    assert results == [-n for n in range(400)]
    assert sorted(each for batch in batches for each in batch) == list(range(400))
    assert max(map(len, batches)) <= 10
    assert len(batches) < 400


def test_nobody_is_answered_before_the_work_is_over() -> None:
    begun, go_on = threading.Event(), threading.Event()
    over: set[int] = set()
    answered: list[bool] = []

    def work(items: Sequence[int]) -> Sequence[int]:
        begun.set()
        assert go_on.wait(30)
        over.update(items)
        return items

    group: Group[int, int] = Group(work)

    def come(number: int) -> None:
        group.do(number)
        answered.append(number in over)

    everybody = [threading.Thread(target=come, args=(n,)) for n in range(6)]
    for each in everybody:
        each.start()
    assert begun.wait(30)
    time.sleep(0.05)  # whoever is answered too early has the time to be
    assert answered == []
    go_on.set()
    for each in everybody:
        each.join(30)
    assert answered == [True] * 6


def test_work_that_fails_fails_for_those_in_it_and_for_nobody_after() -> None:
    def work(items: Sequence[int]) -> Sequence[int]:
        if any(each < 0 for each in items):
            raise ValueError("one of them")
        return items

    group: Group[int, int] = Group(work)
    with pytest.raises(ValueError, match="one of them"):
        group.do(-1)
    assert group.do(1) == 1
