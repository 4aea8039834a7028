"""The teacher pool as a spreadsheet: its columns, what is refused, how it is stored."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from training_app.accounts.api import load_unit_finder
from training_app.core.crypto import blind_index
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Importer, Other, Stored, compare, snapshot
from training_app.core.spreadsheets.sheets import Row, Sheet
from training_app.teachers.models import Teacher
from training_app.teachers.rules import EMPLOYMENT_NAMES, KIND_NAMES, split_list
from training_app.teachers.services import TeacherValues, store_teachers

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_AT_FIELDS = "田间送教"


def check(sheet: Sheet) -> None:
    """Judge the pool: one line, one teacher, by citizen number, else by name and unit. Units elsewhere are fine."""
    units = load_unit_finder()
    seen: dict[str, tuple[str, int]] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        number = row.citizen_number(required=False)
        if not row.accepted:
            continue
        typed = row.words("unit")
        unit = units.whole(typed).unit
        key = number or f"{name}/{unit.name if unit else typed}"
        if key in seen:
            other, at = seen[key]
            if other == name:
                row.refuse("", "duplicate_row", other=at)
            else:
                row.refuse("id_number", "id_taken", other=at, named=other)
            continue
        seen[key] = (name, row.number)
        row.values = {
            "name": name,
            "id_number": number,
            "unit_id": unit.id if unit else None,
            "unit_code": unit.code if unit else None,
            "unit_name": unit.name if unit else typed,
            "specialities": "、".join(split_list(row.text("specialities"))),
            **{field: row.text(field) for field in ("post_title", "title", "can_teach", "note")},
            "kind": row.words("teacher_kind"),
            "tie": row.words("employment"),
            "at_fields": _AT_FIELDS in row.text("note"),
            "admitted_on": row.month("admitted_on"),
        }
        _take_person(row, number)


def _take_person(row: Row, number: str) -> None:
    """Sex and month of birth, where the citizen number wins; the phone."""
    born = cells.born_of(number) if number else None
    known = f"{born:%Y-%m}" if born else ""
    typed = row.month("birth_month", known=known) if "birth_month" in row.cells else ""
    if known and typed and typed != known:
        row.flag("birth_month", "birth_id_mismatch", right=known)
    sex = row.words("sex").removesuffix("性")
    right = cells.sex_of(number) if number else sex
    if sex and sex != right:
        row.flag("sex", "sex_id_mismatch", right=right)
    row.values |= {"birth_month": known or typed, "sex": right, "phone": row.phone()}


def store(sheet: Sheet) -> Stored:
    """Store the pool through the feature's own use case; remember what it changed."""
    rows = sheet.accepted()
    indexes = {blind_index(r.values["id_number"], "id_number") for r in rows if r.values["id_number"]}
    names = {r.values["name"] for r in rows}
    stored = db.session.execute(select(Teacher.id, Teacher.id_number_index, Teacher.name))
    before = snapshot(Teacher, [t for t, index, name in stored if index in indexes or name in names])
    fields = TeacherValues.__dataclass_fields__
    values = []
    for row in rows:
        given = {k: v for k, v in row.values.items() if k in fields}
        given["phone"] = given["phone"] or ""
        given["teacher_kind"] = KIND_NAMES.get(row.values["kind"], "expert" if row.values["kind"] else "school")
        given["employment"] = EMPLOYMENT_NAMES.get(row.values["tie"], "part_time")
        values.append(TeacherValues(**given))
    done = store_teachers(values, source=sheet.file)
    return Stored(done.created, done.updated, done.unchanged, compare(Teacher, before=before, ids=done.ids, rows=rows))


def not_named(sheet: Sheet) -> list[Other]:
    """Teachers in the pool who are not in this list; a refused line still names somebody."""
    indexes = {blind_index(n, "id_number") for row in sheet.accepted() if (n := row.values["id_number"])}
    names = {cells.person_name(row.cells.get("name")) for row in sheet.rows}
    chosen = select(Teacher.id, Teacher.id_number_index, Teacher.name, Teacher.unit_name)
    stored = db.session.execute(chosen.where(Teacher.pool_status == "active").order_by(Teacher.pinyin, Teacher.id))
    return [
        Other(Teacher.__tablename__, teacher_id, name, unit)
        for teacher_id, index, name, unit in stored
        if index not in indexes and name not in names
    ]


TEACHERS = Importer("teachers", 40, _COLUMNS["teachers"], check, store, others=not_named)
