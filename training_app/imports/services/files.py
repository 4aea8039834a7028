"""Bringing files in: read, judge, store; one transaction per file, one report entry per worksheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import files
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise, unit_of_work
from training_app.core.errors import DomainError
from training_app.core.events import publish
from training_app.core.pace import uncollected
from training_app.core.recording import recording
from training_app.core.spreadsheets.guards import MAX_BYTES, Unreadable
from training_app.core.spreadsheets.importers import SheetRefused, Stored, parse_file, sheet_of_items
from training_app.core.spreadsheets.sheets import Sheet, flag_failed, flag_hidden, make_sheet
from training_app.core.spreadsheets.templates import HELP_SHEETS
from training_app.core.text import N_
from training_app.exams import api as exams
from training_app.imports.edits import SheetWishes, WatchedRows, apply_edits
from training_app.imports.events import OriginalDownloaded
from training_app.imports.grids import read_cached
from training_app.imports.models import Upload
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import (
    QUESTIONS,
    Recognised,
    importer_of,
    importer_of_file,
    order_of,
    recognise,
)
from training_app.imports.services.keeping import keep, keep_decided, new_upload
from training_app.imports.services.preview import preview_of
from training_app.imports.services.reports import Entry, entry_of, entry_of_error, refused_entry, translated
from training_app.results import api as results

TABLES = (".xlsx", ".xlsm", ".xls", ".csv")
OTHER_FILES = (".docx", ".txt", ".xml", ".zip", ".gift", ".aiken", ".lrmx")  # questions, appointment forms


@dataclass(frozen=True)
class File:
    """A file to bring in: its name (or its path below the folder), its bytes, and the folder it lay in if known."""

    name: str
    data: bytes
    folder: str = ""

    @property
    def place(self) -> str:
        """Folder and name; class sheets often lie in a folder named after the class."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True)
class Wishes:
    """What people settled about a file (columns, header, repairs), and whom to tell how far its reading has come."""

    sheets: Mapping[str, SheetWishes] = field(default_factory=dict)
    remembered: Callable[[str], Mapping[str, str]] = lambda _kind: {}
    tell: Callable[[str, int, int], None] | None = None
    preview: bool = False
    store: bool = True

    def of(self, sheet: str) -> SheetWishes:
        """What was settled about one worksheet."""
        return self.sheets.get(sheet) or SheetWishes()


NO_WISHES = Wishes()


class _RehearsedError(Exception):
    """Ends a rehearsal: everything done is rolled back."""


def import_file(
    file: File,
    *,
    kind: str = "auto",
    class_code: str = "",
    class_id: int | None = None,
    dry_run: bool = False,
    wishes: Wishes = NO_WISHES,
) -> list[Entry]:
    """Bring in one file: all its worksheets in one transaction.

    Raises:
        Unreadable: it is no table, damaged or dangerous.

    """
    recognised = recognise_file(file, kind, wishes)

    def work() -> list[Entry]:
        return take_in(file, recognised, class_code=class_code, class_id=class_id, dry_run=dry_run, wishes=wishes)

    return carry_out(work, dry_run)


def rehearse(file: File, recognised: Sequence[Recognised], *, class_code: str, wishes: Wishes) -> list[Entry]:
    """Do everything and roll it back: what would be refused, made, changed."""
    return carry_out(
        lambda: take_in(file, recognised, class_code=class_code, dry_run=True, wishes=wishes), dry_run=True
    )


def judge(file: File, recognised: Sequence[Recognised], *, class_code: str, wishes: Wishes) -> list[Entry]:
    """Only judge the rows; what storing them would do stays unknown."""
    wishes = replace(wishes, store=False)
    return [_take_in_sheet(file, each, class_code=class_code, class_id=None, wishes=wishes)[0] for each in recognised]


@command
def note_download(import_id: int, file_name: str) -> None:
    """Keep that somebody took the original out of the system."""
    publish(OriginalDownloaded(import_id=import_id, file=file_name))


