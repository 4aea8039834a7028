"""Who is on record and not in a register that should hold everybody: information for whoever brings it in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Executable, select, true

from training_app.cadres.models import Cadre, PartyMember
from training_app.cadres.queries.people import scope_of
from training_app.core.actor import current_actor
from training_app.core.crypto import blind_index
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.importers import Other
from training_app.core.spreadsheets.sheets import Sheet


def cadres_not_named(sheet: Sheet) -> list[Other]:
    """Cadres of the register who are not in this list."""
    chosen = select(Cadre.id, Cadre.id_number_index, Cadre.name, Cadre.unit_and_post, Cadre.unit_id)
    return _not_named(sheet, chosen.where(Cadre.in_register, _seen_by_reader()).order_by(Cadre.unit_id, Cadre.id))


def members_not_named(sheet: Sheet) -> list[Other]:
    """Party members on record who are not in this list."""
    chosen = select(Cadre.id, Cadre.id_number_index, Cadre.name, PartyMember.branch, PartyMember.unit_id)
    chosen = chosen.join(PartyMember, PartyMember.cadre_id == Cadre.id).where(_seen_by_reader())
    return _not_named(sheet, chosen.order_by(PartyMember.unit_id, Cadre.id))


def _not_named(sheet: Sheet, people: Executable) -> list[Other]:
    """Of these people (id, number's index, name, post, unit) those whom no line means, of the units the list is about.

    A unit's own list is about that unit: when most units are not in it, the people of those are not missed. A refused
    line still names somebody.
    """
    accepted = sheet.accepted()
    indexes = {blind_index(row.values["id_number"], "id_number") for row in accepted}
    refused = {cells.person_name(row.cells.get("name")) for row in sheet.rows if not row.accepted}
    units = {row.values["unit_id"] for row in accepted}
    stored = db.session.execute(people).all()
    held = {unit_id for *_, unit_id in stored}
    about = held if len(units & held) * 2 > len(held) else units
    return [
        Other(Cadre.__tablename__, cadre_id, name, post)
        for cadre_id, index, name, post, unit_id in stored
        if index not in indexes and name not in refused and unit_id in about
    ]


def _seen_by_reader() -> ColumnElement[bool]:
    condition = scope_of(current_actor())
    return true() if condition is None else condition
