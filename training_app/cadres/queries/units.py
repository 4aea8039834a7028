"""How many people a unit has, and how many deputies are in post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select

from training_app.accounts.api import UnitInfo, list_units
from training_app.cadres import rules
from training_app.cadres.models import Cadre
from training_app.core.db import db


def people_within(unit_ids: Collection[int]) -> dict[int, int]:
    """People of the register in each unit and those below it."""
    wanted = set(unit_ids)
    chosen = select(Cadre.unit_id, func.count()).where(Cadre.in_register, Cadre.unit_id.is_not(None))
    found: Counter[int] = Counter()
    parts = {unit.id: _ids_in(unit) for unit in list_units()}
    for unit_id, count in db.session.execute(chosen.group_by(Cadre.unit_id)):
        for above in parts.get(unit_id or 0, ()):
            if above in wanted:
                found[above] += count
    return dict(found)


def deputies_in_post(unit_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(deputies in post, deputies approved) of those units that have deputy posts of their own.

    Departments and townships count everybody below them; sections inside them have no number of their own.
    """
    units = {unit.id: unit for unit in list_units()}
    tops = {unit.id: units.get(_top_id(unit), unit) for unit in units.values()}
    found: Counter[int] = Counter()
    chosen = select(Cadre.unit_id, Cadre.post_level, Cadre.post_title).where(Cadre.in_register)
    for unit_id, level, title in db.session.execute(chosen):
        unit = units.get(unit_id or 0)
        if unit is None:
            continue
        top = tops[unit.id]
        if rules.is_deputy_post(
            post_level=level,
            post_title=title,
            unit_kind=unit.kind,
            top_grade=top.grade,
            at_top=unit.id == top.id,
        ):
            found[top.id] += 1
    return {
        unit_id: (found[unit_id], units[unit_id].deputies_approved)
        for unit_id in unit_ids
        if unit_id in units and tops[unit_id].id == unit_id and (found[unit_id] or units[unit_id].deputies_approved)
    }


def _ids_in(unit: UnitInfo) -> list[int]:
    return [int(part) for part in unit.path.split("/") if part]


def _top_id(unit: UnitInfo) -> int:
    ids = _ids_in(unit)
    return ids[1] if len(ids) > 1 else unit.id