def import_folder(
    folder: Path,
    *,
    dry_run: bool = False,
    tell: Callable[[Entry], object] | None = None,
    wishes: Wishes = NO_WISHES,
) -> list[Entry]:
    """Bring in a whole folder: kinds and order are found from the files themselves.

    What one file cannot give (no table, a kind not supported) is an entry of the report, not the end of the import.
    """
    found, entries = _survey(folder, wishes)

    def everything() -> list[Entry]:
        touched: set[int] = set()
        for file, recognised in found:
            done = one_of_many(file, recognised, dry_run=dry_run)
            entries.extend(done)
            touched |= {e.class_id for e in done if e.class_id is not None and e.error is None}
            for entry in done:
                if tell is not None:
                    tell(entry)
        for class_id in sorted(touched):
            decide(class_id)
        return entries

    return carry_out(everything, dry_run=dry_run, whole=dry_run)


def one_of_many(
    file: File, recognised: Sequence[Recognised], *, dry_run: bool, wishes: Wishes = NO_WISHES
) -> list[Entry]:
    """Bring in one file of many: what it cannot give is its entry, not the end of the others."""
    try:
        return carry_out(lambda: take_in(file, recognised, dry_run=dry_run, settle=False, wishes=wishes), dry_run=False)
    except DomainError as error:
        return [refused_entry(file.name, each, "not_stored", reason=translated(error)) for each in recognised]


def carry_out(work: Callable[[], list[Entry]], dry_run: bool, *, whole: bool = True) -> list[Entry]:  # noqa: FBT001 - the two modes of one act
    """Do the work in one transaction (``whole``), or rehearse it: do it and roll it back."""
    if not whole:
        return work()
    result: list[Entry] = []
    try:
        with unit_of_work():
            result = work()
            if dry_run:
                raise _RehearsedError  # noqa: TRY301 - raised here so that the unit of work rolls back
    except _RehearsedError:
        db.session.expire_all()
    return result


def _survey(folder: Path, wishes: Wishes) -> tuple[list[tuple[File, list[Recognised]]], list[Entry]]:
    """All tables of a folder in the order they must go in, and entries for what is no table."""
    found: list[tuple[int, File, list[Recognised]]] = []
    entries: list[Entry] = []
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith((".", "~$")) or suffix not in (*TABLES, *OTHER_FILES):
            continue
        try:
            with path.open("rb") as source:
                file = File(name, source.read(MAX_BYTES + 1))
            if suffix in OTHER_FILES and importer_of_file(name, file.data) is None:
                entries.append(entry_of_error(QUESTIONS, name, "kind_not_supported"))
                continue
            recognised = recognise_file(file, "auto", wishes)
        except Unreadable as error:
            entries.append(Entry("", name, error={"code": error.code, "message": translated(error)}))
            continue
        order = min(order_of(r.kind) for r in recognised)
        found.append((order, file, recognised))
    found.sort(key=lambda each: (each[0], each[1].name))
    return [(file, recognised) for _, file, recognised in found], entries


def recognise_file(file: File, kind: str, wishes: Wishes = NO_WISHES) -> list[Recognised]:
    """Read a file and find out what each of its worksheets is.

    Raises:
        Unreadable: it is no table, damaged or dangerous.

    """
    with uncollected():
        return _recognise_file(file, kind, wishes)


def _recognise_file(file: File, kind: str, wishes: Wishes) -> list[Recognised]:
    importer = importer_of_file(file.name, file.data)
    if importer is not None and kind in ("auto", importer.kind):
        sheet = sheet_of_items(importer, parse_file(importer, file.name, file.data), file=file.place)
        return [Recognised(importer.kind, sheet.table.grid, sheet.table, sheet.layout, sheet=sheet)]
    book = read_cached(file.data)
    recognised = []
    for grid in book.grids:
        if grid.rows and grid.name not in HELP_SHEETS:
            wish = wishes.of(grid.name)
            recognised.append(
                recognise(
                    grid,
                    file=file.name,
                    kind=wish.kind or kind,
                    header_row=wish.header_row,
                    settled=lambda kind, wish=wish: {**wishes.remembered(kind), **wish.columns},  # type: ignore[misc]
                )
            )
    known = [each for each in recognised if not each.reason or wishes.of(each.grid.name).kind]
    # With the kind given, other worksheets of the book (notes, lists) are not what was asked for.
    chosen = known if kind != "auto" and known else recognised
    if not chosen:
        raise Unreadable(N_("The file is empty."), code="empty")
    return sorted(chosen, key=lambda each: order_of(each.kind))


