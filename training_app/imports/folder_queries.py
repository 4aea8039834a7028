"""The folders brought in, and the files of one with what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true

from training_app.accounts.api import list_accounts
from training_app.core import jobs
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.imports.models import Folder, ImportBatch, Upload
from training_app.imports.queries import sees_all

SORTS = {"name": Folder.name, "at": Folder.id}


@dataclass(frozen=True)
class FolderInfo:
    """One folder. ``state`` as stored; of a ready one "partly" or "stored" once files of it are imported."""

    id: int
    name: str
    state: str
    error: str
    at: datetime
    account_name: str
    files: int
    stored: int
    waiting: int
    run: jobs.Progress | None


@dataclass(frozen=True)
class FolderFile:
    """One file of a folder; its numbers over all worksheets."""

    upload_id: int
    import_id: int | None
    file_name: str
    state: str
    error: str
    position: int
    kinds: tuple[str, ...]
    rows_read: int
    accepted: int
    created: int
    updated: int
    refused: int
    flagged: int
    kept: bool  # False: not a kind of file that can be brought in, and no more of it is known than its name

    @property
    def needs_person(self) -> bool:
        """Whether nothing of it can be taken in before somebody looks at it."""
        return (self.state == "failed" and self.kept) or (
            self.state == "checked" and (not self.accepted or bool(self.error))
        )


def page_of_folders(query: ListQuery, actor: Actor) -> Page[FolderInfo]:
    """The folders the reader may see, the latest first."""
    conditions = [_scope(actor)]
    if query.q:
        conditions.append(Folder.name.contains(query.q, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(Folder).where(*conditions)) or 0
    order = SORTS[query.sort]
    chosen = select(Folder).where(*conditions).order_by(order.desc() if query.descending else order, Folder.id.desc())
    return Page(_infos(db.session.scalars(chosen.limit(query.per_page).offset(query.offset)).all()), total, query)


def open_folders(actor: Actor) -> list[FolderInfo]:
    """The reader's folders of which something waits: for the computer, or for a person."""
    waits = select(Upload.id).where(Upload.folder_id == Folder.id, Upload.state == "checked").exists()
    chosen = select(Folder).where(
        _scope(actor), Folder.state.in_(("queued", "checking", "storing")) | ((Folder.state == "ready") & waits)
    )
    return _infos(db.session.scalars(chosen.order_by(Folder.id.desc()).limit(20)).all())


def get_folder_visible_to(actor: Actor, folder_id: int) -> FolderInfo:
    """One folder.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    found = db.session.scalars(select(Folder).where(Folder.id == folder_id, _scope(actor))).all()
    if not found:
        raise NotFound
    return _infos(found)[0]


def files_of(folder_id: int) -> list[FolderFile]:
    """The files of a folder in the order they go in; those that could not be read come last."""
    unread = case((Upload.state == "failed", 1), else_=0)
    uploads = db.session.scalars(
        select(Upload).where(Upload.folder_id == folder_id).order_by(unread, Upload.position, Upload.id)
    ).all()
    batches: dict[int, list[ImportBatch]] = {}
    chosen = select(ImportBatch).join(Upload, Upload.id == ImportBatch.upload_id).where(Upload.folder_id == folder_id)
    for batch in db.session.scalars(chosen.order_by(ImportBatch.id)):
        batches.setdefault(batch.upload_id or 0, []).append(batch)
    return [_file(upload, batches.get(upload.id, [])) for upload in uploads]


def folder_of(upload_id: int | None) -> FolderInfo | None:
    """The folder an upload came in; None when it came alone."""
    chosen = select(Folder).join(Upload, Upload.folder_id == Folder.id).where(Upload.id == upload_id)
    found = db.session.scalars(chosen).all() if upload_id is not None else []
    return _infos(found)[0] if found else None


def waits_for(upload_id: int) -> int:
    """How many files before it in its folder are checked and not imported yet."""
    upload = db.session.get_one(Upload, upload_id)
    chosen = select(func.count()).where(
        Upload.folder_id == upload.folder_id, Upload.state == "checked", Upload.position < upload.position
    )
    return (db.session.scalar(chosen) or 0) if upload.folder_id is not None else 0


def _file(upload: Upload, batches: Sequence[ImportBatch]) -> FolderFile:
    first = next((batch for batch in batches if batch.rows_read), batches[0] if batches else None)
    return FolderFile(
        upload_id=upload.id,
        import_id=first.id if first else None,
        file_name=upload.file_name,
        state=upload.state,
        error=upload.error,
        position=upload.position,
        kinds=tuple(dict.fromkeys(batch.kind for batch in batches)),
        rows_read=sum(batch.rows_read for batch in batches),
        accepted=sum(batch.accepted for batch in batches),
        created=sum(batch.created for batch in batches),
        updated=sum(batch.updated for batch in batches),
        refused=sum(batch.refused_count for batch in batches),
        flagged=sum(batch.flagged_count for batch in batches),
        kept=bool(upload.file_sha256),
    )


def _scope(actor: Actor) -> ColumnElement[bool]:
    return true() if sees_all(actor) else Folder.account_id == actor.account_id


def _infos(folders: Sequence[Folder]) -> list[FolderInfo]:
    names = {a.id: a.display_name for a in list_accounts([f.account_id for f in folders if f.account_id is not None])}
    counted = select(
        Upload.folder_id,
        func.count(),
        func.sum(case((Upload.state == "stored", 1), else_=0)),
        func.sum(case((Upload.state == "checked", 1), else_=0)),
    ).where(Upload.folder_id.in_([folder.id for folder in folders]))
    numbers = {row[0]: row[1:] for row in db.session.execute(counted.group_by(Upload.folder_id))}
    infos = []
    for folder in folders:
        files, stored, waiting = (int(number or 0) for number in numbers.get(folder.id, (0, 0, 0)))
        state = folder.state
        if state == "ready" and stored:
            state = "partly" if waiting else "stored"
        run = jobs.progress_of(folder.job_id) if folder.job_id is not None else None
        infos.append(
            FolderInfo(
                folder.id, folder.name, state, folder.error, folder.at, names.get(folder.account_id or 0, ""),
                files, stored, waiting, run,
            )
        )  # fmt: skip
    return infos
