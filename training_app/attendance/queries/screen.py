"""What a projector shows beside its code: counts, latest names, the call that runs; shared for a second."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from training_app.attendance.queries.calls import CallInfo, latest_answers, running_call
from training_app.attendance.queries.records import Counts, lesson_counts
from training_app.attendance.queries.windows import latest_names
from training_app.core.briefly import Briefly
from training_app.core.db import db

SHARED_SECONDS = 1.0


@dataclass(frozen=True)
class Screen:
    """How a lesson stands, for the big screen. The code is not part of it: it is made for each request."""

    counts: Counts
    names: tuple[str, ...]
    call: CallInfo | None


_shared: WeakKeyDictionary[Engine, Briefly[int, Screen]] = WeakKeyDictionary()


def screen_of(lesson_id: int) -> Screen:
    """How the lesson stands, at most a second old."""
    shared = _shared.get(db.engine) or _shared.setdefault(db.engine, Briefly(SHARED_SECONDS))
    return shared.get(lesson_id, lambda: _look(lesson_id))


def _look(lesson_id: int) -> Screen:
    call = running_call(lesson_id)
    names = latest_answers(call) if call is not None else [each.name for each in latest_names(lesson_id)]
    return Screen(lesson_counts([lesson_id])[lesson_id], tuple(names), call)
