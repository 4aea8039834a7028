"""The live wall of a lesson: what is recorded of everybody, worked out once a second for all who watch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from training_app.attendance.models import AttendanceRecord
from training_app.attendance.queries.calls import CallInfo, running_call
from training_app.attendance.queries.lower import lessons
from training_app.attendance.queries.records import Counts, lesson_counts
from training_app.attendance.queries.roster import ids_of
from training_app.classes.api import Seat, may_see_class, people_scope, seats_of
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.briefly import Briefly
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.permissions import Permission

SHARED_SECONDS = 1.0
GRANTED_SECONDS = 10.0
"""For so long a page that was let in is answered without looking up its session again (decision 0016).

The feed holds no names; a session that was ended is refused everything else at once, and the feed after these seconds.
"""


@dataclass(frozen=True)
class Person:
    """Whom the wall shows, as far as it has to know who may see them."""

    id: int
    unit_id: int | None
    nominated_by_unit_id: int | None
    account_id: int | None


@dataclass(frozen=True)
class WallState:
    """How a lesson stands at one moment; ``marks``: status by enrollment, of those of whom something is recorded."""

    class_id: int
    counts: Counts
    people: tuple[Person, ...]
    marks: Mapping[int, str]
    seats: Mapping[int, Seat]
    call: CallInfo | None = None  # the call that runs

    @cached_property
    def whole(self) -> Said:
        """What is said to those who may see everybody."""
        return self.said(None)

    def said(self, only: Collection[int] | None) -> Said:
        """What is said to somebody who may see these people (None: everybody)."""
        ids = [each.id for each in self.people if only is None or each.id in only]
        marks: dict[str, list[int]] = {}
        for person in ids:
            if person in self.marks:
                marks.setdefault(self.marks[person], []).append(person)
        counts = {name: value for name, value in asdict(self.counts).items() if name != "state"}
        counts |= {"attended": self.counts.attended, "missing": self.counts.missing}
        said = {"state": self.counts.state, "people": roster_mark(ids, self.seats), "counts": counts, "marks": marks}
        if self.call is not None:
            said["call"] = call_said(self.call, ids)
        body = json.dumps(said, separators=(",", ":")).encode()
        return Said(body, hashlib.blake2b(body, digest_size=12).hexdigest())


@dataclass(frozen=True)
class Said:
    """A body and its mark, by which a page that has it already is told so."""

    body: bytes
    etag: str


WhatIsSaid = Said | Literal["unknown", "old"]


def call_said(info: CallInfo, ids: Collection[int]) -> dict[str, Any]:
    """What the wall says of the call that runs: who is asked, who answered, and of whom staff noted it."""
    shown = frozenset(ids)
    return {
        "id": info.call.id,
        "slot": info.call.slot,
        "until": f"{clock.local(info.call.until):%H:%M}" if info.call.until is not None else None,
        "asked": sorted(shown.intersection(info.missed)),
        "answered": sorted(shown.intersection(info.answers)),
        "noted": sorted(each for each, answer in info.answers.items() if answer.noted and each in shown),
    }


def roster_mark(ids: Collection[int], seats: Mapping[int, Seat]) -> str:
    """A short mark of who is on the wall and where: a page that shows others, or elsewhere, has to be drawn anew."""
    told = ",".join(f"{each}{seats[each].text}" if each in seats else str(each) for each in sorted(ids))
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def wall_for(lesson_id: int, actor: Actor, permission: Permission) -> Said:
    """What the wall of a lesson says to somebody, at most a second old.

    Raises:
        NotFound: there is no such lesson, or not for this person.

    """
    shared = shared_here()
    state = shared.states.get(lesson_id, lambda: _state(lesson_id))
    if state is None:
        raise NotFound
    only = _visible(state, actor, permission)
    if actor.session_id:
        shared.granted.keep((actor.session_id, lesson_id), only)
    return state.whole if only is None else state.said(only)


def _visible(state: WallState, actor: Actor, permission: Permission) -> frozenset[int] | None:
    scope = people_scope(actor, state.class_id, permission)
    if scope.everybody:
        return None
    if not may_see_class(actor, state.class_id, permission):
        raise NotFound
    return frozenset(
        each.id
        for each in state.people
        if not scope.unit_ids.isdisjoint((each.unit_id, each.nominated_by_unit_id))
        or (scope.account_id is not None and each.account_id == scope.account_id)
    )


class Shared:
    """What this process shares about one database; tests have several, one after the other."""

    def __init__(self) -> None:
        """Share nothing yet."""
        self.states: Briefly[int, WallState | None] = Briefly(SHARED_SECONDS)
        self.granted: Briefly[tuple[str, int], frozenset[int] | None] = Briefly(GRANTED_SECONDS, most=4096)

    def again(self, lesson_id: int, session_id: str) -> WhatIsSaid:
        """What the wall says to a session that was let in a moment ago.

        ``unknown``: it has to be judged; ``old``: what is known of the lesson has to be looked up anew.
        """
        granted = self.granted.peek((session_id, lesson_id))
        if granted is None:
            return "unknown"
        known = self.states.peek(lesson_id)
        if known is None:
            return "old"
        (only,), (state,) = granted, known
        if state is None:
            return "unknown"
        return state.whole if only is None else state.said(only)

    def look(self, lesson_id: int) -> None:
        """Look up how a lesson stands, unless somebody just did."""
        self.states.get(lesson_id, lambda: _state(lesson_id))


_shared: WeakKeyDictionary[Engine, Shared] = WeakKeyDictionary()


def shared_here() -> Shared:
    """What is shared about the database of the present application."""
    found = _shared.get(db.engine)
    return found if found is not None else _shared.setdefault(db.engine, Shared())


def _state(lesson_id: int) -> WallState | None:
    class_id = db.session.scalar(select(lessons.c.class_id).where(lessons.c.id == lesson_id))
    if class_id is None:
        return None
    rows = db.session.execute(
        select(AttendanceRecord.enrollment_id, AttendanceRecord.status).where(AttendanceRecord.lesson_id == lesson_id)
    )
    marks = {row.enrollment_id: row.status for row in rows}
    counts = lesson_counts([lesson_id])[lesson_id]
    people = ids_of(lesson_id, class_id, marks, closed=counts.state == "closed")
    return WallState(
        class_id,
        counts,
        tuple(Person(row.id, row.unit_id, row.nominated_by_unit_id, row.account_id) for row in people),
        marks,
        seats_of(class_id),
        running_call(lesson_id),
    )
