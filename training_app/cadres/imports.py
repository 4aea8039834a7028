"""The registers of cadres and party members as spreadsheets: their columns, what is refused, how they are stored."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from training_app.accounts.api import UnitFinder, load_unit_finder
from training_app.cadres.models import Cadre, PartyMember
from training_app.cadres.services import register
from training_app.cadres.services.register import store_cadres, store_party_members
from training_app.cadres.services.values import CadreValues, PartyMemberValues
from training_app.core.db import Base
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, Importer, Stored, plain
from training_app.core.spreadsheets.sheets import Row, Sheet

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_ADULT, _WORKING = 18 * 12, 16 * 12
_TEXTS = (
    "ethnic_group",
    "native_place",
    "political_status",
    "full_time_education",
    "degree",
    "in_service_education",
    "school_and_major",
    "post_level",
    "rank",
    "category",
    "note",
)


def check_cadres(sheet: Sheet) -> None:
    """Judge a register of cadres: one line, one person, known by the citizen number; the unit must exist."""
    units = load_unit_finder()
    seen = _Seen()
    for row in sheet.rows:
        if not _identify(row, seen):
            continue
        if not _place_cadre(row, units):
            continue
        _take_person(row)
        born = row.values["birth_month"]
        row.values |= {name: row.text(name) for name in _TEXTS}
        row.values |= {name: row.month(name) for name in ("party_joined", "work_started", "post_since", "rank_since")}
        _doubt_age(row, "party_joined", born, _ADULT, "party_age")
        _doubt_age(row, "work_started", born, _WORKING, "work_age")
        seen.remember(row)


def check_party_members(sheet: Sheet) -> None:
    """Judge a register of party members; the branch's name begins with its unit."""
    units = load_unit_finder()
    seen = _Seen()
    for row in sheet.rows:
        if not _identify(row, seen):
            continue
        found = units.branch(row.words("branch"))
        if found.unit is None:
            row.refuse(
                "branch",
                "unit_ambiguous" if found.ambiguous else "unit_unknown",
                candidates="、".join(u.name for u in found.candidates),
            )
            continue
        _take_person(row)
        row.values |= {name: row.text(name) for name in ("ethnic_group", "education", "member_type", "note")}
        row.values |= {
            "joined": row.month("joined"),
            "branch": found.unit.name + found.post,
            "unit_id": found.unit.id,
            "unit_code": found.unit.code,
        }
        _doubt_age(row, "joined", row.values["birth_month"], _ADULT, "party_age")
        seen.remember(row)


class _Seen:
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


def _identify(row: Row, seen: _Seen) -> bool:
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


def _place_cadre(row: Row, units: UnitFinder) -> bool:
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


def _take_person(row: Row) -> None:
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


def _doubt_age(row: Row, name: str, born: str, months: int, code: str) -> None:
    typed = row.values.get(name)
    if typed and born and cells.months_between(born, typed) < months:
        row.flag(name, code)


def store_cadre_sheet(sheet: Sheet) -> Stored:
    """Store the register through the feature's own use case; remember what it changed."""
    rows = sheet.accepted()
    names = CadreValues.__dataclass_fields__
    values = [CadreValues(**_given(row, names)) for row in rows]
    done = store_cadres(values, source=sheet.file)
    return Stored(done.created, done.updated, done.unchanged, _changes(Cadre, rows, done))


def store_party_sheet(sheet: Sheet) -> Stored:
    """Store the party register; people who are no cadres become records outside the cadre register."""
    rows = sheet.accepted()
    names = PartyMemberValues.__dataclass_fields__
    values = [PartyMemberValues(**_given(row, names)) for row in rows]
    done = store_party_members(values, source=sheet.file)
    changes = _changes(Cadre, rows, done)
    if done.memberships is not None:
        changes += _changes(PartyMember, rows, done.memberships)
    return Stored(done.created, done.updated, done.unchanged, sorted(changes, key=lambda change: change.row))


def _changes(model: type[Base], rows: list[Row], done: register.Stored) -> list[Change]:
    """What became of the rows' stored counterparts: made, or changed with the values they had before."""
    changes = []
    for row, entity_id in zip(rows, done.ids, strict=True):
        if entity_id in done.made:
            changes.append(Change(row.number, model.__tablename__, entity_id, "created"))
        elif lost := (done.lost or {}).get(entity_id):
            before = {name: plain(value) for name, value in lost.items()}
            changes.append(Change(row.number, model.__tablename__, entity_id, "updated", before))
    return changes


def _given(row: Row, names: Collection[str]) -> dict[str, Any]:
    """What a line gives of a record; a phone that is not taken is none."""
    return {name: value or "" if name == "phone" else value for name, value in row.values.items() if name in names}


CADRES = Importer("cadres", 20, _COLUMNS["cadres"], check_cadres, store_cadre_sheet)
PARTY_MEMBERS = Importer("party-members", 30, _COLUMNS["party-members"], check_party_members, store_party_sheet)
