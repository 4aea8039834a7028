"""The imports done and checked, and one of them with its rows as the file has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from training_app.accounts.api import list_accounts
from training_app.cadres.api import mask_citizen_number, mask_phone
from training_app.core import files, jobs
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.grids import Grid, Value
from training_app.core.spreadsheets.reading import read_book
from training_app.core.spreadsheets.sheets import Row, make_sheet
from training_app.core.spreadsheets.text import half_width
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS, recognise
from training_app.imports.services.keeping import unseal

FILTERS = ("kind", "state")
SHOWN = ("refused", "flagged", "ready")
_MOST_COLUMNS = 6
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
class BatchInfo:
    """One worksheet that was checked or brought in."""

    id: int
    upload_id: int | None
    kind: str
    file_name: str
    sheet: str
    file_sha256: str
    class_id: int | None
    state: str
    rows_read: int
    accepted: int
    created: int
    updated: int
    unchanged: int
    refused_count: int
    flagged_count: int
    account_id: int | None
    account_name: str
    at: datetime


@dataclass(frozen=True)
class UploadInfo:
    """One uploaded file and the run that works on it."""

    id: int
    file_name: str
    state: str
    error: str
    at: datetime
    run: jobs.Progress | None


@dataclass(frozen=True)
class ShownCell:
    """A cell as the page shows it; ``wrong`` and ``doubtful`` when a finding is about it."""

    text: str
    wrong: bool = False
    doubtful: bool = False
    note: str = ""


@dataclass(frozen=True)
class ShownRow:
    """A row as the user knows it, with what is said of it."""

    number: int
    cells: tuple[ShownCell, ...]
    messages: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class BatchFile:
    """A worksheet's page: the report, the columns shown (header, whether a phone shows it), the rows of this page."""

    info: BatchInfo
    report: Mapping[str, Any]
    columns: tuple[tuple[str, bool], ...]
    page: Page[ShownRow]
    ready: int


