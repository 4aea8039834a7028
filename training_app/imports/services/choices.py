"""What the headers of a unit's files mean: settled once by a person, used from then on, to be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.db import command, db
from training_app.core.errors import NotFound
from training_app.core.events import publish
from training_app.core.spreadsheets.text import label_key
from training_app.imports.events import ColumnForgotten, ColumnSettled
from training_app.imports.models import ColumnChoice
from training_app.imports.permissions import IMPORTS


def remembered_for(unit_id: int | None, *, everybody: bool = False) -> Callable[[str], Mapping[str, str]]:
    """What was settled for this unit's files: kind → header key → field ('' = not taken in).

    ``everybody``: whoever imports speaks for no unit (the command line): what all units agree on.
    """
    chosen = select(ColumnChoice.kind, ColumnChoice.header_key, ColumnChoice.field)
    if not everybody:
        chosen = chosen.where(ColumnChoice.unit_key == (unit_id or 0))
    found: dict[str, dict[str, set[str]]] = {}
    for kind, key, name in db.session.execute(chosen):
        found.setdefault(kind, {}).setdefault(key, set()).add(name)
    agreed = {
        kind: {key: next(iter(names)) for key, names in each.items() if len(names) == 1} for kind, each in found.items()
    }
    return lambda kind: agreed.get(kind, {})


def choice_ids(unit_id: int | None, kind: str) -> dict[str, int]:
    """The remembered answers for this unit's files of this kind: header key → its id."""
    chosen = select(ColumnChoice.header_key, ColumnChoice.id).where(
        ColumnChoice.unit_key == (unit_id or 0), ColumnChoice.kind == kind
    )
    return {row.header_key: row.id for row in db.session.execute(chosen)}


@command
def remember(unit_id: int | None, kind: str, settled: Mapping[str, str]) -> None:
    """Keep what these headers mean (header → field) for this unit's files of this kind."""
    for header, name in settled.items():
        key = label_key(header)[:120]
        held = db.session.scalar(
            select(ColumnChoice).where(
                ColumnChoice.unit_key == (unit_id or 0), ColumnChoice.kind == kind, ColumnChoice.header_key == key
            )
        )
        if held is not None and held.field == name:
            continue
        if held is None:
            held = ColumnChoice(unit_id=unit_id, unit_key=unit_id or 0, kind=kind, header_key=key, header=header[:120])
            db.session.add(held)
        held.field, held.account_id, held.at = name, current_actor().account_id, clock.now()
        db.session.flush()
        publish(ColumnSettled(choice_id=held.id, kind=kind, header=header[:120], means=name))


def list_choices(actor: Actor) -> list[ColumnChoice]:
    """What was settled for the files of the reader's unit; everything for those who bring in everything."""
    chosen = select(ColumnChoice).order_by(ColumnChoice.kind, ColumnChoice.header)
    if "all" not in IMPORTS["run"].reach_of(actor):
        chosen = chosen.where(ColumnChoice.account_id == actor.account_id)
    return list(db.session.scalars(chosen))


@command
def forget(choice_id: int) -> None:
    """Take a settled header back: the next file is understood as if nobody had said anything.

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    held = next((each for each in list_choices(current_actor()) if each.id == choice_id), None)
    if held is None:
        raise NotFound
    publish(ColumnForgotten(choice_id=held.id, kind=held.kind, header=held.header))
    db.session.delete(held)
