"""Bringing files in: read, judge, store; one transaction per file, one report entry per worksheet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import clock, crypto, files
from training_app.core.actor import current_actor
from training_app.core.db import db, serialise, unit_of_work
from training_app.core.errors import DomainError
from training_app.core.events import publish
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.guards import MAX_BYTES, Unreadable
from training_app.core.spreadsheets.importers import SheetRefused, Stored
from training_app.core.spreadsheets.reading import read_book
from training_app.core.spreadsheets.sheets import Finding, Sheet, flag_hidden, make_sheet
from training_app.core.text import N_
from training_app.exams import api as exams
from training_app.imports.events import SheetChecked, SheetImported
from training_app.imports.models import ImportBatch, ImportChange
from training_app.imports.permissions import IMPORTS
from training_app.imports.reasons import words_of
from training_app.imports.registry import IMPORTERS, QUESTIONS, Recognised, recognise
from training_app.results import api as results

TABLES = (".xlsx", ".xlsm", ".xls", ".csv")
QUESTION_FILES = (".docx", ".txt", ".xml", ".zip", ".gift", ".aiken")
_PERSONAL = frozenset({"id_number", "phone"})
_LONGEST_VALUE = 200


@dataclass
class Entry:
    """What is reported of one worksheet."""

    kind: str
    file: str
    sheet: str = ""
    header_row: int | None = None
    rows_read: int = 0
    accepted: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    flagged: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    import_id: int | None = None
    class_id: int | None = None
    error: dict[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The entry as CONTRACT.md has it; ``error`` only when the sheet could not be taken as a whole."""
        entry = dict(vars(self))
        if self.error is None:
            del entry["error"]
        return entry


@dataclass(frozen=True)
class File:
    """A file to bring in: its name (or its path below the folder) and its bytes."""

    name: str
    data: bytes


class _RehearsedError(Exception):
    """Ends a rehearsal: everything done is rolled back."""


def import_file(
    file: File, *, kind: str = "auto", class_code: str = "", class_id: int | None = None, dry_run: bool = False
) -> list[Entry]:
    """Bring in one file: all its worksheets in one transaction.

    Raises:
        Unreadable: it is no table, damaged or dangerous.

    """
    recognised = _recognise(file, kind)
    return _run(lambda: _take_in(file, recognised, class_code=class_code, class_id=class_id, dry_run=dry_run), dry_run)


def check_file(
    file: File, *, kind: str = "auto", class_code: str = "", class_id: int | None = None
) -> list[Entry]:
    """Read and judge a file, rehearse storing it, and keep the result until somebody decides.

    Raises:
        Unreadable: it is no table, damaged or dangerous.

    """
    entries = import_file(file, kind=kind, class_code=class_code, class_id=class_id, dry_run=True)
    stored = files.store(file.data)
    with unit_of_work():
        for entry in entries:
            _keep(entry, stored.sha256, state="checked", changes=Stored())
    return entries


def import_folder(
    folder: Path, *, dry_run: bool = False, tell: Callable[[Entry], object] | None = None
) -> list[Entry]:
    """Bring in a whole folder: kinds and order are found from the files themselves.

    What one file cannot give (no table, a kind not supported) is an entry of the report, not the end of the import.
    """
    found, entries = _survey(folder)

    def everything() -> list[Entry]:
        touched: set[int] = set()
        for file, recognised in found:
            done = _one_of_many(file, recognised, dry_run=dry_run)
            entries.extend(done)
            touched |= {e.class_id for e in done if e.class_id is not None and e.error is None}
            for entry in done:
                if tell is not None:
                    tell(entry)
        for class_id in sorted(touched):
            decide(class_id)
        return entries

    return _run(everything, dry_run=dry_run, whole=dry_run)


def _one_of_many(file: File, recognised: list[Recognised], *, dry_run: bool) -> list[Entry]:
    try:
        return _run(lambda: _take_in(file, recognised, dry_run=dry_run, settle=False), dry_run=False)
    except DomainError as error:
        return [
            _refused(file.name, each, "not_stored", reason=_translated(error)) for each in recognised
        ]


def _run(work: Callable[[], list[Entry]], dry_run: bool, *, whole: bool = True) -> list[Entry]:  # noqa: FBT001 - the two modes of one act
    """Do the work in one transaction (``whole``), or rehearse it: do it and roll it back."""
    if not whole:
        return work()
    result: list[Entry] = []
    try:
        with unit_of_work():
            result = work()
            if dry_run:
                raise _RehearsedError
    except _RehearsedError:
        db.session.expire_all()
    return result