def page_of_batches(query: ListQuery, actor: Actor) -> Page[BatchInfo]:
    """The imports the reader may see, the latest first."""
    conditions = [_scope(actor)]
    conditions += [getattr(ImportBatch, name) == query.filters[name] for name in FILTERS if query.wants(name)]
    if query.q:
        conditions.append(ImportBatch.file_name.contains(query.q, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(ImportBatch).where(*conditions)) or 0
    chosen = select(ImportBatch).where(*conditions).order_by(ImportBatch.id.desc())
    return Page(_infos(db.session.scalars(chosen.limit(query.per_page).offset(query.offset)).all()), total, query)


def get_batch_visible_to(actor: Actor, import_id: int) -> BatchInfo:
    """One import.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    found = db.session.scalars(select(ImportBatch).where(ImportBatch.id == import_id, _scope(actor))).all()
    if not found:
        raise NotFound
    return _infos(found)[0]


def siblings_of(info: BatchInfo) -> list[BatchInfo]:
    """The worksheets that came in the same upload."""
    return batches_of(info.upload_id) if info.upload_id is not None else [info]


def batches_of(upload_id: int) -> list[BatchInfo]:
    """The worksheets of an upload."""
    chosen = select(ImportBatch).where(ImportBatch.upload_id == upload_id)
    return _infos(db.session.scalars(chosen.order_by(ImportBatch.id)).all())


def get_upload_visible_to(actor: Actor, upload_id: int) -> UploadInfo:
    """One upload, and how far it has come.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    conditions: list[ColumnElement[bool]] = [Upload.id == upload_id]
    if not _sees_all(actor):
        conditions.append(Upload.account_id == actor.account_id)
    found = db.session.scalars(select(Upload).where(*conditions)).first()
    if found is None:
        raise NotFound
    return _upload(found)


def open_uploads(actor: Actor) -> list[UploadInfo]:
    """The reader's uploads that are under way or ended without a result, the latest first."""
    conditions: list[ColumnElement[bool]] = [Upload.state.in_(("queued", "checking", "storing", "failed"))]
    if not _sees_all(actor):
        conditions.append(Upload.account_id == actor.account_id)
    chosen = select(Upload).where(*conditions).order_by(Upload.id.desc()).limit(20)
    return [_upload(upload) for upload in db.session.scalars(chosen)]


def _upload(upload: Upload) -> UploadInfo:
    run = jobs.progress_of(upload.job_id) if upload.job_id is not None else None
    return UploadInfo(upload.id, upload.file_name, upload.state, upload.error, upload.at, run)


def file_of(info: BatchInfo, *, show: str, query: ListQuery) -> BatchFile:
    """The worksheet's page: rows that are refused, flagged or ready, as they stand in the original."""
    batch = db.session.get(ImportBatch, info.id)
    report = unseal(batch.report) if batch is not None else {}
    rows, labels, notes = _rows_of(info)
    said: dict[int, list[Mapping[str, Any]]] = {}
    for finding in report.get("refused", ()):
        said.setdefault(finding["row"], []).append({**finding, "refused": True})
    refused = set(said)
    for finding in report.get("flagged", ()):
        said.setdefault(finding["row"], []).append({**finding, "refused": False})
    ready = [row for row in rows if row.number not in refused]
    chosen = {
        "refused": [row for row in rows if row.number in refused],
        "flagged": [row for row in ready if row.number in said],
        "ready": ready,
    }[show]
    part = chosen[query.offset : query.offset + query.per_page]
    about = {f.get("name") or f["field"] for row in part for f in said.get(row.number, ())}
    names = _columns(labels, about)
    shown = [_shown(row, names, said.get(row.number, ()), notes) for row in part]
    everywhere = about | {"name"} if about & set(names) or "name" in names else set(names[:3])
    columns = tuple((labels[name], name in everywhere) for name in names)
    return BatchFile(info, report, columns, Page(shown, len(chosen), query), len(ready))


def refused_rows(info: BatchInfo) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """All refused rows with every column as typed and the reason, to be put right in Excel: (field → header, rows)."""
    batch = db.session.get(ImportBatch, info.id)
    report = unseal(batch.report) if batch is not None else {}
    rows, labels, _ = _rows_of(info)
    reasons: dict[int, list[str]] = {}
    for finding in report.get("refused", ()):
        reasons.setdefault(finding["row"], []).append(finding["message"])
    lines = [
        {"row": row.number, "reason": "；".join(reasons[row.number])}
        | {name: cells.shown(row.cells[name]) for name in labels}
        for row in rows
        if row.number in reasons
    ]
    return labels, lines


def _scope(actor: Actor) -> ColumnElement[bool]:
    """Everything for those who bring in everything; one's own imports for a class teacher."""
    return true() if _sees_all(actor) else ImportBatch.account_id == actor.account_id


def _sees_all(actor: Actor) -> bool:
    return actor.is_system or "all" in IMPORTS["run"].reach_of(actor)


def _infos(batches: Sequence[ImportBatch]) -> list[BatchInfo]:
    names = {a.id: a.display_name for a in list_accounts([b.account_id for b in batches if b.account_id is not None])}
    return [
        BatchInfo(
            b.id, b.upload_id, b.kind, b.file_name, b.sheet, b.file_sha256, b.class_id, b.state, b.rows_read,
            b.accepted, b.created, b.updated, b.unchanged, b.refused_count, b.flagged_count, b.account_id,
            names.get(b.account_id or 0, ""), b.at,
        )
        for b in batches
    ]  # fmt: skip


def _rows_of(info: BatchInfo) -> tuple[list[Row], dict[str, str], dict[tuple[int, str], str]]:
    """The rows of the original, its understood columns (field → header), and people's notes in cells."""
    grid = _grid(info)
    if grid is None or info.kind not in IMPORTERS:
        return [], {}, {}
    found = recognise(grid, file=info.file_name, kind=info.kind)
    if found.table is None or found.layout is None:
        return [], {}, {}
    sheet = make_sheet(info.kind, found.table, found.layout, columns=IMPORTERS[info.kind].columns, file=info.file_name)
    order = found.layout.columns
    labels = dict(sorted(found.layout.labels.items(), key=lambda item: order[item[0]]))
    for number, label in found.layout.dynamic.items():
        labels[label] = label
        for row in sheet.rows:
            row.cells[label] = row.dynamic.get(number)
    at = {column: name for name, column in order.items()}
    notes = {(row, at[column]): text for (row, column), text in grid.notes.items() if column in at}
    return sheet.rows, labels, notes


def _grid(info: BatchInfo) -> Grid | None:
    return next((g for g in read_book(files.read(info.file_sha256)).grids if g.name == info.sheet), None)


def _columns(labels: Mapping[str, str], about: Collection[str]) -> list[str]:
    """The columns to show, in the order of the file: those findings are about, what tells a row best, then the rest."""
    wanted = [name for name in labels if name in about]
    for name in (*_FIRST, *labels):
        if len(wanted) < _MOST_COLUMNS and name in labels and name not in wanted and name != "note":
            wanted.append(name)
    return [name for name in labels if name in wanted]


def _shown(
    row: Row, names: Sequence[str], findings: Sequence[Mapping[str, Any]], notes: Mapping[tuple[int, str], str]
) -> ShownRow:
    wrong = {f.get("name") or f["field"] for f in findings if f["refused"]}
    doubtful = {f.get("name") or f["field"] for f in findings if not f["refused"]}
    shown = []
    for name in names:
        text = cells.shown(row.cells.get(name))
        if name not in wrong and name not in doubtful:
            text = _masked(name, row.cells.get(name), text)
        shown.append(ShownCell(text, name in wrong, name in doubtful, notes.get((row.number, name), "")))
    return ShownRow(row.number, tuple(shown), tuple(findings))


def _masked(name: str, value: Value, text: str) -> str:
    """Citizen numbers and phones are masked unless they are what is wrong."""
    if name == "id_number" and value is not None:
        return mask_citizen_number(half_width(text).strip())
    return mask_phone(half_width(text).strip()) if name == "phone" and value is not None else text
