"""The registers of cadres and party members as spreadsheets: their columns, what is refused, how they are stored."""

from __future__ import annotations

from pathlib import Path

from training_app.accounts.api import load_unit_finder
from training_app.cadres.appointment_imports import APPOINTMENT_FORMS
from training_app.cadres.judging import (
    ADULT,
    WORKING,
    Seen,
    changes_of,
    doubt_age,
    given,
    identify,
    place_cadre,
    take_person,
)
from training_app.cadres.models import Cadre, PartyMember
from training_app.cadres.not_named import cadres_not_named, members_not_named
from training_app.cadres.services.register import store_cadres, store_party_members
from training_app.cadres.services.values import CadreValues, PartyMemberValues
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Importer, Stored
from training_app.core.spreadsheets.sheets import Sheet

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
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
    seen = Seen()
    for row in sheet.rows:
        if not identify(row, seen):
            continue
        if not place_cadre(row, units):
            continue
        take_person(row)
        born = row.values["birth_month"]
        row.values |= {name: row.text(name) for name in _TEXTS}
        row.values |= {name: row.month(name) for name in ("party_joined", "work_started", "post_since", "rank_since")}
        doubt_age(row, "party_joined", born, ADULT, "party_age")
        doubt_age(row, "work_started", born, WORKING, "work_age")
        seen.remember(row)


def check_party_members(sheet: Sheet) -> None:
    """Judge a register of party members; the branch's name begins with its unit."""
    units = load_unit_finder()
    seen = Seen()
    for row in sheet.rows:
        if not identify(row, seen):
            continue
        found = units.branch(row.words("branch"))
        if found.unit is None:
            row.refuse(
                "branch",
                "unit_ambiguous" if found.ambiguous else "unit_unknown",
                candidates="、".join(u.name for u in found.candidates),
            )
            continue
        take_person(row)
        row.values |= {name: row.text(name) for name in ("ethnic_group", "education", "member_type", "note")}
        row.values |= {
            "joined": row.month("joined"),
            "branch": found.unit.name + found.post,
            "unit_id": found.unit.id,
            "unit_code": found.unit.code,
        }
        doubt_age(row, "joined", row.values["birth_month"], ADULT, "party_age")
        seen.remember(row)


def store_cadre_sheet(sheet: Sheet) -> Stored:
    """Store the register through the feature's own use case; remember what it changed."""
    rows = sheet.accepted()
    names = CadreValues.__dataclass_fields__
    values = [CadreValues(**given(row, names)) for row in rows]
    done = store_cadres(values, source=sheet.file)
    return Stored(done.created, done.updated, done.unchanged, changes_of(Cadre, rows, done))


def store_party_sheet(sheet: Sheet) -> Stored:
    """Store the party register; people who are no cadres become records outside the cadre register."""
    rows = sheet.accepted()
    names = PartyMemberValues.__dataclass_fields__
    values = [PartyMemberValues(**given(row, names)) for row in rows]
    done = store_party_members(values, source=sheet.file)
    changes = changes_of(Cadre, rows, done)
    if done.memberships is not None:
        changes += changes_of(PartyMember, rows, done.memberships)
    return Stored(done.created, done.updated, done.unchanged, sorted(changes, key=lambda change: change.row))


CADRES = Importer("cadres", 20, _COLUMNS["cadres"], check_cadres, store_cadre_sheet, others=cadres_not_named)
PARTY_MEMBERS = Importer(
    "party-members", 30, _COLUMNS["party-members"], check_party_members, store_party_sheet, others=members_not_named
)

__all__ = ["APPOINTMENT_FORMS", "CADRES", "PARTY_MEMBERS"]
