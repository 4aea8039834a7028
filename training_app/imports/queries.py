"""The imports done and checked, and one of them with its rows as the file has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from training_app.accounts.api import list_accounts
from training_app.core import jobs
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.permissions import IMPORTS

FILTERS = ("kind", "state")
SORTS = {
    "at": ImportBatch.id,
    "file_name": ImportBatch.file_name,
    "rows_read": ImportBatch.rows_read,
    "refused_count": ImportBatch.refused_count,
}


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


def page_of_batches(query: ListQuery, actor: Actor) -> Page[BatchInfo]:
    """The imports the reader may see, the latest first."""
    conditions = [_scope(actor)]
    conditions += [getattr(ImportBatch, name) == query.filters[name] for name in FILTERS if query.wants(name)]
    if query.q:
        conditions.append(ImportBatch.file_name.contains(query.q, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(ImportBatch).where(*conditions)) or 0
    order = SORTS[query.sort]
    chosen = select(ImportBatch).where(*conditions)
    chosen = chosen.order_by(order.desc() if query.descending else order, ImportBatch.id.desc())
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


def siblings_of_batch(batch: ImportBatch) -> list[ImportBatch]:
    """The worksheets of the same upload in the same state, in the order they went in."""
    if batch.upload_id is None:
        return [batch]
    chosen = select(ImportBatch).where(ImportBatch.upload_id == batch.upload_id, ImportBatch.state == batch.state)
    return list(db.session.scalars(chosen.order_by(ImportBatch.id)))


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
    if not sees_all(actor):
        conditions.append(Upload.account_id == actor.account_id)
    found = db.session.scalars(select(Upload).where(*conditions)).first()
    if found is None:
        raise NotFound
    return _upload(found)


def error_of(upload_id: int | None) -> str:
    """What stopped the last try to store an upload; '' when nothing did."""
    found = db.session.scalar(select(Upload.error).where(Upload.id == upload_id)) if upload_id is not None else ""
    return found or ""


def open_uploads(actor: Actor) -> list[UploadInfo]:
    """The reader's uploads that are under way or ended without a result, the latest first."""
    conditions: list[ColumnElement[bool]] = [
        Upload.state.in_(("queued", "checking", "storing", "failed")),
        Upload.folder_id.is_(None),  # a folder's files are told of on its own page
    ]
    if not sees_all(actor):
        conditions.append(Upload.account_id == actor.account_id)
    chosen = select(Upload).where(*conditions).order_by(Upload.id.desc()).limit(20)
    return [_upload(upload) for upload in db.session.scalars(chosen)]


def _upload(upload: Upload) -> UploadInfo:
    run = jobs.progress_of(upload.job_id) if upload.job_id is not None else None
    return UploadInfo(upload.id, upload.file_name, upload.state, upload.error, upload.at, run)


def _scope(actor: Actor) -> ColumnElement[bool]:
    """Everything for those who bring in everything; one's own imports for a class teacher."""
    return true() if sees_all(actor) else ImportBatch.account_id == actor.account_id


def sees_all(actor: Actor) -> bool:
    """Whether somebody else's imports are the reader's business, too."""
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
