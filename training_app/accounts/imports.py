"""The register of units as a spreadsheet: its columns, what is refused, how it is stored."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select, update

from training_app.accounts.models import Unit, UnitAlias
from training_app.core.db import db
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, Importer, Other, Stored, plain, snapshot
from training_app.core.spreadsheets.sheets import Row, Sheet

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_NUMBERS = ("admin_staff", "institution_staff", "chiefs_approved", "deputies_approved")


def check(sheet: Sheet) -> None:
    """Judge the rows: a code belongs to one unit, and the one above exists, here or already stored."""
    known = {code for (code,) in db.session.execute(select(Unit.code))}
    names: dict[str, str] = {}
    for row in sheet.rows:
        code, name = row.words("code"), row.words("name")
        row.values = {"code": code, "name": name, "parent_code": row.words("parent_code")}
        if not name:
            row.refuse("name", "name_missing")
        elif not code:
            row.refuse("code", "unit_code_missing")
        elif names.get(code) == name:
            row.refuse("", "duplicate_row")
        elif code in names:
            row.refuse("code", "unit_code_taken")
        if not row.accepted:
            continue
        names[code] = name
        row.values |= {field: row.text(field) for field in ("short_name", "kind", "grade", "note")}
        row.values |= {field: row.whole(field) or 0 for field in _NUMBERS}
    _refuse_orphans(sheet.rows, known)


def _refuse_orphans(rows: list[Row], known: set[str]) -> None:
    """Refuse units below nothing; and those below a unit refused for that."""
    while True:
        codes = known | {row.values["code"] for row in rows if row.accepted}
        orphans = [r for r in rows if r.accepted and r.values["parent_code"] and r.values["parent_code"] not in codes]
        for row in orphans:
            row.refuse("parent_code", "parent_unknown")
        if not orphans:
            return


def store(sheet: Sheet) -> Stored:
    """Store the units, known again by their code; the short name becomes an alias."""
    rows = sheet.accepted()
    ids = dict(db.session.execute(select(Unit.code, Unit.id)).all())
    before = snapshot(Unit, ids.values())
    wanted = {row.values["code"]: {k: v for k, v in row.values.items() if k != "parent_code"} for row in rows}
    new = [values for code, values in wanted.items() if code not in ids]
    if new:
        made = db.session.execute(insert(Unit).returning(Unit.code, Unit.id), [{**v, "path": ""} for v in new])
        ids |= dict(made.all())
    parents = {row.values["code"]: row.values["parent_code"] for row in rows}
    parents |= {b["code"]: _code_of(ids, b["parent_id"]) for b in before.values() if b["code"] not in parents}
    changed = []
    for code, unit_id in ids.items():
        values = {**wanted.get(code, {}), "parent_id": ids.get(parents[code]) if parents[code] else None}
        values["path"] = _path(code, parents, ids)
        old = before.get(unit_id, {})
        if any(old.get(name) != value for name, value in values.items()):
            changed.append({"id": unit_id, **values})
    for one in changed:
        db.session.execute(update(Unit).where(Unit.id == one["id"]).values(one))
    _store_aliases(rows, ids)
    db.session.expire_all()
    return _compare(rows, ids, before)


def _compare(rows: list[Row], ids: dict[str, int], before: dict[int, dict[str, object]]) -> Stored:
    stored = Stored()
    after = snapshot(Unit, ids.values())
    for row in rows:
        unit_id = ids[row.values["code"]]
        old = before.get(unit_id)
        if old is None:
            stored.created += 1
            stored.changes.append(Change(row.number, Unit.__tablename__, unit_id, "created"))
            continue
        lost = {name: plain(value) for name, value in old.items() if after[unit_id][name] != value}
        stored.updated += bool(lost)
        stored.unchanged += not lost
        if lost:
            stored.changes.append(Change(row.number, Unit.__tablename__, unit_id, "updated", lost))
    return stored


def _code_of(ids: dict[str, int], unit_id: int | None) -> str:
    return next((code for code, known in ids.items() if known == unit_id), "") if unit_id else ""


def _path(code: str, parents: dict[str, str], ids: dict[str, int]) -> str:
    steps: list[int] = []
    while code and ids[code] not in steps:
        steps.append(ids[code])
        code = parents.get(code, "")
    return "/" + "".join(f"{step}/" for step in reversed(steps))


def _store_aliases(rows: list[Row], ids: dict[str, int]) -> None:
    known = {(unit_id, alias) for unit_id, alias in db.session.execute(select(UnitAlias.unit_id, UnitAlias.alias))}
    pairs = {(ids[row.values["code"]], row.values["short_name"]) for row in rows if row.values["short_name"]}
    new = [{"unit_id": unit_id, "alias": alias} for unit_id, alias in sorted(pairs - known)]
    if new:
        db.session.execute(insert(UnitAlias), new)


def not_named(sheet: Sheet) -> list[Other]:
    """Units on record that this list does not name, by code or by name."""
    named = {row.words(name) for row in sheet.rows for name in ("code", "name")}
    stored = db.session.execute(select(Unit.id, Unit.code, Unit.name).order_by(Unit.code))
    return [
        Other(Unit.__tablename__, unit_id, name, code)
        for unit_id, code, name in stored
        if code not in named and name not in named
    ]


UNITS = Importer("units", 10, _COLUMNS["units"], check, store, others=not_named)
