"""Imports done, with the original file's digest and the whole report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Folder(Base):
    """Many files brought in at once; each is an upload of its own, in the order in which they must go in.

    ``state``: queued, checking, ready (somebody looks at it, all of it or what is left), storing, failed, cancelled,
    discarded.
    """

    __tablename__ = "imports_folder"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    error: Mapped[str] = mapped_column(String(500), default="")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("core_job.id"))
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Upload(Base):
    """One file that somebody brought in; its worksheets are batches.

    ``state``: queued, checking, checked, storing, stored, failed, cancelled, discarded, undone. ``edits`` is what
    people settled about the file (steps of repair, columns), sealed: the stored original is never touched.
    """

    __tablename__ = "imports_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20), default="auto")
    class_code: Mapped[str] = mapped_column(String(100), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"))
    state: Mapped[str] = mapped_column(String(10), index=True)
    error: Mapped[str] = mapped_column(String(500), default="")
    edits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("core_job.id"))
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("imports_folder.id"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")  # within the folder, from 1
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ColumnChoice(Base):
    """What a header of one unit's files means: a field of the kind, or '' for not taken in."""

    __tablename__ = "imports_column_choice"
    __table_args__ = (UniqueConstraint("unit_key", "kind", "header_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"))
    unit_key: Mapped[int]  # the unit's id, 0 for people of no unit: NULL would not be unique
    kind: Mapped[str] = mapped_column(String(20))
    header_key: Mapped[str] = mapped_column(String(120))
    header: Mapped[str] = mapped_column(String(120))
    field: Mapped[str] = mapped_column(String(40), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]


class ImportBatch(Base):
    """One worksheet brought in. ``state``: checked, stored, undoing (only within its transaction), undone."""

    __tablename__ = "imports_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("imports_upload.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    file_name: Mapped[str] = mapped_column(String(300))
    sheet: Mapped[str] = mapped_column(String(100), default="")
    file_sha256: Mapped[str] = mapped_column(String(64))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes_training_class.id"))
    state: Mapped[str] = mapped_column(String(10))
    rows_read: Mapped[int]
    accepted: Mapped[int]
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    flagged_count: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]


class ImportChange(Base):
    """What an import did to one stored row, so that it can be undone. ``action``: created, updated, deleted.

    ``row`` is the line of the sheet, 0 for what was made on the way. ``digest`` is of the row as the import left it.
    """

    __tablename__ = "imports_change"
    __table_args__ = (Index("ix_imports_change_entity_entity_id", "entity", "entity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("imports_batch.id"), index=True)
    row: Mapped[int]
    entity: Mapped[str] = mapped_column(String(60))
    entity_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(8))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(32), default="", server_default="")


class TakenBack(Base):
    """A line of a table that only grows, taken out of it with the import that made it; append-only itself.

    The database lets such a line go only when it lies here already and its import is being undone.
    """

    __tablename__ = "imports_taken_back"
    __table_args__ = (Index("ix_imports_taken_back_entity_entity_id", "entity", "entity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("imports_batch.id"), index=True)
    entity: Mapped[str] = mapped_column(String(60))
    entity_id: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
