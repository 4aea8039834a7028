"""People of one name, to be told apart side by side; and the number of the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from training_app.cadres.models import Cadre
from training_app.core.crypto import decrypt
from training_app.core.db import db
from training_app.core.errors import NotFound


@dataclass(frozen=True)
class Namesake:
    """What tells people of one name apart; numbers are masked."""

    id: int
    name: str
    id_number_masked: str
    birth_month: str
    unit_id: int | None
    unit_and_post: str
    has_number: bool


def list_namesakes(names: Iterable[str]) -> dict[str, list[Namesake]]:
    """Everybody who has one of these names, by name."""
    wanted = sorted(set(names))
    chosen = select(Cadre).where(Cadre.name.in_(wanted)).order_by(Cadre.name, Cadre.id)
    found: dict[str, list[Namesake]] = {}
    for cadre in db.session.scalars(chosen) if wanted else ():
        found.setdefault(cadre.name, []).append(
            Namesake(
                cadre.id,
                cadre.name,
                cadre.id_number_masked,
                cadre.birth_month,
                cadre.unit_id,
                cadre.unit_and_post,
                cadre.id_number_index is not None,
            )
        )
    return found


def citizen_number_of(cadre_id: int) -> str:
    """The citizen number of a person on record, for a line of a file that means this person.

    Raises:
        NotFound: there is no such person, or the number is not known.
    """
    stored = db.session.scalar(select(Cadre.id_number_encrypted).where(Cadre.id == cadre_id))
    if not stored:
        raise NotFound
    return decrypt(stored)