def _survey(folder: Path) -> tuple[list[tuple[File, list[Recognised]]], list[Entry]]:
    """All tables of a folder in the order they must go in, and entries for what is no table."""
    found: list[tuple[int, File, list[Recognised]]] = []
    entries: list[Entry] = []
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith((".", "~$")) or suffix not in (*TABLES, *QUESTION_FILES):
            continue
        if suffix in QUESTION_FILES:
            entries.append(_entry_of_error(QUESTIONS, name, "kind_not_supported"))
            continue
        try:
            if path.stat().st_size > MAX_BYTES:
                raise Unreadable(N_("The file is larger than %(limit)s MB."), code="too_large", limit=MAX_BYTES >> 20)
            file = File(name, path.read_bytes())
            recognised = _recognise(file, "auto")
        except Unreadable as error:
            entries.append(Entry("", name, error={"code": error.code, "message": _translated(error)}))
            continue
        order = min((IMPORTERS[r.kind].order for r in recognised if r.kind in IMPORTERS), default=999)
        found.append((order, file, recognised))
    found.sort(key=lambda each: (each[0], each[1].name))
    return [(file, recognised) for _, file, recognised in found], entries


def _recognise(file: File, kind: str) -> list[Recognised]:
    book = read_book(file.data)
    recognised = [recognise(grid, file=file.name, kind=kind) for grid in book.grids if grid.rows]
    known = [each for each in recognised if not each.reason]
    # With the kind given, other worksheets of the book (notes, lists) are not what was asked for.
    chosen = known if kind != "auto" and known else recognised
    if not chosen:
        raise Unreadable(N_("The file is empty."), code="empty")
    return sorted(chosen, key=lambda each: IMPORTERS[each.kind].order if each.kind in IMPORTERS else 999)


def _take_in(
    file: File, recognised: Sequence[Recognised], *, class_code: str = "", class_id: int | None = None,
    dry_run: bool = False, settle: bool = True,
) -> list[Entry]:
    serialise("imports")
    entries = []
    sha256 = "" if dry_run else files.store(file.data).sha256
    for each in recognised:
        entry, stored = _take_in_sheet(file, each, class_code=class_code, class_id=class_id)
        entries.append(entry)
        if not dry_run and stored is not None:
            _keep(entry, sha256, state="stored", changes=stored)
    if settle:
        for touched in sorted({e.class_id for e in entries if e.class_id is not None and e.error is None}):
            decide(touched)
    return entries


def _take_in_sheet(
    file: File, each: Recognised, *, class_code: str, class_id: int | None
) -> tuple[Entry, Stored | None]:
    if each.kind == QUESTIONS:
        return _refused(file.name, each, "kind_not_supported"), None
    if each.reason or each.table is None or each.layout is None:
        return _refused(file.name, each, each.reason, columns="、".join(each.missing)), None
    importer = IMPORTERS[each.kind]
    sheet = make_sheet(
        each.kind, each.table, each.layout, columns=importer.columns, file=file.name, class_code=class_code
    )
    sheet.class_id = class_id if importer.of_class else None
    try:
        importer.check(sheet)
        flag_hidden(sheet.rows)
        _refuse_strangers(sheet)
        stored = importer.store(sheet)
    except SheetRefused as reason:
        return _refused(file.name, each, reason.code, **reason.params), None
    return _entry(sheet, stored), stored


def _refuse_strangers(sheet: Sheet) -> None:
    """A class teacher brings in sheets of own classes only.

    Raises:
        SheetRefused: the sheet is of no class, or of somebody else's.

    """
    actor = current_actor()
    if actor.is_system or "all" in IMPORTS["run"].reach_of(actor):
        return
    line = sheet.notes.get("class")
    class_id = sheet.class_id or (line.class_id if isinstance(line, classes.PlannedClass) else None)
    if class_id is None or not classes.may_see_class(actor, class_id, IMPORTS["run"]):
        raise SheetRefused("not_your_class")


def decide(class_id: int) -> None:
    """Decide the results of a class once attendance and scores are both there."""
    if not attendance.records_of_class(class_id) or not exams.exams_of_class(class_id):
        return
    if classes.get_class(class_id).state in ("enrolling", "cancelled", "archived"):
        return
    with unit_of_work():
        results.decide_results(class_id)


