"""The tree of units and the names they go by."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from training_app.accounts import events
from training_app.accounts.models import Unit, UnitAlias
from training_app.core.db import command, db, row
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.core.events import publish
from training_app.core.text import N_

_NUMBERS = ("admin_staff", "institution_staff", "chiefs_approved", "deputies_approved")
_TEXTS = ("short_name", "kind", "grade", "note")


@command
def store_unit(
    *,
    code: str,
    name: str,
    parent_code: str = "",
    aliases: Iterable[str] | None = None,
    unit_id: int | None = None,
    is_new: bool = False,
    **values: str | int,
) -> int:
    """Make a unit, or change the one with ``unit_id`` (or, without it, with this code unless ``is_new``).

    ``values``: short_name, kind, grade, note; admin_staff, institution_staff, chiefs_approved, deputies_approved.

    Raises:
        InvalidInput: no name or code, an unknown parent, or a parent below the unit itself.
        Conflict: the code belongs to another unit.
    """
    if not name.strip() or not code.strip():
        raise InvalidInput(fields={"name" if not name.strip() else "code": N_("This is needed.")})
    unit = db.session.get(Unit, unit_id) if unit_id else db.session.scalar(select(Unit).where(Unit.code == code))
    if unit_id and unit is None:
        raise NotFound
    taken = db.session.scalar(select(Unit.id).where(Unit.code == code))
    if taken is not None and (is_new or (unit is not None and taken != unit.id)):
        raise Conflict(fields={"code": N_("This code belongs to another unit.")})
    parent = db.session.scalar(select(Unit).where(Unit.code == parent_code)) if parent_code else None
    if parent_code and parent is None:
        raise InvalidInput(fields={"parent_code": N_("There is no unit with this code.")})
    before = {**row(unit), "aliases": _aliases(unit.id)} if unit else {}
    if unit is None:
        unit = Unit(code=code, name=name)
        db.session.add(unit)
    elif parent is not None and parent.path.startswith(unit.path):
        raise InvalidInput(fields={"parent_code": N_("A unit cannot lie below itself.")})
    unit.code, unit.name = code.strip(), name.strip()
    unit.parent_id = parent.id if parent else None
    for key, value in values.items():
        if key not in (*_NUMBERS, *_TEXTS):
            raise TypeError(key)
        setattr(unit, key, value)
    db.session.flush()
    _place(unit, parent)
    if aliases is not None:
        db.session.execute(delete(UnitAlias).where(UnitAlias.unit_id == unit.id))
        db.session.add_all(UnitAlias(unit_id=unit.id, alias=a) for a in dict.fromkeys(aliases) if a and a != unit.name)
    db.session.flush()
    after = {**row(unit), "aliases": _aliases(unit.id)}
    if before != after:
        publish(events.UnitStored(unit_id=unit.id, name=unit.name, before=before, after=after))
    return unit.id


def _aliases(unit_id: int) -> list[str]:
    return list(
        db.session.scalars(select(UnitAlias.alias).where(UnitAlias.unit_id == unit_id).order_by(UnitAlias.alias))
    )


def _place(unit: Unit, parent: Unit | None) -> None:
    """Set the path, and those of the units below when it moved."""
    old, new = unit.path, f"{parent.path if parent else '/'}{unit.id}/"
    if old == new:
        return
    unit.path = new
    if old:
        for below in db.session.scalars(
            select(Unit).where(Unit.path.startswith(old, autoescape=True), Unit.id != unit.id)
        ):
            below.path = new + below.path.removeprefix(old)
    db.session.flush()


@command
def add_unit_alias(unit_id: int, alias: str) -> None:
    """Remember that a unit is also called this; nothing happens when it is already.

    Raises:
        NotFound: there is no such unit.
        InvalidInput: there is no name.
        Conflict: another unit goes by this name.
    """
    name = alias.strip()
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    if not name or len(name) > 120:
        raise InvalidInput(fields={"alias": N_("This is needed.")})
    taken = db.session.scalars(select(UnitAlias.unit_id).where(UnitAlias.alias == name)).all()
    if any(other != unit_id for other in taken):
        raise Conflict(N_("Another unit goes by this name."))
    if taken or name == unit.name:
        return
    before = {**row(unit), "aliases": _aliases(unit.id)}
    db.session.add(UnitAlias(unit_id=unit.id, alias=name))
    db.session.flush()
    after = {**row(unit), "aliases": _aliases(unit.id)}
    publish(events.UnitStored(unit_id=unit.id, name=unit.name, before=before, after=after))
