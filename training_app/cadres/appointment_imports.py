"""Appointment forms from ``.lrmx`` files: what is refused, what is shown to a person, how they are stored."""

from __future__ import annotations

import base64
import re
from typing import Any

from training_app.accounts.api import load_unit_finder
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
from training_app.cadres.lrmx import FIELDS, TITLES, AppointmentForm
from training_app.cadres.lrmx import reading as lrmx
from training_app.cadres.lrmx.form import family_of
from training_app.cadres.models import AppointmentFormVersion, Cadre
from training_app.cadres.queries.namesakes import citizen_number_of, list_namesakes
from training_app.cadres.queries.people import CadreInfo, find_cadre_by_id_number, get_cadre
from training_app.cadres.services.appointment_forms import FormKept, FormValues, differences, store_forms
from training_app.cadres.services.values import CadreValues
from training_app.core import clock
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.columns import ColumnSet, Field
from training_app.core.spreadsheets.importers import Change, FileImporter, Stored
from training_app.core.spreadsheets.sheets import Finding, Row, Sheet

KIND = "appointment-forms"
_ORDER = 25  # after the cadres, whose posts they do not change
_TITLES = {"file": "文件", **TITLES}
_COLUMNS = ColumnSet(KIND, {name: Field(name, title, frozenset()) for name, title in _TITLES.items()}, ())
_MONTHS = {"party_joined": ADULT, "work_started": WORKING}
_AGE_CODES = {"party_joined": "party_age", "work_started": "work_age"}
_MEMBER = "中共党员"
_PARTIES = {
    "中共预备": "中共预备党员",
    "中共": _MEMBER,
    "民革": "民革党员",
    "民盟": "民盟盟员",
    "民建": "民建会员",
    "民进": "民进会员",
    "农工": "农工党党员",
    "致公": "致公党党员",
    "九三": "九三学社社员",
    "台盟": "台盟盟员",
    "无党派": "无党派人士",
    "群众": "群众",
    "共青团": "共青团员",
}
_NAMES = CadreValues.__dataclass_fields__
_DIGITS = re.compile(r"\d{4}")


def check(sheet: Sheet) -> None:
    """Judge forms: one person each, known by the citizen number, or by name and month of birth where there is none."""
    units = load_unit_finder()
    seen = Seen()
    for row in sheet.rows:
        if not row.accepted or not _identify(row, seen):
            continue
        known = row.values.get("known")
        if known is None and not place_cadre(row, units):
            continue
        if known is not None:
            _compare_post(row, known)
        take_person(row)
        _take_particulars(row)
        for what, value in row.extra.get("notes", ()):
            row.flagged.append(Finding(row.number, "", value, f"form_{what}"))
        row.values["form"] = _form_of(row)
        seen.remember(row)


def _identify(row: Row, seen: Seen) -> bool:
    """Whose form it is: ``row.values["known"]`` is the person on record, if there is one."""
    name = cells.person_name(row.cells.get("name"))
    if name and not row.words("id_number"):
        return _identify_by_name(row, seen, name)
    if not identify(row, seen):
        return False
    known = find_cadre_by_id_number(row.values["id_number"])
    if known is not None and known.name != name:
        row.refuse("id_number", "id_taken", named=known.name)
        return False
    row.values["known"] = known
    return True


def _identify_by_name(row: Row, seen: Seen, name: str) -> bool:
    """Older forms carry no citizen number: one person on record of this name and month of birth will do."""
    month = row.month("birth_month")
    people = [p for p in list_namesakes([name]).get(name, ()) if p.has_number and month in ("", p.birth_month)]
    if len(people) != 1:
        row.refuse("id_number", "person_ambiguous" if people else "id_missing")
        return False
    number = citizen_number_of(people[0].id)
    if number in seen.people:
        row.refuse("", "duplicate_row", other=seen.people[number][1])
        return False
    row.values = {"name": name, "id_number": number, "known": get_cadre(people[0].id)}
    return True


def _compare_post(row: Row, known: CadreInfo) -> None:
    """The register's post stays; where the form says another, a person should look."""
    typed = row.words("unit_and_post")
    if typed and typed not in (known.unit_and_post, f"{known.unit_name}{known.post_title}"):
        row.flag("unit_and_post", "post_differs", right=known.unit_and_post)


def _take_particulars(row: Row) -> None:
    today = f"{clock.today():%Y-%m}"
    born = row.values["birth_month"]
    row.values |= {
        "ethnic_group": row.text("ethnic_group"),
        "native_place": row.text("native_place"),
        "full_time_education": row.text("full_time_education"),
        "in_service_education": row.text("in_service_education"),
        "degree": row.text("in_service_degree") or row.text("full_time_degree"),
        "school_and_major": row.text("in_service_school") or row.text("full_time_school"),
        "political_status": _status(row.words("party_joined")),
    }
    for name, months in _MONTHS.items():
        other_party = name == "party_joined" and row.values["political_status"] not in ("", _MEMBER)
        month = "" if other_party else row.month(name)
        if month > today:
            row.flag(name, "date_future")
            month = ""
        row.values[name] = month
        doubt_age(row, name, born, months, _AGE_CODES[name])


def _status(typed: str) -> str:
    """入党时间 holds a month for members of the party, and the party's name for members of another."""
    if _DIGITS.match(typed):
        return _MEMBER
    return next((status for start, status in _PARTIES.items() if typed.startswith(start)), "")


def _form_of(row: Row) -> AppointmentForm:
    """The form as its cells stand now, with the number and month that were settled."""
    texts: dict[str, Any] = {name: cells.shown(row.cells.get(name)).strip() for name in FIELDS}
    texts |= {"name": row.values["name"], "sex": row.values["sex"], "id_number": row.values["id_number"]}
    texts["birth_month"] = row.values["birth_month"].replace("-", "")
    family = family_of(cells.shown(row.cells.get("family")))
    return AppointmentForm(**texts, family=family, photo=base64.b64decode(row.extra.get("photo", "")))


def store(sheet: Sheet) -> Stored:
    """Store the forms through the feature's own use case; remember what they changed."""
    rows = sheet.accepted()
    values = [FormValues(_id_of(row), CadreValues(**given(row, _NAMES)), row.values["form"]) for row in rows]
    done = store_forms(values, source=sheet.file)
    people = changes_of(Cadre, rows, done.people)
    touched = {change.row: change.action for change in people}
    changes = list(people)
    for row, kept in zip(rows, done.forms, strict=True):
        if not kept.is_new:
            continue
        changes.append(_change(row, kept))
        touched.setdefault(row.number, "updated" if kept.before else "created")
    created = sum(action == "created" for action in touched.values())
    return Stored(created, len(touched) - created, len(rows) - len(touched), sorted(changes, key=lambda c: c.row))


def _id_of(row: Row) -> int | None:
    known: CadreInfo | None = row.values.get("known")
    return known.id if known is not None else None


def _change(row: Row, kept: FormKept) -> Change:
    if kept.before is None:
        return Change(row.number, AppointmentFormVersion.__tablename__, kept.id, "created")
    changed = differences(kept.before, row.values["form"])
    before = {name: old for name, (old, _) in changed.items()}
    after = {name: new for name, (_, new) in changed.items()}
    return Change(row.number, AppointmentFormVersion.__tablename__, kept.id, "updated", before, after)


APPOINTMENT_FORMS = FileImporter(
    KIND, _ORDER, _COLUMNS, check, store, claims=f"{lrmx.__name__}:claims", parse=f"{lrmx.__name__}:parse"
)