def _keep(entry: Entry, sha256: str, *, state: str, changes: Stored) -> ImportBatch:
    """Write down what was brought in, and what it changed, for the list of imports and for undoing it."""
    batch = ImportBatch(
        kind=entry.kind, file_name=entry.file[-300:], sheet=entry.sheet[:100], file_sha256=sha256,
        class_id=entry.class_id if state == "stored" else _existing(entry.class_id), state=state,
        rows_read=entry.rows_read, accepted=entry.accepted,
        created=entry.created, updated=entry.updated, unchanged=entry.unchanged,
        refused_count=len(entry.refused), flagged_count=len(entry.flagged), report={},
        account_id=current_actor().account_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    entry.import_id = batch.id
    batch.report = seal(entry.as_dict())
    db.session.flush()
    keep_changes(batch.id, changes)
    if state == "stored":
        say_imported(batch)
    else:
        publish(
            SheetChecked(
                import_id=batch.id, kind=entry.kind, file=entry.file, sheet=entry.sheet, rows_read=entry.rows_read,
                accepted=entry.accepted,
            )
        )
    return batch


def _existing(class_id: int | None) -> int | None:
    """The class, unless it was only opened in a rehearsal."""
    return class_id if class_id is not None and classes.list_classes([class_id]) else None


def keep_changes(batch_id: int, stored: Stored) -> None:
    """Keep what was done to each stored row."""
    rows = [
        {
            "batch_id": batch_id, "row": change.row, "entity": change.entity, "entity_id": change.entity_id,
            "action": change.action, "before": change.before,
        }
        for change in stored.changes
    ]
    if rows:
        db.session.execute(insert(ImportChange), rows)


def say_imported(batch: ImportBatch) -> None:
    """Say once per worksheet that it was brought in."""
    publish(
        SheetImported(
            import_id=batch.id, kind=batch.kind, file=batch.file_name, sheet=batch.sheet, file_sha256=batch.file_sha256,
            class_id=batch.class_id, accepted=batch.accepted, created=batch.created, updated=batch.updated,
            unchanged=batch.unchanged, refused=batch.refused_count,
        )
    )


def seal(report: dict[str, Any]) -> dict[str, Any]:
    """A report as it is stored: encrypted, since it quotes cells with personal data."""
    return {"sealed": crypto.encrypt(json.dumps(report, ensure_ascii=False, default=str), "import")}


def unseal(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored report in clear."""
    if "sealed" not in stored:
        return stored
    report: dict[str, Any] = json.loads(crypto.decrypt(stored["sealed"], "import"))
    return report


# ---------------------------------------------------------------- report
def _entry(sheet: Sheet, stored: Stored) -> Entry:
    accepted = sheet.accepted()
    unknown = list(sheet.layout.unknown) + [str(each) for each in sheet.notes.get("unknown", ())]
    names = {label: name for name, label in sheet.layout.labels.items()}
    dynamic = {label: label for label in sheet.layout.dynamic.values() if label not in unknown}
    return Entry(
        kind=sheet.kind, file=sheet.file, sheet=sheet.name, header_row=sheet.table.header_row,
        rows_read=len(sheet.rows), accepted=len(accepted), created=stored.created, updated=stored.updated,
        unchanged=stored.unchanged,
        refused=[_said(finding) for row in sheet.rows for finding in row.refused],
        flagged=[_said(finding) for row in accepted for finding in row.flagged],
        columns=names | dynamic, unknown_columns=unknown, class_id=sheet.class_id,
    )  # fmt: skip


def _said(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.row, "field": finding.label, "value": finding.value[:_LONGEST_VALUE], "code": finding.code,
        "message": _message(finding.code, finding.params), "name": finding.name,
        **({"other": finding.params["other"]} if "other" in finding.params else {}),
        **({"candidates": finding.params["candidates"]} if finding.params.get("candidates") else {}),
        **({"right": finding.params["right"]} if finding.params.get("right") else {}),
    }  # fmt: skip


def _refused(file: str, each: Recognised, code: str, **params: Any) -> Entry:
    entry = _entry_of_error(each.kind, file, code, **params)
    entry.sheet = each.grid.name
    entry.header_row = each.table.header_row if each.table else None
    return entry


def _entry_of_error(kind: str, file: str, code: str, **params: Any) -> Entry:
    return Entry(kind, file, error={"code": code, "message": _message(code, params)})


def _message(code: str, params: dict[str, Any]) -> str:
    text = gettext(words_of(code))
    return text % params if params and "%(" in text else text


def _translated(error: DomainError) -> str:
    text = gettext(error.message)
    return text % error.params if error.params else text


def dump_report(entries: Iterable[Entry]) -> str:
    """The report of several worksheets as JSON text."""
    return json.dumps([entry.as_dict() for entry in entries], ensure_ascii=False, indent=1, default=cells.shown)
