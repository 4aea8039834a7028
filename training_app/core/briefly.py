"""Values that many ask for at once and that may be a moment old: worked out once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from training_app.core import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Briefly(Generic[K, V]):
    """Keeps a value for so many seconds in this process; one thread works it out while the others wait for it.

    Nothing but time makes a value fresh again, so it is for views only: never for a decision about a person.
    """

    def __init__(self, seconds: float, *, most: int = 256) -> None:
        """Keep each value for so long, and at most so many."""
        self._seconds, self._most = seconds, most
        self._kept: dict[K, tuple[float, V]] = {}
        self._making: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value, at most so old."""
        found = self._fresh(key)
        if found is not None:
            return found[1]
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            found = self._fresh(key)
            if found is not None:
                return found[1]
            at = clock.unix()  # before it is worked out: it cannot be newer than this
            value = make()
            self._keep(key, value, at)
            return value

    def keep(self, key: K, value: V) -> None:
        """Keep a value that was just worked out elsewhere."""
        self._keep(key, value, clock.unix())

    def peek(self, key: K) -> tuple[V] | None:
        """The value alone in a tuple while it is fresh; None else."""
        found = self._fresh(key)
        return (found[1],) if found is not None else None

    def _keep(self, key: K, value: V, at: float) -> None:
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= self._most:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._making.pop(oldest, None)
            self._kept[key] = (at, value)

    def _fresh(self, key: K) -> tuple[float, V] | None:
        found = self._kept.get(key)
        # A clock that was set back would otherwise keep a value for as long as it was set back.
        return found if found is not None and 0 <= clock.unix() - found[0] < self._seconds else None
