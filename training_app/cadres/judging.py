"""What a line that names a person must hold, whatever file it stands in; and what storing it changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from training_app.accounts.api import UnitFinder
from training_app.cadres.services import register
from training_app.core.db import Base
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.importers import Change, plain
from training_app.core.spreadsheets.sheets import Row

ADULT, WORKING = 18 * 12, 16 * 12  # months


class Seen:
    """Who was met in the lines above: number → (name, row), name → numbers."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, int]] = {}
        self.names: dict[str, tuple[str, int]] = {}

    def remember(self, row: Row) -> None:
        """Note an accepted row; say when somebody else of this name came before."""
        name, number = row.values["name"], row.values["id_number"]
        self.people[number] = (name, row.number)
        if name in self.names and self.names[name][0] != number:
            row.flag("name", "same_name", other=self.names[name][1])
        self.names.setdefault(name, (number, row.number))


def identify(row: Row, seen: Seen) -> bool:
    """Take name and citizen number; refuse a line without them, or of somebody who was met above."""
    name = cells.person_name(row.cells.get("name"))
    if not name:
        row.refuse("name", "name_missing")
        return False
    number = row.citizen_number()
    if not number:
        return False
    row.values = {"name": name, "id_number": number}
    if number in seen.people:
        other_name, other_row = seen.people[number]
        if other_name == name:
            row.refuse("", "duplicate_row", other=other_row)
        else:
            row.refuse("id_number", "id_taken", other=other_row, named=other_name)
        return False
    return True


def place_cadre(row: Row, units: UnitFinder) -> bool:
    """Take unit and post apart; refuse a line whose unit is not known."""
    typed = row.words("unit_and_post")
    found = units.post(typed)
    if found.unit is None:
        row.refuse(
            "unit_and_post",
            "unit_ambiguous" if found.ambiguous else "unit_unknown",
            candidates="、".join(u.name for u in found.candidates),
        )
        return False
    post = found.post
    row.values |= {
        "unit_id": found.unit.id,
        "unit_code": found.unit.code,
        "post_title": post,
        "unit_and_post": post if post.startswith(found.unit.name) else found.unit.name + post,
    }
    return True


def take_person(row: Row) -> None:
    """Sex and month of birth, where the citizen number wins; the phone."""
    number = row.values["id_number"]
    born, sex = cells.born_of(number), cells.sex_of(number)
    month = f"{born:%Y-%m}" if born else ""
    if "birth_month" in row.cells:
        typed = row.month("birth_month", known=month)
        if typed and typed != month:
            row.flag("birth_month", "birth_id_mismatch", right=month)
    if row.words("sex").removesuffix("性") not in ("", sex):
        row.flag("sex", "sex_id_mismatch", right=sex)
    row.values |= {"birth_month": month, "sex": sex, "phone": row.phone()}


def doubt_age(row: Row, name: str, born: str, months: int, code: str) -> None:
    """Show a person a month at which the person was younger than it needs."""
    typed = row.values.get(name)
    if typed and born and cells.months_between(born, typed) < months:
        row.flag(name, code)


def changes_of(model: type[Base], rows: list[Row], done: register.Stored) -> list[Change]:
    """What became of the rows' stored counterparts: made, or changed with the values they had before."""
    changes = []
    for row, entity_id in zip(rows, done.ids, strict=True):
        if entity_id in done.made:
            changes.append(Change(row.number, model.__tablename__, entity_id, "created"))
        elif lost := (done.lost or {}).get(entity_id):
            before = {name: plain(value) for name, value in lost.items()}
            changes.append(Change(row.number, model.__tablename__, entity_id, "updated", before))
    return changes


def given(row: Row, names: Collection[str]) -> dict[str, Any]:
    """What a line gives of a record; a phone that is not taken is none."""
    return {name: value or "" if name == "phone" else value for name, value in row.values.items() if name in names}
