"""A worksheet as its page shows it: rows as the user knows them, what is said of each, the repairs that fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_app.accounts.api import Named, UnitFinder, list_units, load_unit_finder
from training_app.cadres.api import (
    Namesake,
    find_cadre_by_id_number,
    list_namesakes,
    mask_citizen_number,
    mask_phone,
)
from training_app.core.db import db
from training_app.core.pages import ListQuery, Page
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.grids import Value
from training_app.core.spreadsheets.importers import Other
from training_app.core.spreadsheets.sheets import Row
from training_app.core.spreadsheets.text import half_width
from training_app.imports.models import ImportBatch
from training_app.imports.offers import (
    NUMBER_CODES,
    PERSON_CODES,
    UNIT_CODES,
    ColumnFixes,
    Offer,
    close_units,
    group_units,
    understood,
)
from training_app.imports.services.keeping import unseal
from training_app.imports.services.repairing import Typed, load

SHOWN = ("refused", "flagged", "ready", "out", "made", "changed", "same")
_MOST_COLUMNS = 6
_MOST_PEOPLE = 6
_UNIT_FIELDS = ("unit_and_post", "unit", "branch")
_FIRST = (
    "name",
    "code",
    "sex",
    "birth_month",
    "id_number",
    "unit_and_post",
    "unit",
    "branch",
    "phone",
    "dates",
    "day",
    "score",
    "total",
    "work_started",
    "post_level",
)  # what tells a row best, where there is no room for all


@dataclass(frozen=True)
class ShownCell:
    """A cell as the page shows it; ``wrong`` and ``doubtful`` when a finding is about it."""

    name: str
    text: str
    wrong: bool = False
    doubtful: bool = False
    note: str = ""


@dataclass(frozen=True)
class ShownRow:
    """A row as the user knows it, with what is said of it, the repairs that fit, and what would change."""

    number: int
    cells: tuple[ShownCell, ...]
    messages: tuple[Mapping[str, Any], ...]
    offers: tuple[Offer, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class BatchFile:
    """A worksheet's page: the report, the columns shown (field, header, whether a phone shows it), this page's rows."""

    report: Mapping[str, Any]
    columns: tuple[tuple[str, str, bool], ...]
    page: Page[ShownRow]
    ready: int
    left_out: int
    steps: int
    fixes: ColumnFixes
    editing: tuple[tuple[str, str, str], ...] = ()  # the row being edited: field, header, text
    preview: Mapping[str, Any] | None = None


def file_of(import_id: int, *, show: str, query: ListQuery, repair: bool, editing: int = 0) -> BatchFile:
    """The worksheet's page: rows refused, flagged, ready, left out, or by what would become of them."""
    now = load(import_id)
    said = _said(now.report)
    refused = {number for number, findings in said.items() if findings[0]["refused"]}
    inside = [row for row in now.rows.values() if row.number not in now.out]
    ready = [row for row in inside if row.number not in refused]
    preview = now.report.get("preview") or None
    chosen = _chosen(now, show, inside, ready, refused, said, preview or {})
    part = chosen[query.offset : query.offset + query.per_page]
    about = {f.get("name") or f["field"] for row in part for f in said.get(row.number, ())}
    names = _columns(now.labels, about)
    finder = load_unit_finder() if repair else None
    offers = _Offers(now, finder, part, said) if finder is not None else None
    changed = (preview or {}).get("changed", {})
    shown = [
        _shown(row, names, said.get(row.number, ()), now.notes, offers, changed.get(str(row.number), ()))
        for row in part
    ]
    everywhere = about | {"name"} if about & set(names) or "name" in names else set(names[:3])
    columns = tuple((name, now.labels[name], name in everywhere) for name in names)
    return BatchFile(
        now.report,
        columns,
        Page(shown, len(chosen), query),
        len(ready),
        len([number for number in now.out if number in now.rows]),
        now.steps,
        _fixes(now, finder, said) if finder is not None else ColumnFixes(),
        _editing(now, editing),
        preview,
    )


def plan_of(import_id: int) -> tuple[Mapping[str, Any], int]:
    """What storing would do, as it was worked out last; and how many rows are left out."""
    batch = db.session.get(ImportBatch, import_id)
    report = unseal(batch.report) if batch is not None else {}
    return report.get("preview") or {}, len(report.get("left_out", ()))


def others_of(import_id: int) -> list[Other]:
    """What was on record and not in this list when it was checked last."""
    return [Other(*each) for each in plan_of(import_id)[0].get("others", ())]


def numbers_to_fill(now: Typed) -> dict[int, int]:
    """Rows whose citizen number is missing or spoilt, with the one person of that name and unit on record."""
    wanted = [f for f in now.of_code(*NUMBER_CODES) if f.get("name") == "id_number" and f["row"] in now.rows]
    rows = [now.rows[f["row"]] for f in wanted if f["row"] not in now.out]
    if not rows:
        return {}
    people = list_namesakes(cells.person_name(row.cells.get("name")) for row in rows)
    finder = load_unit_finder()
    found = {}
    for row in rows:
        same = people.get(cells.person_name(row.cells.get("name")), ())
        unit = _unit_of(row, finder)
        here = [p for p in same if p.has_number and unit is not None and p.unit_id == unit.id]
        if len(here) == 1:
            found[row.number] = here[0].id
    return found


