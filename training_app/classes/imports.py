"""Plans, quotas, rosters and timetables as spreadsheets: their columns, what is refused, how they are stored."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from training_app.accounts.api import load_unit_finder
from training_app.cadres.api import People, list_refs
from training_app.classes import fillings
from training_app.classes.matching import class_of_sheet, ensure_open, list_planned_classes, name_key
from training_app.classes.models import Enrollment, PlanLine, SeatAllotment
from training_app.classes.services.enrolment import enroll_many
from training_app.classes.services.plan import PlanValues, allot_seats, find_or_create_program, save_plan_line
from training_app.classes.timetable_imports import check_timetable, store_timetable
from training_app.classes.values import NewEnrollment
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, Importer, Stored, compare, snapshot
from training_app.core.spreadsheets.sheets import Row, Sheet

_COLUMNS = load_columns(Path(__file__).with_name("columns.toml"))
_ROSTER_FIELDS = ("unit_id", "unit_name", "post_title", "group_name", "class_role", "note")


# ---------------------------------------------------------------- plan
def check_plan(sheet: Sheet) -> None:
    """Judge the lines of a plan: one line, one class, known by its number; dates in order, hours more than none."""
    year = sheet.year
    seen: dict[str, int] = {}
    for row in sheet.rows:
        name, code = row.words("name"), row.words("code")
        if not name:
            row.refuse("name", "name_missing")
            continue
        dates = cells.span(row.cells.get("dates"), year=year)
        hours = cells.hours(row.cells.get("credit_hours"))
        if hours is None:
            row.refuse("credit_hours", "hours_invalid")
        elif dates is None:
            row.refuse("dates", "date_invalid")
        elif dates[1] < dates[0]:
            row.refuse("dates", "date_order")
        elif (code or name) in seen:
            row.refuse("", "duplicate_row", other=seen[code or name])
        if not row.accepted or dates is None or hours is None:
            continue
        seen[code or name] = row.number
        row.values = {
            "code": code or name,
            "name": name,
            "program": row.text("program") or _program_of(name),
            "seats": row.whole("seats") or 0,
            "days": row.whole("days") or (dates[1] - dates[0]).days + 1,
            "credit_hours": hours,
            "starts_on": dates[0],
            "ends_on": dates[1],
            "year": dates[0].year,
            **{field: row.text(field) for field in ("audience", "venue", "host", "organiser", "note")},
        }


def _program_of(name: str) -> str:
    """The program a class belongs to when the plan has no column for it: its name without the cohort."""
    return name.partition("第")[0] if name.endswith(("期", "届")) else name


def store_plan(sheet: Sheet) -> Stored:
    """Store the lines, known again by their number. A class opened from one keeps its own dates."""
    rows = sheet.accepted()
    ids = {code: line_id for line_id, code in db.session.execute(select(PlanLine.id, PlanLine.code))}
    before = snapshot(PlanLine, ids.values())
    fields = PlanValues.__dataclass_fields__
    stored_ids = []
    for row in rows:
        party = "党员" in row.values["program"] or "党员" in row.values["audience"]
        program_id = find_or_create_program(row.values["program"], for_party_members=party)
        given = {name: value for name, value in row.values.items() if name in fields}
        given["seats"] = max(1, given["seats"])
        values = PlanValues(**given, program_id=program_id)
        known = ids.get(values.code)
        same = known is not None and all(before[known][name] == value for name, value in vars(values).items())
        stored_ids.append(known if same and known is not None else save_plan_line(values, plan_line_id=known))
    return _counted(rows, compare(PlanLine, before=before, ids=stored_ids, rows=rows))


def _counted(rows: list[Row], changes: list[Change]) -> Stored:
    """Count lines by what became of them."""
    action = {change.row: change.action for change in reversed(changes)}
    created = sum(action.get(row.number) == "created" for row in rows)
    updated = sum(action.get(row.number) == "updated" for row in rows)
    return Stored(created, updated, len(rows) - created - updated, changes)


# ---------------------------------------------------------------- quotas
def check_quotas(sheet: Sheet) -> None:
    """Judge the seats by unit and class; a header that is no class of the plan is an unknown column."""
    units = load_unit_finder()
    lines = {name_key(line.name): line for line in list_planned_classes()}
    columns = {n: lines[name_key(label)] for n, label in sheet.layout.dynamic.items() if name_key(label) in lines}
    sheet.notes["columns"] = columns
    sheet.notes["unknown"] = [label for n, label in sheet.layout.dynamic.items() if n not in columns]
    seen: dict[int, int] = {}
    for row in sheet.rows:
        found = units.whole(row.words("unit"))
        if found.unit is None:
            row.refuse(
                "unit",
                "unit_ambiguous" if found.ambiguous else "unit_unknown",
                candidates="、".join(u.name for u in found.candidates),
            )
        elif found.unit.id in seen:
            row.refuse("", "duplicate_row", other=seen[found.unit.id])
        if not row.accepted or found.unit is None:
            continue
        seen[found.unit.id] = row.number
        seats: dict[int, int] = {}
        for n, line in columns.items():
            count = cells.whole(row.dynamic.get(n))
            if count is None and cells.text(row.dynamic.get(n)):
                row.flag_at(sheet.column(n), row.dynamic.get(n), "seats_invalid")
            elif count:
                seats[line.plan_line_id] = count
        row.values = {"unit_id": found.unit.id, "unit_code": found.unit.code, "unit": found.unit.name, "seats": seats}


def store_quotas(sheet: Sheet) -> Stored:
    """Store the seats, class by class; a line counts by what became of its unit's seats."""
    rows = sheet.accepted()
    wanted: dict[int, dict[int, int]] = {line.plan_line_id: {} for line in sheet.notes["columns"].values()}
    for row in rows:
        for plan_line_id, count in row.values["seats"].items():
            wanted[plan_line_id][row.values["unit_id"]] = count
    had = _allotted(list(wanted))
    for plan_line_id, seats in wanted.items():
        if seats != {unit: number for (line, unit), (_, number) in had.items() if line == plan_line_id}:
            allot_seats(plan_line_id, seats, within_plan=False)
    changes = []
    now = _allotted(list(wanted))
    for row in rows:
        for plan_line_id in wanted:
            key = (plan_line_id, row.values["unit_id"])
            old, new = had.get(key), now.get(key)
            if new is not None and old is None:
                changes.append(Change(row.number, SeatAllotment.__tablename__, new[0], "created"))
            elif new is not None and old is not None and old[1] != new[1]:
                changes.append(Change(row.number, SeatAllotment.__tablename__, new[0], "updated", {"seats": old[1]}))
    return _counted(rows, changes)