def take_in(
    file: File,
    recognised: Sequence[Recognised],
    *,
    class_code: str = "",
    class_id: int | None = None,
    dry_run: bool = False,
    settle: bool = True,
    wishes: Wishes = NO_WISHES,
    keep_in: Upload | None = None,
) -> list[Entry]:
    """Judge and store all worksheets within the caller's unit of work; keep what was done unless it is a rehearsal."""
    serialise("imports")
    entries = []
    for each in recognised:
        with uncollected():
            entry, stored = _take_in_sheet(file, each, class_code=class_code, class_id=class_id, wishes=wishes)
            entry.class_code = class_code
            entries.append(entry)
            if not dry_run and stored is not None:
                if keep_in is None:
                    keep_in = new_upload(file.name, files.store(file.data).sha256, state="stored")
                keep(entry, keep_in, state="stored", changes=stored)
    if settle:
        for touched in sorted({e.class_id for e in entries if e.class_id is not None and e.error is None}):
            decide(touched)
    return entries


def _take_in_sheet(
    file: File, each: Recognised, *, class_code: str, class_id: int | None, wishes: Wishes
) -> tuple[Entry, Stored | None]:
    if each.reason or each.table is None or each.layout is None:
        return refused_entry(file.name, each, each.reason, columns="、".join(each.missing)), None
    importer = importer_of(each)
    sheet = sheet_of(file, each, class_code=class_code)
    if not sheet.rows:
        return refused_entry(file.name, each, "no_rows"), None
    left_out = apply_edits(sheet, wishes.of(each.grid.name))
    sheet.class_id = class_id if importer.of_class else None
    try:
        _tell_by_row(sheet, wishes)
        importer.check(sheet)
        sheet.rows = sheet.rows[:]  # nobody watches any more
        flag_hidden(sheet.rows)
        flag_failed(sheet.rows)
        _refuse_strangers(sheet)
        if wishes.tell is not None:
            wishes.tell("storing", 0, 0)
        with recording() as seen:
            stored = importer.store(sheet) if wishes.store else Stored()
        stored.seen = seen
    except SheetRefused as reason:
        return refused_entry(file.name, each, reason.code, **reason.params), None
    entry = entry_of(sheet, stored)
    entry.file, entry.left_out = file.name, left_out
    if not wishes.store:
        entry.preview = {"stale": True}
    elif wishes.preview:
        entry.preview = preview_of(sheet, stored, importer.others)
    return entry, stored


def sheet_of(file: File, each: Recognised, *, class_code: str = "") -> Sheet:
    """The rows of a worksheet, or the things of a file, as they stand in the original."""
    if each.sheet is not None:
        return deepcopy(each.sheet)
    if each.table is None or each.layout is None:
        raise Unreadable(N_("The file is empty."), code="empty")
    return make_sheet(
        each.kind,
        each.table,
        each.layout,
        columns=importer_of(each).columns,
        file=file.place,
        class_code=class_code,
    )


def _tell_by_row(sheet: Sheet, wishes: Wishes) -> None:
    """Tell how far a check has come by the rows it takes: it need not know that anybody listens."""
    if wishes.tell is not None:
        sheet.rows = WatchedRows(sheet.rows, wishes.tell)


def _refuse_strangers(sheet: Sheet) -> None:
    """A class teacher brings in sheets of own classes only.

    Raises:
        SheetRefused: the sheet is of no class, or of somebody else's.

    """
    actor = current_actor()
    if actor.is_system or "all" in IMPORTS["run"].reach_of(actor):
        return
    if sheet.kind == QUESTIONS and exams.may_edit_questions(actor):
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
        with recording() as seen:
            results.decide_results(class_id)
        keep_decided(class_id, seen)