class _Offers:
    """The repairs that fit the faults of one page's rows."""

    def __init__(
        self,
        now: Typed,
        finder: UnitFinder,
        part: Sequence[Row],
        said: Mapping[int, Sequence[Mapping[str, Any]]],
    ) -> None:
        self._now, self._finder = now, finder
        self._units = _all_units(finder)
        self._numbers = numbers_to_fill(now)
        codes = PERSON_CODES | NUMBER_CODES
        asked = [row for row in part if any(f["code"] in codes for f in said.get(row.number, ()))]
        self._people = list_namesakes(cells.person_name(row.cells.get("name")) for row in asked)

    def of(self, row: Row, finding: Mapping[str, Any]) -> list[Offer]:
        """What may be done about one finding."""
        code, name = finding["code"], finding.get("name", "")
        if not finding["refused"]:
            return []
        if code in UNIT_CODES:
            text = cells.shown(row.cells.get(name))
            return [
                Offer("unit", name, str(unit.id), unit.name)
                for unit in close_units(self._finder, self._units, name, text)[: 4 if code == "unit_ambiguous" else 2]
            ]
        same = self._people.get(cells.person_name(row.cells.get("name")), ())
        if code in PERSON_CODES:
            return [_person(each) for each in same if each.has_number][:_MOST_PEOPLE]
        if code in NUMBER_CODES and row.number in self._numbers:
            chosen = next(each for each in same if each.id == self._numbers[row.number])
            return [_person(chosen)]
        if code == "name_missing" and row.cells.get("id_number"):
            person = find_cadre_by_id_number(row.text("id_number"))
            return [Offer("name", "name", "", person.name)] if person is not None else []
        return []


def _person(each: Namesake) -> Offer:
    return Offer(
        "person", "id_number", str(each.id), each.name, (each.unit_and_post, each.birth_month, each.id_number_masked)
    )


def _fixes(now: Typed, finder: UnitFinder, said: Mapping[int, Sequence[Mapping[str, Any]]]) -> ColumnFixes:
    faults = [
        (f["row"], f["name"], now.text(f["row"], f["name"]), f["code"])
        for findings in said.values()
        for f in findings
        if f["code"] in UNIT_CODES and f["refused"] and f.get("name")
    ]
    rows = {code: [f["row"] for f in now.of_code(code) if f["row"] not in now.out] for code in _COLUMN_CODES}
    return ColumnFixes(
        units=group_units(finder, _all_units(finder), faults),
        duplicates=tuple(rows["duplicate_row"]),
        births=tuple(sorted({*rows["birth_id_mismatch"], *rows["date_float_month"]})),
        sexes=tuple(rows["sex_id_mismatch"]),
        numbers=numbers_to_fill(now),
    )


_COLUMN_CODES = ("duplicate_row", "birth_id_mismatch", "date_float_month", "sex_id_mismatch")


def _unit_of(row: Row, finder: UnitFinder) -> Named | None:
    for name in _UNIT_FIELDS:
        if text := row.words(name):
            return understood(finder, name, text).unit
    return None


def _all_units(finder: UnitFinder) -> list[Named]:
    return [found for unit in list_units() if (found := finder.get(unit.id)) is not None]


def _said(report: Mapping[str, Any]) -> dict[int, list[Mapping[str, Any]]]:
    """Row → what is said of it; refusals first."""
    said: dict[int, list[Mapping[str, Any]]] = {}
    for key, refused in (("refused", True), ("flagged", False)):
        for finding in report.get(key, ()):
            said.setdefault(finding["row"], []).append({**finding, "refused": refused})
    return said


def _chosen(
    now: Typed,
    show: str,
    inside: list[Row],
    ready: list[Row],
    refused: Collection[int],
    said: Mapping[int, Any],
    preview: Mapping[str, Any],
) -> list[Row]:
    if show == "refused":
        return [row for row in inside if row.number in refused]
    if show == "flagged":
        return [row for row in ready if row.number in said]
    if show == "out":
        return [row for row in now.rows.values() if row.number in now.out]
    if show in ("made", "changed", "same"):
        wanted = {int(number) for number in preview.get(show, ())}
        return [row for row in ready if row.number in wanted]
    return ready


def _columns(labels: Mapping[str, str], about: Collection[str]) -> list[str]:
    """The columns to show, in the order of the file: those findings are about, what tells a row best, then the rest."""
    wanted = [name for name in labels if name in about]
    for name in (*_FIRST, *labels):
        if len(wanted) < _MOST_COLUMNS and name in labels and name not in wanted and name != "note":
            wanted.append(name)
    return [name for name in labels if name in wanted]


def _shown(
    row: Row,
    names: Sequence[str],
    findings: Sequence[Mapping[str, Any]],
    notes: Mapping[tuple[int, str], str],
    offers: _Offers | None,
    changes: Sequence[Sequence[Any]],
) -> ShownRow:
    wrong = {f.get("name") or f["field"] for f in findings if f["refused"]}
    doubtful = {f.get("name") or f["field"] for f in findings if not f["refused"]}
    shown = []
    for name in names:
        text = cells.shown(row.cells.get(name))
        if name not in wrong and name not in doubtful:
            text = _masked(name, row.cells.get(name), text)
        shown.append(ShownCell(name, text, name in wrong, name in doubtful, notes.get((row.number, name), "")))
    fitting = tuple(offer for f in findings for offer in offers.of(row, f)) if offers is not None else ()
    told = tuple((str(each[0]), _plain(each[1]), _plain(each[2])) for each in changes)
    return ShownRow(row.number, tuple(shown), tuple(findings), fitting, told)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _editing(now: Typed, number: int) -> tuple[tuple[str, str, str], ...]:
    row = now.rows.get(number)
    if row is None:
        return ()
    return tuple((name, label, cells.shown(row.cells.get(name))) for name, label in now.labels.items())


def _masked(name: str, value: Value, text: str) -> str:
    """Citizen numbers and phones are masked unless they are what is wrong."""
    if name == "id_number" and value is not None:
        return mask_citizen_number(half_width(text).strip())
    return mask_phone(half_width(text).strip()) if name == "phone" and value is not None else text