def _allotted(plan_line_ids: list[int]) -> dict[tuple[int, int], tuple[int, int]]:
    chosen = select(SeatAllotment).where(SeatAllotment.plan_line_id.in_(plan_line_ids))
    return {(s.plan_line_id, s.unit_id): (s.id, s.seats) for s in db.session.scalars(chosen)}


# ---------------------------------------------------------------- roster
def check_roster(sheet: Sheet) -> None:
    """Judge the people of a class: each is in the register, by citizen number, else by name, unit and phone."""
    sheet.notes["class"] = class_of_sheet(sheet)
    units = load_unit_finder()
    people = People(list_refs(), units)
    seen: dict[int, int] = {}
    for row in sheet.rows:
        name = cells.person_name(row.cells.get("name"))
        if not name:
            row.refuse("name", "name_missing")
            continue
        person = people.of_row(row, name, row.words("unit_and_post"))
        if person is None:
            continue
        if person.id in seen:
            row.refuse("", "duplicate_row", other=seen[person.id])
            continue
        seen[person.id] = row.number
        found = units.post(row.words("unit_and_post"))
        unit = found.unit or units.get(person.unit_id)
        row.values |= {
            "cadre_id": person.id,
            "name": name,
            "unit_id": unit.id if unit else None,
            "unit_code": unit.code if unit else None,
            "unit_name": unit.name if unit else None,
            "post_title": row.text("post_title") or (found.post if found.unit else None),
            **{field: row.text(field) for field in ("group_name", "class_role", "note", "ethnic_group")},
        }


def store_roster(sheet: Sheet) -> Stored:
    """Put the people into the class, opened if it is not; who is in it gets the roster's unit, post and group."""
    rows = sheet.accepted()
    class_id = ensure_open(sheet.notes["class"])
    sheet.class_id = class_id
    mine = select(Enrollment.cadre_id, Enrollment.id).where(Enrollment.class_id == class_id)
    there = dict(db.session.execute(mine).all())
    before = snapshot(Enrollment, there.values())
    people = [
        NewEnrollment(row.values["cadre_id"], **{name: row.values[name] for name in _ROSTER_FIELDS}) for row in rows
    ]
    done = enroll_many(class_id, people)
    for row in rows:
        old = before.get(there.get(row.values["cadre_id"], 0))
        wanted = {name: row.values[name] for name in _ROSTER_FIELDS if row.values[name]}
        if old is not None and any(old[name] != value for name, value in wanted.items()):
            db.session.execute(update(Enrollment).where(Enrollment.id == old["id"]).values(wanted))
    ids = [done[row.values["cadre_id"]] for row in rows]
    db.session.expire_all()
    return _counted(rows, compare(Enrollment, before=before, ids=ids, rows=rows))


PLAN = Importer("plan", 80, _COLUMNS["plan"], check_plan, store_plan)
QUOTAS = Importer("quotas", 90, _COLUMNS["quotas"], check_quotas, store_quotas)
ROSTER = Importer("roster", 100, _COLUMNS["roster"], check_roster, store_roster, of_class=True, fill=fillings.roster)
TIMETABLE = Importer(
    "timetable", 110, _COLUMNS["timetable"], check_timetable, store_timetable, of_class=True, fill=fillings.timetable
)
