"""Work that many requests wait for at once, done together: one reading, one transaction, one wait for the disk.

What it promises:

- ``do`` returns an item's result only after the work on it has returned; work that ends in a committed unit of work is
  therefore durable before anybody is answered.
- An item is worked on once. When the work fails, everybody whose item was in it gets the error, and nothing else.
- Nobody waits for company who comes alone: an item that finds nobody at work, after work that had no company either, is
  worked on at once. What arrives while work is going on waits for its end, as it would for the disk or for the lock of
  the database anyway. In a crowd a few milliseconds are left for more to come: one reading and one commit cost as much
  for six as for sixteen, and in a crowd it is the processor that everybody waits for.

There is no thread of its own, and so nothing to start, to stop or to lose in a fork: the first to come does the work,
then hands over to one of those who came meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_CROWD_SECONDS = 0.005


class _Waiting(Generic[T, R]):
    """Somebody who waits: for the result, or for the turn to do the work."""

    __slots__ = ("bell", "error", "item", "leads", "result")

    def __init__(self, item: T) -> None:
        self.item = item
        self.bell = threading.Lock()
        self.bell.acquire()
        self.leads = False
        self.result: R | None = None
        self.error: BaseException | None = None


class Group(Generic[T, R]):
    """Those who come while work is going on are worked on together, next."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, most: int = 64) -> None:
        """``work`` takes items and gives as many results in the same order; at most ``most`` at a time."""
        self._work = work
        self._most = most
        self._door = threading.Lock()
        self._queue: deque[_Waiting[T, R]] = deque()
        self._busy = False
        self._is_crowded = False

    def do(self, item: T) -> R:
        """Have an item worked on; its result.

        Raises:
            Exception: whatever the work raised.
        """
        mine: _Waiting[T, R] = _Waiting(item)
        with self._door:
            self._queue.append(mine)
            mine.leads = not self._busy
            self._busy = True
        if not mine.leads:
            mine.bell.acquire()
        if mine.leads:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """Work on everything that waits (oneself among it), then let the next one lead."""
        if self._is_crowded:
            time.sleep(_CROWD_SECONDS)
        with self._door:
            together = [self._queue.popleft() for _ in range(min(len(self._queue), self._most))]
        self._is_crowded = len(together) > 1
        try:
            for each, result in zip(together, self._work([each.item for each in together]), strict=True):
                each.result = result
        except BaseException as error:  # noqa: BLE001 - raised again in everybody who waits for it
            for each in together:
                each.error = error
        with self._door:
            following = self._queue[0] if self._queue else None
            self._busy = following is not None
        if following is not None:  # first of all: what it does takes longest
            following.leads = True
            following.bell.release()
        for each in together:
            if not each.leads:
                each.bell.release()
