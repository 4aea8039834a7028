"""Letting long work run at its own pace."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of cycles rest: rows by the ten thousand are none, and looking through them costs a tenth.

    It is one for the whole process; when two pieces of work overlap, it begins again with the end of the first.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
