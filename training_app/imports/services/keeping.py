"""What is kept of an import: the batch, its sealed report, what it did to each stored row."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from training_app.classes import api as classes
from training_app.core import clock, crypto
from training_app.core.actor import current_actor
from training_app.core.db import db, insert_many
from training_app.core.events import publish
from training_app.core.recording import Recorder
from training_app.core.spreadsheets.importers import Stored
from training_app.imports.events import SheetChecked, SheetImported
from training_app.imports.models import ImportBatch, ImportChange, Upload
from training_app.imports.services.reports import Entry


def new_upload(file_name: str, sha256: str, *, state: str, kind: str = "auto", class_code: str = "") -> Upload:
    """Write down that somebody brought a file."""
    actor = current_actor()
    upload = Upload(
        file_name=file_name[-300:],
        file_sha256=sha256,
        kind=kind,
        class_code=class_code,
        account_id=actor.account_id,
        unit_id=actor.unit_id,
        state=state,
        edits={},
        at=clock.now(),
        updated_at=clock.now(),
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def keep(entry: Entry, upload: Upload, *, state: str, changes: Stored, quiet: bool = False) -> ImportBatch:
    """Write down what was brought in, and what it changed, for the list of imports and for undoing it."""
    chosen = select(ImportBatch).where(ImportBatch.upload_id == upload.id, ImportBatch.sheet == entry.sheet[:100])
    batch = db.session.scalars(chosen).first()
    if batch is None:
        batch = ImportBatch(
            upload_id=upload.id,
            file_name=entry.file[-300:],
            sheet=entry.sheet[:100],
            file_sha256=upload.file_sha256,
        )
        db.session.add(batch)
    batch.kind = entry.kind
    batch.class_id = entry.class_id if state == "stored" else _existing(entry.class_id)
    batch.state, batch.at, batch.account_id = state, clock.now(), upload.account_id or current_actor().account_id
    batch.rows_read, batch.accepted = entry.rows_read, entry.accepted
    if not entry.preview.get("stale"):
        batch.created, batch.updated, batch.unchanged = entry.created, entry.updated, entry.unchanged
    batch.refused_count, batch.flagged_count = len(entry.refused), len(entry.flagged)
    batch.report = {}
    db.session.flush()
    entry.import_id = batch.id
    batch.report = seal(entry.as_dict())
    db.session.flush()
    keep_changes(batch.id, changes)
    if state == "stored":
        say_imported(batch)
    elif not quiet:
        publish(
            SheetChecked(
                import_id=batch.id,
                kind=entry.kind,
                file=entry.file,
                sheet=entry.sheet,
                rows_read=entry.rows_read,
                accepted=entry.accepted,
            )
        )
    return batch


def _existing(class_id: int | None) -> int | None:
    """The class, unless it was only opened in a rehearsal."""
    return class_id if class_id is not None and classes.list_classes([class_id]) else None


def keep_changes(batch_id: int, stored: Stored) -> None:
    """Keep what was done to each stored row: all that was seen, with the line of the sheet it comes from."""
    if stored.seen is None:
        return
    line = {(change.entity, change.entity_id): change.row for change in reversed(stored.changes)}
    rows = [
        {
            "batch_id": batch_id,
            "row": line.get((touch.entity, touch.key), 0),
            "entity": touch.entity,
            "entity_id": touch.key,
            "action": touch.action,
            "before": touch.before,
            "after": touch.after,
            "digest": touch.digest,
        }
        for touch in stored.seen.touches()
    ]
    insert_many(ImportChange, rows)


def keep_decided(class_id: int, seen: Recorder) -> None:
    """Keep what deciding a class's results did with the import that led to it: the latest one of the class."""
    chosen = select(ImportBatch.id).where(ImportBatch.class_id == class_id, ImportBatch.state == "stored")
    batch_id = db.session.scalar(chosen.order_by(ImportBatch.at.desc(), ImportBatch.id.desc()).limit(1))
    if batch_id is not None:
        keep_changes(batch_id, Stored(seen=seen))


def say_imported(batch: ImportBatch) -> None:
    """Say once per worksheet that it was brought in."""
    publish(
        SheetImported(
            import_id=batch.id,
            kind=batch.kind,
            file=batch.file_name,
            sheet=batch.sheet,
            file_sha256=batch.file_sha256,
            class_id=batch.class_id,
            accepted=batch.accepted,
            created=batch.created,
            updated=batch.updated,
            unchanged=batch.unchanged,
            refused=batch.refused_count,
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
