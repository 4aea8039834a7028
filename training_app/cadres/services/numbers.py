"""Citizen numbers and phones of many people at once, for a list that goes to somebody who needs them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from training_app.cadres.events import NumbersTaken
from training_app.cadres.models import Cadre
from training_app.core.crypto import decrypt
from training_app.core.db import command, db
from training_app.core.errors import InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_

SHORTEST_REASON = 4
WHAT = ("id_number", "phone")
_AT_ONCE = 5_000  # ids in one IN list; SQLite takes 32,766 variables


@command
def take_numbers(cadre_ids: Collection[int], *, what: Collection[str], reason: str) -> dict[int, dict[str, str]]:
    """Give out numbers in full, by person and kind; whose, and why, is kept for good. '' where none is on record.

    Raises:
        InvalidInput: nobody, nothing of theirs, or no reason.
    """
    reason, kinds = reason.strip(), [kind for kind in WHAT if kind in what]
    wrong = {}
    if not kinds:
        wrong["id_number"] = N_("Please choose what is needed in full.")
    if len(reason) < SHORTEST_REASON:
        wrong["reason"] = N_("Please say what it is needed for, in four characters or more.")
    if wrong:
        raise InvalidInput(fields=wrong)
    if not cadre_ids:
        raise InvalidInput(N_("Nobody was chosen."))
    wanted = sorted(set(cadre_ids))
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = select(Cadre.id, Cadre.id_number_encrypted, Cadre.phone_encrypted)
        for cadre_id, number, phone in db.session.execute(chosen.where(Cadre.id.in_(wanted[start : start + _AT_ONCE]))):
            kept = {"id_number": number, "phone": phone}
            found[cadre_id] = {kind: decrypt(kept[kind]) if kept[kind] else "" for kind in kinds}
    publish(NumbersTaken(people=len(found), what=kinds, reason=reason, cadre_ids=sorted(found)))
    return found
