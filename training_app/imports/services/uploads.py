"""The life of one uploaded file: received, checked, repaired, stored or put aside; large ones by jobs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from training_app.accounts.api import act_as_account
from training_app.core import clock, files, jobs
from training_app.core.actor import acting_as, current_actor
from training_app.core.db import as_stored, be_patient, command, db, locked, serialise, unit_of_work
from training_app.core.errors import Conflict, DomainError, NotFound
from training_app.core.events import publish
from training_app.core.jobs import Run
from training_app.core.spreadsheets.importers import Stored
from training_app.core.text import N_
from training_app.imports.edits import fold
from training_app.imports.events import CheckDiscarded, UploadFailed
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.services.choices import remembered_for
from training_app.imports.services.files import File, Wishes, decide, judge, recognise_file, rehearse, take_in
from training_app.imports.services.keeping import keep, new_upload, seal, unseal
from training_app.imports.services.reports import Entry, translated

CHECK, STORE = "imports.check", "imports.store"
AT_ONCE_BYTES = 250_000  # a larger file is checked in the background
AT_ONCE_ROWS = 3_000  # more rows are stored in the background
WAITING = ("queued", "checking", "storing")


def check_file(file: File, *, kind: str = "auto", class_code: str = "") -> list[Entry]:
    """Read and judge a file, rehearse storing it, and keep the result until somebody decides.

    Raises:
        Unreadable: it is no table, damaged or dangerous; nothing is kept of it.

    """
    wishes = Wishes(remembered=remembered_for(current_actor().unit_id), preview=True)
    recognised = recognise_file(file, kind, wishes)
    entries = rehearse(file, recognised, class_code=class_code, wishes=wishes)
    stored = files.store(file.data)
    with unit_of_work():
        upload = new_upload(file.name, stored.sha256, state="checked", kind=kind, class_code=class_code)
        for entry in entries:
            keep(entry, upload, state="checked", changes=Stored())
    return entries


def receive(file: File, *, kind: str = "auto", class_code: str = "") -> int:
    """Take in a file from a person: judged at once when it is small, else by a job. Gives the upload's id.

    Raises:
        Unreadable: it is no table, damaged or dangerous (of a large file that shows only later).

    """
    if len(file.data) <= AT_ONCE_BYTES:
        try:
            entries = check_file(file, kind=kind, class_code=class_code)
        except OperationalError:
            db.session.rollback()  # somebody else's import holds the lock: this one waits its turn in the background
        else:
            return upload_of(next(e.import_id for e in entries if e.import_id is not None))
    stored = files.store(file.data)
    with unit_of_work():
        upload = new_upload(file.name, stored.sha256, state="queued", kind=kind, class_code=class_code)
        upload.job_id = jobs.enqueue(CHECK, upload.id, upload.account_id)
        return upload.id


def upload_of(import_id: int) -> int:
    """The upload that a worksheet came in.

    Raises:
        NotFound: there is no such import.

    """
    batch = db.session.get(ImportBatch, import_id)
    if batch is None or batch.upload_id is None:
        raise NotFound
    return batch.upload_id


def run_check(run: Run) -> None:
    """Job: read and judge a received file. Whatever ends it early leaves the upload as it was."""
    upload = as_stored(Upload, run.subject_id)
    if upload.state not in ("queued", "checking"):
        return
    _enter(upload.id, "checking")
    with as_asked(run):
        run.tell("reading")
        try:
            recheck(upload.id, run=run)
        except DomainError as error:
            fail(upload.id, translated(error))


def recheck(upload_id: int, *, run: Run | None = None, quick: bool = False) -> list[Entry]:
    """Judge the whole file again as it stands with everything that was settled about it.

    ``quick``: what storing would do is worked out later, where one worksheet does not need what another brings. When
    somebody settles something else meanwhile, the result is dropped: whoever did judges anew.

    Raises:
        Unreadable: it is no table, damaged or dangerous.

    """
    upload = as_stored(Upload, upload_id)
    fresh, settled = upload.state != "checked", upload.edits
    file = File(upload.file_name, files.read(upload.file_sha256))
    wishes = wishes_of(upload, run)
    recognised = recognise_file(file, upload.kind, wishes)
    look = judge if quick and len(recognised) == 1 else rehearse
    try:
        entries = look(file, recognised, class_code=upload.class_code, wishes=wishes)
    except OperationalError as error:
        if run is not None:
            raise
        db.session.rollback()
        raise Conflict(N_("Somebody else is importing just now. Please try again in a moment.")) from error
    if run is not None:
        run.tell("writing")
    with unit_of_work():
        upload = locked(Upload, upload_id)
        if upload.state not in ("queued", "checking", "checked"):
            raise Conflict(N_("This file has been imported meanwhile."), code="already_stored")
        if upload.edits != settled:
            return entries
        for entry in entries:
            keep(entry, upload, state="checked", changes=Stored(), quiet=not fresh)
        upload.state, upload.updated_at = "checked", clock.now()
    return entries


def wishes_of(upload: Upload, run: Run | None = None) -> Wishes:
    """Everything settled about a file."""
    return Wishes(
        sheets=fold(unseal(upload.edits)),
        remembered=remembered_for(upload.unit_id),
        tell=run.tell if run is not None else None,
        preview=True,
    )


def store_checked(import_id: int) -> list[int]:
    """Store what was checked: all worksheets of that upload in one transaction, judged again as things stand now.

    Raises:
        Conflict: it was imported or discarded meanwhile.

    """
    return store_upload(upload_of(import_id))


def ask_to_store(upload_id: int) -> bool:
    """Store a checked upload: at once (True), or by a job when it is large or somebody else's import is under way.

    Raises:
        Conflict: it was imported or discarded meanwhile.

    """
    rows = sum(db.session.scalars(select(ImportBatch.rows_read).where(ImportBatch.upload_id == upload_id)))
    if rows <= AT_ONCE_ROWS:
        try:
            store_upload(upload_id)
        except OperationalError:
            db.session.rollback()
        else:
            return True
    with unit_of_work():
        upload = locked(Upload, upload_id)
        if upload.state != "checked":
            raise Conflict(N_("This file has been imported meanwhile."), code="already_stored")
        upload.state, upload.updated_at = "storing", clock.now()
        upload.job_id = jobs.enqueue(STORE, upload.id, current_actor().account_id)
    return False


def run_store(run: Run) -> None:
    """Job: store a checked file, in one transaction; killed or cancelled it leaves nothing behind."""
    upload = as_stored(Upload, run.subject_id)
    if upload.state != "storing":
        return
    with as_asked(run):
        try:
            store_upload(upload.id, run=run)
        except DomainError as error:
            _back_to_checked(upload.id, translated(error))


def store_upload(upload_id: int, *, run: Run | None = None, patient: bool = False) -> list[int]:
    """Store an upload in one transaction, judged again as things stand now; ``patient`` within long work.

    Raises:
        Conflict: it was imported or discarded meanwhile, or can no longer be stored.

    """
    with unit_of_work():
        if run is not None or patient:
            be_patient()
        serialise("imports")
        upload = locked(Upload, upload_id)
        if upload.state != ("checked" if run is None else "storing"):
            raise Conflict(N_("This file has been imported meanwhile."), code="already_stored")
        file = File(upload.file_name, files.read(upload.file_sha256))
        wishes = replace(wishes_of(upload, run), preview=False)
        batches = {batch.sheet: batch for batch in _batches(upload.id)}
        wanted = [
            each
            for each in recognise_file(file, upload.kind, wishes)
            if each.grid.name[:100] in batches and not each.reason
        ]
        entries = take_in(file, wanted, class_code=upload.class_code, settle=False, wishes=wishes, keep_in=upload)
        for entry in entries:
            if entry.error is not None:
                raise Conflict(N_("It can no longer be stored: %(reason)s"), reason=entry.error["message"])
        for class_id in sorted({e.class_id for e in entries if e.class_id is not None}):
            decide(class_id)
        if run is not None:
            run.tell("writing")
        upload.state, upload.updated_at, upload.error = "stored", clock.now(), ""
        return [batch.id for batch in batches.values()]


def job_ended(upload_id: int, state: str, _error: str) -> None:
    """A job stopped before its end: a check is over, a store goes back to what was checked."""
    upload = db.session.get(Upload, upload_id, populate_existing=True)
    if upload is None or upload.state not in WAITING:
        return
    if upload.state == "storing":
        upload.state = "checked"
        upload.error = (
            "" if state == "cancelled" else gettext("Storing stopped because of a fault; nothing was stored.")
        )
    else:
        upload.state = state
        upload.error = "" if state == "cancelled" else gettext("Reading stopped because of a fault.")
    upload.updated_at = clock.now()
    db.session.flush()
    publish(UploadFailed(upload_id=upload.id, file=upload.file_name, outcome=state))


def cancel(upload_id: int) -> None:
    """Stop what is going on with an upload; nothing stays behind."""
    upload = as_stored(Upload, upload_id)
    if upload.state in WAITING and upload.job_id is not None:
        jobs.request_cancel(upload.job_id)


def discard(import_id: int) -> None:
    """Drop what was checked and not imported; the file itself stays, others may have brought in the same."""
    discard_upload(upload_of(import_id))


@command
def discard_upload(upload_id: int) -> None:
    """Drop a checked upload.

    Raises:
        Conflict: it was imported meanwhile.

    """
    upload = locked(Upload, upload_id)
    if upload.state not in ("checked", "failed", "cancelled"):
        raise Conflict(N_("This file has been imported meanwhile."), code="already_stored")
    for batch in _batches(upload.id):
        publish(CheckDiscarded(import_id=batch.id, file=batch.file_name))
        db.session.delete(batch)
    upload.state, upload.edits, upload.updated_at = "discarded", {}, clock.now()
    db.session.flush()


def change_edits(upload_id: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what is settled about an upload, within the caller's unit of work.

    Raises:
        Conflict: it was imported or discarded meanwhile.

    """
    upload = locked(Upload, upload_id)
    if upload.state != "checked":
        raise Conflict(N_("This file has been imported meanwhile."), code="already_stored")
    edits = unseal(upload.edits) or {}
    change(edits)
    upload.edits, upload.updated_at = seal(edits), clock.now()
    db.session.flush()


def _batches(upload_id: int) -> list[ImportBatch]:
    return list(db.session.scalars(select(ImportBatch).where(ImportBatch.upload_id == upload_id)))


@command
def _enter(upload_id: int, state: str) -> None:
    locked(Upload, upload_id).state = state


@command
def fail(upload_id: int, error: str) -> None:
    """Say of an upload that it could not be read, and why."""
    upload = locked(Upload, upload_id)
    upload.state, upload.error, upload.updated_at = "failed", error[:500], clock.now()
    publish(UploadFailed(upload_id=upload.id, file=upload.file_name, outcome="failed"))


@command
def _back_to_checked(upload_id: int, error: str) -> None:
    upload = locked(Upload, upload_id)
    upload.state, upload.error, upload.updated_at = "checked", error[:500], clock.now()
    publish(UploadFailed(upload_id=upload.id, file=upload.file_name, outcome="failed"))


def as_asked(run: Run) -> Any:
    """Whoever asked acts, with the rights they hold now; the command line's jobs stay the system's."""
    return acting_as(act_as_account(run.account_id)) if run.account_id is not None else nullcontext()
